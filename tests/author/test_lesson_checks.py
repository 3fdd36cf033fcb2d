"""Test which faults of a lesson `author check` refuses."""

import pytest

from learncnn.grader.author.lesson_checks import lesson_problems

FIGURE = """```figure
kind = "window"
caption = "{caption}"
input = "arange(3, 3)"
kernel = {kernel}
```
"""
LINES = "A line.\n\n" * 6


@pytest.fixture
def problems(tmp_path):
    """Write both lessons and return the problems found."""

    def problems(english, chinese=""):
        for lang, text in (("en", english), ("zh", chinese or english)):
            (tmp_path / f"lesson.{lang}.md").write_text(LINES + text, "utf-8")
        return list(lesson_problems(tmp_path))

    return problems


def test_a_lesson_with_equal_figures_has_no_problem(problems):
    kernel = "[[0, 1], [2, 3]]"
    english = FIGURE.format(caption="The window.", kernel=kernel)
    assert problems(english, FIGURE.format(caption="窗口。", kernel=kernel)) == []


def test_a_figure_that_differs_between_languages_is_named(problems):
    english = FIGURE.format(caption="c", kernel="[[0, 1], [2, 3]]")
    chinese = FIGURE.format(caption="c", kernel="[[0, 1], [2, 4]]")
    assert problems(english, chinese) == ["figure 1 is not the same in both languages"]
    (problem,) = problems(english, "none")
    assert problem == "the lessons have 1 figures in English, 0 in Chinese"


def test_a_malformed_figure_is_named_with_its_line(problems):
    english = FIGURE.format(caption="c", kernel="[[0, 1], [2]]")
    found = problems(english, FIGURE.format(caption="c", kernel="[[1]]"))
    assert found == [
        "lesson.en.md figure block in line 13: kernel is an array of numbers, or a name such as"
        ' "arange(3, 3)" or "scene"'
    ]


def test_a_line_of_code_of_more_than_72_columns_is_named(problems):
    text = f"    {'x' * 72}\n    {'y' * 73}\n\n```\n{'z' * 74}\n```\n{'w' * 90}\n"
    figure = FIGURE.format(caption="c", kernel="[[1]]")
    lines = ["line 14 of code has 73", "line 17 of code has 74"]
    assert [p.split(",")[0].split(" columns")[0] for p in problems(text)] == [
        f"lesson.{lang}.md {line}" for lang in ("en", "zh") for line in lines
    ]
    after = problems(figure + text)[:2]
    assert [p.split()[2] for p in after] == ["20", "23"]


def test_wide_characters_count_twice(problems):
    assert problems(f"    {'宽' * 36}\n") == []
    assert len(problems(f"    {'宽' * 37}\n")) == 2
