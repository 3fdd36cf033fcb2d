"""Find and read the figure blocks in a lesson's Markdown, and return them as plain data.

A block is a fence with the word `figure` that holds TOML: `kind`, `caption`, and the parameters of
that kind (docs/author-guide.md, Figures).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..errors import FigureError, Message, Messages
from ..i18n.tomlio import parse_toml
from .kinds import KINDS
from .panels import Drawing
from .parameters import Parameters

_OPEN = re.compile(r"(`{3,}|~{3,})\s*figure\s*")
_FENCE = re.compile(r"(`{3,}|~{3,})")


class FigureBlock(NamedTuple):
    """A block in a lesson."""

    #: Number of the line of its fence, from 1.
    line: int
    source: str


class LessonFigure(NamedTuple):
    """A figure that can be drawn."""

    kind: str
    caption: str
    #: Arrays and parameters, with defaults filled in, from which an interactive figure is made.
    parameters: dict[str, Any]
    drawing: Drawing

    @property
    def data(self) -> str:
        """Return kind and parameters as JSON, which differ between languages only in names."""
        return json.dumps({"kind": self.kind, **self.parameters}, separators=(",", ":"))


def pieces(markdown: str) -> Iterator[str | FigureBlock]:
    """Yield a lesson's Markdown and its figure blocks in order. Raises FigureError."""
    text: list[str] = []
    lines = iter(enumerate(markdown.splitlines(keepends=True), 1))
    fence = ""
    for number, line in lines:
        if fence:  # inside a fence of code
            fence = "" if line.rstrip() == fence else fence
        elif found := _OPEN.fullmatch(line.rstrip("\n")):
            if text:
                yield "".join(text)
            text = []
            yield FigureBlock(number, _inside(found[1], lines, number))
            continue
        elif found := _FENCE.match(line):
            fence = found[1]
        text.append(line)
    if text:
        yield "".join(text)


def _inside(fence: str, lines: Iterator[tuple[int, str]], start: int) -> str:
    source: list[str] = []
    for _, line in lines:
        if line.rstrip() == fence:
            return "".join(source)
        source.append(line)
    raise FigureError("figure", "in_line", line=start, error=Message("figure", "unclosed"))


def figure_of(block: FigureBlock) -> LessonFigure:
    """Return the figure that a block describes. Raises FigureError with the block's line."""
    try:
        return _read(block.source)
    except FigureError as error:
        raise FigureError("figure", "in_line", line=block.line, error=error) from error


def figures_in(markdown: str) -> list[LessonFigure]:
    """Return every figure of a lesson. Raises FigureError."""
    return [figure_of(piece) for piece in pieces(markdown) if isinstance(piece, FigureBlock)]


def _read(source: str) -> LessonFigure:
    try:
        table = parse_toml(source)
    except ValueError as error:
        raise FigureError("figure", "toml", reason=str(error)) from error
    kind, caption = table.pop("kind", None), table.pop("caption", None)
    if kind not in KINDS:
        raise FigureError("figure", "kind", kind=kind, known=Messages(KINDS))
    if not isinstance(caption, str) or not caption.strip():
        raise FigureError("figure", "lacks", name="caption")
    parameters = Parameters(table)
    drawing = KINDS[kind](parameters)
    parameters.finish()
    return LessonFigure(kind, caption.strip(), parameters.read, drawing)
