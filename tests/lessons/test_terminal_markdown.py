"""Test how a lesson's Markdown is wrapped on a terminal, and what is kept together."""

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.figures.blocks import pieces
from learncnn.grader.lessons.lesson import lesson_text
from learncnn.grader.lessons.terminal_markdown import markdown_lines
from learncnn.grader.terminal.layout import Paint, width_of

PLAIN = Paint()


def test_chinese_fills_its_lines_and_no_line_begins_with_a_stop():
    text = "步幅为 2 时，" + "每隔一个位置，跳过一个。" * 9
    lines = markdown_lines(text, 40, PLAIN)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(36 <= width_of(line) <= 40 for line in lines[:-1])
    assert not any(line[0] in "，。" for line in lines)


def test_a_short_formula_stays_on_one_line():
    lines = markdown_lines("The size of the result is then n + 2p − k, and one more.", 30, PLAIN)
    assert any("n + 2p − k" in line for line in lines)
    lines = markdown_lines("结果的大小是这样算出来的，即 n + 2p − k 再加一。", 32, PLAIN)
    assert any("n + 2p − k" in line for line in lines)


def test_the_numbers_of_an_array_stay_on_one_line():
    lines = markdown_lines("The whole of the second map is 19 25 / 37 43, as before.", 40, PLAIN)
    assert any("19 25 / 37 43" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("The answer is the ring, with a share of 84 % of all.", "84 %"),
        ("最后一个值错了：1 −1 1 −1", "1 −1 1 −1"),
        ("The sum goes over all windows that see (r, s) or more.", "(r, s)"),
    ],
)
@pytest.mark.parametrize("width", range(20, 45))
def test_a_percentage_a_pair_and_numbers_after_a_colon_stay_on_one_line(text, whole, width):
    assert any(whole in line for line in markdown_lines(text, width, PLAIN))


def test_a_formula_longer_than_the_line_is_broken():
    lines = markdown_lines(" + ".join(["30·50"] * 12), 40, PLAIN)
    assert len(lines) > 1
    assert max(map(width_of, lines)) <= 40


def test_a_code_span_stays_on_one_line():
    lines = markdown_lines("Padding makes it an array of shape `[H + 2, W]` here.", 40, PLAIN)
    assert any("[H + 2, W]" in line for line in lines)


def test_styles_go_on_over_a_break_and_colour_no_stop():
    lines = markdown_lines("**one two** three *four* `five`", 8, Paint(True))
    assert lines[:2] == ["\x1b[1mone two\x1b[0m", "three"]
    assert lines[2].startswith("\x1b[3mfour\x1b[0m")
    assert "\x1b[36mfive\x1b[0m" in lines[-1]


def test_headings_are_underlined_and_code_stands_in():
    assert markdown_lines("# 卷积\n\n## A\n\n    x = 1\n\n      y", 40, PLAIN) == [
        "卷积", "════", "", "A", "─", "", "    x = 1", "", "      y",
    ]  # fmt: skip


def test_lists_hang_and_count():
    lines = markdown_lines("- one two three\n- four\n\n3. five\n4. six\n", 12, PLAIN)
    assert lines == [" • one two", "   three", " • four", "", " 3. five", " 4. six"]


def test_a_table_is_squeezed_to_the_width():
    text = "| a | words |\n|---|---|\n| 1 | one two three four five |\n"
    lines = markdown_lines(text, 20, PLAIN)
    assert lines[0] == "a  words"
    assert lines[2:] == ["1  one two three", "   four five"]
    assert max(map(width_of, lines)) <= 20


@pytest.mark.parametrize("width", [60, 80])
def test_no_line_of_any_lesson_is_too_wide_or_empty_of_its_text(lang, width):
    for info in load_catalog().exercises.values():
        for piece in pieces(lesson_text(info)):
            if isinstance(piece, str):
                lines = markdown_lines(piece, width, PLAIN)
                prose = [line for line in lines if not line.startswith("    ")]
                assert max(map(width_of, prose), default=0) <= width, info.id
