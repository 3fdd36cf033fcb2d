"""Text on a terminal: widths, wrapping, blocks in rows, and nothing that a terminal obeys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learncnn.grader.terminal.layout import (
    NO_BREAK,
    Paint,
    beside,
    clean,
    clipped,
    padded,
    width_of,
    wrapped,
)


def test_chinese_takes_two_columns_and_colour_none():
    assert width_of("感受野 rf") == 9
    assert width_of(Paint(True)("感受野", "red")) == 6
    assert padded("池化", 6) == "池化  "


@pytest.mark.parametrize(
    "text",
    ["\x1b[2J", "\x1b]0;title\x07", "a\rb", "\u202eabc", "\u2066x", "\x9b31m", "\ud800", "\u2028"],
)
def test_nothing_a_student_wrote_steers_the_terminal(text):
    assert all(character.isprintable() for character in clean(text))


def test_tabs_become_blanks_and_lines_stay():
    assert clean("a\tb\nc") == "a   b\nc"


def test_text_without_colour_is_left_alone():
    assert Paint(False)("x", "red") == "x"
    assert Paint(True)("x", "bold", "red") == "\x1b[1;31mx\x1b[0m"


def test_a_clipped_line_ends_in_an_ellipsis_within_its_width():
    assert clipped("感受野感受野", 7) == "感受野…"
    assert clipped("short", 7) == "short"


def test_lines_break_between_words_and_between_chinese_characters():
    assert wrapped("one two three", 8) == ["one two", "three"]
    assert wrapped("感受野感受野", 6) == ["感受野", "感受野"]


def test_a_line_does_not_begin_with_a_full_stop():
    assert wrapped("感受野。", 6) == ["感受", "野。"]
    assert wrapped("one two.", 7) == ["one", "two."]
    assert wrapped("感受野?(k:核)", 7) == ["感受野?", "(k:核)"]
    assert wrapped("感受野)。", 6) == ["感受", "野)。"]


def test_a_line_does_not_end_with_an_opening_bracket():
    assert wrapped("第二列(从一数起)", 8) == ["第二列", "(从一数", "起)"]


def test_a_word_longer_than_a_line_is_broken():
    assert wrapped("see " + "x" * 10 + " y", 8) == ["see", "xxxxxxxx", "xx y"]


def test_a_no_break_blank_holds_what_it_joins_together():
    assert wrapped(f"see [0,{NO_BREAK}1] here", 8) == ["see", "[0, 1]", "here"]


@given(st.text(alphabet="ab 感受野,。\n", max_size=60), st.integers(8, 30))
def test_wrapping_loses_and_invents_nothing(text, width):
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_blocks_stand_beside_each_other_as_far_as_there_is_room():
    assert beside([["a", "b"], ["c"]], 2, 10) == ["a  c", "b"]
    assert beside([["aaaa"], ["bbbb"]], 2, 8) == ["aaaa", "", "bbbb"]
