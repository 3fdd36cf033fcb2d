"""Test which parts of a lesson's sentences stay on one line."""

from learncnn.grader.lessons.page_markdown import markdown_html
from learncnn.grader.lessons.unbroken import unbroken
from learncnn.grader.terminal.layout import NO_BREAK


def test_a_short_formula_stays_on_one_line():
    assert unbroken("so n + 2p − k fit").replace(NO_BREAK, "~") == "so n~+~2p~−~k fit"


def test_a_long_formula_breaks_before_an_operator_and_not_inside_a_pair():
    formula = unbroken("is −0.134·(1, 0) + 0.060·(0, 2) = (−0.134, 0.119) here")
    assert formula.replace(NO_BREAK, "~") == (
        "is −0.134·(1,~0) +~0.060·(0,~2) =~(−0.134,~0.119) here"
    )


def test_a_name_with_a_number_is_not_broken_after_its_hyphen():
    assert '<span class="whole">LeNet-5</span>' in markdown_html("# Modules of LeNet-5")
