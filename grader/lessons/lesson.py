"""Render a lesson for a terminal or as HTML, with its figures and first public example."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from ..course.catalog import ExerciseInfo, title_of
from ..course.exercise_texts import exercise_texts
from ..course.lesson_catalog import LessonInfo, lessons_before
from ..errors import FigureError, LearncnnError, UsageError
from ..figures.blocks import FigureBlock, LessonFigure, figure_of, pieces
from ..figures.svg_drawing import figure_html
from ..figures.text_drawing import figure_lines
from ..i18n.texts import language, say
from ..render.arrays import drawable, matrix_lines, value_text
from ..sandbox.protocol.values import Array
from ..terminal.layout import WIDTH, Paint, beside, indented, wrapped
from .folded import answers_hidden, answers_shown
from .page_markdown import markdown_html
from .terminal_markdown import markdown_lines

STYLE = Path(__file__).resolve().parent / "lesson.css"
FIGURES = Path(__file__).resolve().parents[1] / "figures" / "figures.css"
#: Maximum width of an example on a page, in columns, so that it fits on a phone.
PHONE = 48
PAGE = """<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>
{style}</style></head>
<body>
{body}</body>
</html>
"""


def lesson_text(info: ExerciseInfo | LessonInfo) -> str:
    """Return the lesson's Markdown in the current language. Raises UsageError if there is none."""
    path = info.path / f"lesson.{language()}.md"
    if not path.exists():
        raise UsageError("guidance", "no_lesson", id=info.id)
    return path.read_text("utf-8")


def lesson_lines(
    info: ExerciseInfo | LessonInfo, width: int, *, color: bool, answers: bool = False
) -> list[str]:
    """Return the lesson as lines for a terminal of `width` columns."""
    paint = Paint(color)
    lines: list[str] = []
    text = lesson_text(info)
    command = f"learncnn show {info.id} --answers"
    shown_text = answers_shown(text) if answers else answers_hidden(text, command)
    for part in _parts(info, shown_text):
        if isinstance(part, LessonFigure):
            shown = figure_lines(part.drawing, part.caption, width, paint)
        else:
            shown = markdown_lines(part, width, paint)
        lines += [*([""] if lines else []), *shown]
    example = example_lines(info, width)
    return [*lines, "", say("guidance", "example"), "", *indented(example, 2)] if example else lines


def lesson_body(info: ExerciseInfo | LessonInfo) -> str:
    """Return the lesson as HTML for the body of a page."""
    body = "".join(
        figure_html(part) if isinstance(part, LessonFigure) else markdown_html(part)
        for part in lesson_parts(info)
    )
    example = example_lines(info, PHONE)
    if example:
        drawn = escape("\n".join(example))
        body += f"<h2>{escape(say('guidance', 'example'))}</h2>\n<pre>{drawn}</pre>\n"
    return body


def lesson_html(info: ExerciseInfo | LessonInfo) -> str:
    """Return the lesson as a complete HTML page."""
    body = lesson_body(info)
    style = STYLE.read_text("utf-8") + FIGURES.read_text("utf-8")
    title = escape(f"{info.id} {title_of(info)}")
    return PAGE.format(lang=language(), title=title, style=style, body=body)


def lesson_files(infos: Iterable[ExerciseInfo]) -> Iterator[tuple[str, str]]:
    """Yield (file name, Markdown) of each lesson for a workspace with these exercises.

    This includes the separate lessons that precede an exercise. Figures are drawn as text.
    """
    for exercise in infos:
        found: list[ExerciseInfo | LessonInfo] = [*lessons_before(exercise.id), exercise]
        for info in found:
            if (info.path / f"lesson.{language()}.md").exists():
                yield f"{info.folder}.md", "".join(map(_kept, lesson_parts(info)))


def lesson_parts(info: ExerciseInfo | LessonInfo) -> Iterator[str | LessonFigure]:
    """Yield a lesson's Markdown and figures in order, in the current language."""
    return _parts(info, lesson_text(info))


def _parts(info: ExerciseInfo | LessonInfo, text: str) -> Iterator[str | LessonFigure]:
    """Yield a lesson's Markdown and figures in order. Raises FigureError with the file's name."""
    try:
        for piece in pieces(text):
            yield figure_of(piece) if isinstance(piece, FigureBlock) else piece
    except FigureError as error:
        path = info.path / f"lesson.{language()}.md"
        raise FigureError("figure", "in_file", path=path, error=error) from error


def _kept(part: str | LessonFigure) -> str:
    if isinstance(part, str):
        return part
    lines = figure_lines(part.drawing, part.caption, WIDTH, Paint())
    return "\n".join(["```text", *lines, "```", ""])


def example_lines(info: ExerciseInfo | LessonInfo, width: int) -> list[str]:
    """Return the first public case of the practice key as lines, or [] if none can be drawn."""
    if isinstance(info, LessonInfo):
        return []
    from ..answer_key.find import practice_key

    try:
        key = practice_key(info, info.libraries[0])
    except LearncnnError:
        return []
    case = next((c for c in key.cases if c.public and not c.driver), None)
    if case is None or case.expected.kind != "value":
        return []
    arguments = case.arguments.items()
    parts = [name if _arrays(name, v) else f"{name}={value_text(v)}" for name, v in arguments]
    call = f"{case.function}({', '.join(parts)})"
    blocks = [
        [f"{label} =", *_array_lines(array, width - 4)]
        for name, value in arguments
        for label, array in _arrays(name, value)
    ]
    results = _arrays("", case.expected.value, exercise_texts(info).results(case.function))
    if not results:
        call += f" = {value_text(case.expected.value)}"
    blocks += [[f"→ {label}".rstrip(), *_array_lines(array, width - 4)] for label, array in results]
    drawn = indented(beside(blocks, 4, width - 4), 2)
    return [*wrapped(call, width - 2), *(["", *drawn] if drawn else [])]


def _array_lines(array: Array, width: int) -> list[str]:
    """Return an array as rows of numbers; a vector is broken evenly into lines that fit `width`."""
    lines = matrix_lines(array)
    length = len(lines[0])
    if array.ndim > 1 or length <= width:
        return lines
    even = length / math.ceil(length / width)
    return indented(wrapped(lines[0].strip(), math.ceil(even)), 1)


def _arrays(name: str, value: object, names: Sequence[str] = ()) -> list[tuple[str, Array]]:
    """Return (name, array) for each array of a value, or [] if it does not consist of arrays."""
    if drawable(value):
        return [(name, value)]
    if not isinstance(value, (list, tuple)) or not all(map(drawable, value)):
        return []
    labels = names if len(names) == len(value) else [f"{name}[{i}]" for i in range(len(value))]
    return list(zip(labels, value, strict=True))
