"""A proved mistake on the study page: both sides, stepped through by buttons and by keys."""

import pytest

from .conftest import report, write

FLIPPED = """import numpy as np

def corr2d(X, K):
    kh, kw = K.shape
    H, W = X.shape[0] - kh + 1, X.shape[1] - kw + 1
    if H < 1 or W < 1:
        raise ValueError("the kernel is larger than the image")
    K = K[::-1, ::-1]
    return sum(X[i:i + H, j:j + W] * K[i, j] for i in range(kh) for j in range(kw))
"""


@pytest.fixture
def mistake(browse):
    """The mistake of a flipped kernel, checked: mistake(still=True) → (page, its element)."""

    def mistake(**options):
        page = browse("/e/ex01", **options)
        write(page, FLIPPED)
        page.locator("[data-do=check]").click()
        assert "FLIP" in report(page)
        return page, page.locator("learncnn-mistake")

    return mistake


def marked(element):
    """The products that stand out, on both sides."""
    return element.locator(".worked .on").all_inner_texts()


def test_a_mistake_is_stepped_through_by_buttons_and_by_keys(mistake):
    _, element = mistake()
    assert element.locator(".side").count() == 2
    assert "0·0 + 1·1 + 3·2 + 4·3 =\N{NO-BREAK SPACE}19" in element.inner_text()
    assert marked(element) == []
    following, back = element.locator(".step-next"), element.locator(".step-back")
    following.click()
    assert marked(element) == ["0·0", "0·3"]
    following.press("ArrowRight")
    assert marked(element) == ["1·1", "1·2"]
    assert element.locator("svg.plane .on").count() == 4
    assert element.locator("output").inner_text().startswith("Step 2 of 4")
    assert not element.locator(".right .value").is_visible()
    following.press("End")
    assert element.locator(".right .value").is_visible()
    following.click()
    assert marked(element) == []
    back.click()
    assert marked(element) == ["4·3", "4·0"]
    back.press("Escape")
    assert not element.locator(".steps output").inner_text()


def test_it_plays_by_itself_unless_the_reader_prefers_no_motion(mistake):
    _, element = mistake()
    play = element.locator(".step-play")
    play.click()
    assert play.inner_text() == "Pause"
    element.locator("output", has_text="Step 2").wait_for()
    play.click()
    assert play.inner_text() == "Play"
    _, still = mistake(still=True)
    assert not still.locator(".step-play").is_visible()
    still.locator(".step-next").click()
    assert marked(still) == ["0·0", "0·3"]


def test_it_is_sound_in_light_and_dark_and_on_a_phone(mistake):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page, element = mistake()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no fading between
        for _ in range(2):  # whole, then at the first step
            found = axe.run(page, "learncnn-mistake").response["violations"]
            assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
            element.locator(".step-next").click()
        element.locator(".step-next").press("Escape")
    page.set_viewport_size({"width": 360, "height": 800})
    assert element.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert element.locator("svg.plane > title").count() == element.locator("svg.plane").count() == 4
