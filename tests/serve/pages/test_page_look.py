"""Every page can be used by everyone: by keys, by ear, in the dark, on a phone, without script."""

import pytest

from .conftest import faults

PAGES = {
    "map": "/",
    "exercise": "/e/ex08",
    "lesson": "/les/les01",
    "quiz": "/quiz/ex01",
    "review": "/review",
    "progress": "/progress",
}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_has_no_fault_in_light_and_dark_and_on_a_phone(browse, path, language):
    page = browse(f"{path}?lang={language}")
    assert faults(page) == []
    assert page.locator("html").get_attribute("lang").startswith(language)


@pytest.mark.parametrize("path", ["/", "/e/ex08", "/les/les01"])
def test_without_script_lessons_and_figures_can_be_read(browse, path):
    page = browse(path, script=False)
    assert page.locator("h1").inner_text()
    assert page.locator("button:visible").count() == 0
    if path != "/":
        assert page.locator("figure.drawing svg").first.is_visible()
    if path == "/e/ex08":
        assert "NotImplementedError" in page.locator("learncnn-editor pre").inner_text()


def test_keys_alone_reach_the_editor_check_and_leave_again(browse):
    from playwright.sync_api import expect

    page = browse("/e/ex03")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "LEARNCNN-EDITOR":
            break
    page.keyboard.type("x")
    page.keyboard.press("Tab")  # indents
    assert page.evaluate("document.activeElement.tagName") == "LEARNCNN-EDITOR"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.do") == "check"
    page.keyboard.press("Enter")
    page.locator('#report[aria-busy="false"]').wait_for()
    expect(page.locator("#status")).not_to_be_empty()  # said a frame later


def test_what_has_the_focus_can_be_seen(browse):
    page = browse("/e/ex03")
    unseen = """() => { const e = document.activeElement; const s = getComputedStyle(e);
      const inner = e.shadowRoot?.querySelector(".cm-editor");
      const style = inner ? getComputedStyle(inner) : s;
      return e !== document.body && style.outlineStyle === "none"
        ? e.outerHTML.slice(0, 80) : ""; }"""
    found = []
    for _ in range(60):
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        found.append(page.evaluate(unseen))
    assert set(found) == {""}


def test_the_theme_that_was_chosen_stays(browse):
    page = browse("/", dark=False)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.locator("[data-do=theme]").click()
    dark = page.evaluate(ground)
    page.goto(page.url + "e/ex01")
    assert page.evaluate(ground) == dark != light
    page.locator("[data-do=theme]").click()
    assert page.evaluate(ground) == light


def test_the_language_is_switched_and_stays(browse):
    page = browse("/e/ex01")
    page.locator(".language").click()
    page.locator("html[lang=zh-Hans]").wait_for()
    page.locator(".brand").click()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_a_map_shows_what_was_passed_in_another_window(browse, server):
    page = browse("/")
    (file,) = server.folder.glob("ex03_*.py")
    from learncnn.grader.answer_key.model_answers import model_answers
    from learncnn.grader.course.catalog import load_catalog

    answer = model_answers(load_catalog().exercises["ex03"], "numpy").plain
    file.write_text(answer, "utf-8")
    page.locator("[data-exercise=ex03][data-state=passed]").wait_for()


def test_all_that_a_page_loads_is_small(browse):
    page = browse("/e/ex08")
    sizes = page.evaluate(
        """async () => { let total = 0;
        for (const name of ["app.js", "app.css", "theme.js"]) {
          const whole = (await fetch("/static/" + name)).body;
          const packed = whole.pipeThrough(new CompressionStream("gzip"));
          total += (await new Response(packed).arrayBuffer()).byteLength; }
        return total; }"""
    )
    assert sizes <= 195_000
