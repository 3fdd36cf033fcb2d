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


def test_a_long_formula_breaks_outside_its_parentheses():
    formula = unbroken("as (o − t)·o·(1 − o) = 0.999·0.999·0.001 ≈ 0.001 shows")
    assert formula.replace(NO_BREAK, "~") == (
        "as (o~−~t)·o·(1~−~o) =~0.999·0.999·0.001 ≈~0.001 shows"
    )


def test_a_sum_stays_with_what_it_adds():
    assert unbroken("here E = ½ Σ x").replace(NO_BREAK, "~") == "here E~=~½~Σ~x"


def test_a_formula_may_cross_the_end_of_a_line_of_its_source():
    assert "12~+~3" in markdown_html("It has 12 +\n3 weights.").replace(NO_BREAK, "~")


def test_a_name_with_a_number_is_not_broken_after_its_hyphen():
    assert '<span class="whole">LeNet-5</span>' in markdown_html("# Modules of LeNet-5")
