"""Exercises are solved in the browser: written in the editor, checked, passed."""

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


def test_typed_key_by_key_the_editor_indents_and_closes_brackets(browse, server):
    page = browse("/e/ex09")
    write(page, "")
    page.keyboard.type("def f(a):\nreturn [a", delay=1)
    page.locator(".cm-content").press("ControlOrMeta+s")
    report(page)
    (file,) = server.folder.glob("ex09_*.py")
    assert file.read_text("utf-8") == "def f(a):\n    return [a]"


def test_a_proved_mistake_is_named_and_its_lines_are_marked(browse):
    page = browse("/e/ex01")
    write(page, FLIPPED)
    page.locator("[data-do=check]").click()
    assert "FLIP" in report(page)
    mark = page.locator(".cm-lintRange-error").first
    mark.hover()
    page.locator(".cm-tooltip .cm-diagnostic").first.wait_for()
    assert "FLIP" in page.locator(".cm-tooltip").inner_text()


def test_the_report_is_there_when_the_page_is_opened_again(browse):
    page = browse("/e/ex07")
    page.locator("[data-do=check]").click()
    first = report(page)
    page.reload()
    assert first
    assert page.locator("#report").inner_text() != ""


def test_hints_come_one_by_one_and_the_solution_only_after_a_question(browse):
    page = browse("/e/ex12")
    hint = page.locator("[data-do=hint]")
    for count in (1, 2, 3):
        hint.click()
        page.locator(f"#hints > :nth-child({count})").wait_for()
    assert not hint.is_visible()
    page.locator("[data-do=solution]").click()
    page.keyboard.press("Escape")
    assert page.locator("#solution").inner_text() == ""
    page.locator("[data-do=solution]").click()
    page.locator("dialog .primary").click()
    page.locator("#solution pre").first.wait_for()
    assert "def " in page.locator("#solution").inner_text()


def test_a_pass_offers_the_solution_without_a_question(browse):
    page = browse("/e/ex01")
    write(page, FLIPPED.replace("    K = K[::-1, ::-1]\n", ""))
    page.locator("[data-do=check]").click()
    assert "passed" in report(page)
    solution = page.locator("section.solution")
    assert "give up" not in solution.inner_text().lower()
    solution.get_by_role("button", name="Show it").click()
    page.locator("#solution pre").first.wait_for()


def test_a_reset_brings_back_the_stub_after_a_question(browse, server):
    (file,) = server.folder.glob("ex15_*.py")
    stub = file.read_text("utf-8")
    page = browse("/e/ex15")
    write(page, "mine = 1\n")
    page.locator(".cm-content").press("ControlOrMeta+Enter")
    report(page)
    page.locator("[data-do=reset]").click()
    page.locator("dialog .primary").click()
    page.locator(".cm-line", has_text="NotImplementedError").first.wait_for()
    assert file.read_text("utf-8") == stub
    assert [path.read_text("utf-8") for path in (server.folder / "backups").iterdir()] == [
        "mine = 1\n"
    ]


def test_an_endless_loop_is_stopped(browse):
    page = browse("/e/ex16")
    write(page, "while True:\n    pass\n")
    page.locator("[data-do=check]").click()
    page.locator("[data-do=stop]").click()
    report(page)
    assert page.locator("[data-do=stop]").is_hidden()
    write(page, "x = 1\n")
    page.locator("[data-do=check]").click()
    assert report(page)
