"""Find problems of a lesson, such as a figure that cannot be drawn or a line of code that wraps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from ..course.catalog import load_catalog
from ..course.lesson_catalog import LessonInfo
from ..errors import FigureError
from ..figures.blocks import FigureBlock, LessonFigure, figures_in, pieces
from ..figures.text_drawing import figure_lines
from ..i18n.texts import LANGUAGES, language, use_language, worded
from ..quiz.items.lint import lint_bank
from ..terminal.layout import WIDTH, Paint, width_of
from .lesson_lint import prose_problems

#: Minimum length of a lesson, in lines.
LESSON_LINES = 12
#: Maximum width of a line of code, in columns: an 80-column screen minus margins.
CODE_WIDTH = 72


def lesson_problems(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the lessons of a folder, in both languages."""
    figures: list[list[LessonFigure]] = []
    before = language()
    for lang in LANGUAGES:
        path = folder / f"lesson.{lang}.md"
        if not path.exists() or len(path.read_text("utf-8").splitlines()) < LESSON_LINES:
            yield f"{path.name} is missing or too short"
            continue
        markdown = path.read_text("utf-8")
        use_language(lang)
        try:
            figures.append(figures_in(markdown))
            yield from (f"{path.name} {problem}" for problem in _width_problems(markdown))
            yield from (f"{path.name} {problem}" for problem in prose_problems(markdown, lang))
            for number, figure in enumerate(figures[-1], 1):
                if max(map(width_of, _drawn(figure))) > WIDTH:
                    yield f"{path.name} figure {number} is wider than {WIDTH} columns"
        except FigureError as error:
            yield f"{path.name} {worded(error)}"
        finally:
            use_language(before)
    if len(figures) == len(LANGUAGES):
        yield from _differences(*figures)


def alone_problems(info: LessonInfo) -> Iterator[str]:
    """Yield what is wrong with a lesson without an exercise: its texts, its quiz, its position."""
    yield from lesson_problems(info.path)
    quiz = info.path / "quiz.toml"
    if quiz.exists():
        yield from lint_bank([quiz], info.path.parent)
    else:
        yield "quiz.toml is missing"
    if info.before not in load_catalog().exercises:
        yield f"lessons.toml: there is no exercise {info.before} to stand before"


def _drawn(figure: LessonFigure) -> list[str]:
    return figure_lines(figure.drawing, figure.caption, WIDTH, Paint())


def _width_problems(markdown: str) -> Iterator[str]:
    """Yield the lines of code that are too wide."""
    first = 1
    for piece in pieces(markdown):
        if isinstance(piece, FigureBlock):
            first = piece.line + piece.source.count("\n") + 2
            continue
        for token in MarkdownIt("commonmark").parse(piece):
            if token.type not in ("fence", "code_block") or token.map is None:
                continue
            start = first + token.map[0] + (token.type == "fence")
            for number, line in enumerate(token.content.splitlines(), start):
                if width_of(line) > CODE_WIDTH:
                    yield f"line {number} of code has {width_of(line)} columns, not {CODE_WIDTH}"
        first += piece.count("\n")


def _differences(english: list[LessonFigure], chinese: list[LessonFigure]) -> Iterator[str]:
    """Yield figures that differ between the languages in more than their words."""
    if len(english) != len(chinese):
        yield f"the lessons have {len(english)} figures in English, {len(chinese)} in Chinese"
        return
    for number, (one, other) in enumerate(zip(english, chinese, strict=True), 1):
        if (one.kind, _wordless(one.parameters)) != (other.kind, _wordless(other.parameters)):
            yield f"figure {number} is not the same in both languages"


def _wordless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _wordless(v) for key, v in value.items() if key != "name"}
    return [_wordless(v) for v in value] if isinstance(value, list) else value
