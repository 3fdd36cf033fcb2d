"""Figures on the study page: they move under its policy, and take one's own function."""

from learncnn.grader.answer_key.model_answers import model_answers
from learncnn.grader.course.catalog import load_catalog

from .conftest import report, write


def test_a_figure_of_the_page_moves(browse):
    page = browse("/e/ex01")
    output = page.get_by_role("grid", name="output 2×2")
    output.get_by_role("gridcell").nth(3).hover()
    sums = page.locator(".move-sums").first.inner_text()
    assert sums == "4·0 + 5·1 + 7·2 + 8·3 =\N{NO-BREAK SPACE}43"
    page.get_by_role("button", name="padding: more").first.click()
    assert page.get_by_role("grid", name="output 4×4").count() == 1


def test_a_picture_goes_through_one_s_own_function_after_a_pass(browse):
    for id in ("ex01", "ex05"):
        page = browse(f"/e/{id}")
        write(page, model_answers(load_catalog().exercises[id], "numpy").plain)
        page.locator("[data-do=check]").click()
        assert "✓" in report(page)
    page.get_by_role("button", name="Through my function").click()
    page.locator(".move-note", has_text="Maps from your function: 4.").wait_for(timeout=60_000)
    assert page.locator(".panel.output", has_text="your function").count() == 4
