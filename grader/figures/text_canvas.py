"""Provide a canvas of characters: a grid of numbers with light borders and heavy frames."""

from __future__ import annotations

from collections.abc import Sequence

from ..terminal.layout import Paint, width_of
from .panels import Matrix, Outline, Square

#: Bits of the directions in which edges leave a character.
UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
_LIGHT = {
    3: "│", 12: "─", 10: "┌", 6: "┐", 9: "└", 5: "┘", 11: "├", 7: "┤", 14: "┬", 13: "┴", 15: "┼",
    1: "│", 2: "│", 4: "─", 8: "─",
}  # fmt: skip
_HEAVY = {
    3: "┃", 12: "━", 10: "┏", 6: "┓", 9: "┗", 5: "┛", 11: "┣", 7: "┫", 14: "┳", 13: "┻", 15: "╋",
    1: "┃", 2: "┃", 4: "━", 8: "━",
}  # fmt: skip
STYLES = {"input": "blue", "kernel": "yellow", "output": "cyan", "gradient": "magenta"}


def styles_of(role: str) -> tuple[str, ...]:
    """Return the terminal styles of a role."""
    return (STYLES[role],) if role in STYLES else ()


def grid_lines(
    matrix: Matrix,
    border: Outline,
    paint: Paint,
    room: int,
) -> list[str]:
    """Return the lines of a grid with its border and frames, in `room` columns if possible.

    Between two rows there is a line of text only if a frame has an edge there.
    """
    squares, outlines = matrix.squares, matrix.outlines
    rows, columns = len(squares), len(squares[0])
    wide = max(width_of(square.text) for row in squares for square in row)
    gap = 3 if columns * (wide + 3) + 1 <= room else 2
    pitch = wide + gap
    edges = {edge for o in (border, *outlines) for edge in (o.row, o.row + o.rows)}
    line_at, place = {}, 0  # line_at: edge → line of text
    starts = []
    for number in range(rows + 1):
        if number in edges:
            line_at[number] = place
            place += 1
        if number < rows:
            starts.append(place)
            place += 1
    canvas = _Canvas()
    canvas.frame(border, line_at, pitch, heavy=False)
    for outline in outlines:
        canvas.frame(outline, line_at, pitch, heavy=True)
    for i, row in enumerate(squares):
        for j, square in enumerate(row):
            text = "×" if square.unused else square.text
            free = wide - width_of(text)
            left = j * pitch + gap - 1 + (free // 2 if matrix.centred else free)
            canvas.write(starts[i], left, text, _styles(square, _role_at(outlines, i, j)))
    return canvas.lines(place, columns * pitch + 1, paint)


def _role_at(outlines: Sequence[Outline], i: int, j: int) -> str:
    for o in outlines:
        if o.row <= i < o.row + o.rows and o.column <= j < o.column + o.columns:
            return o.role
    return ""


def _styles(square: Square, role: str) -> tuple[str, ...]:
    dim = (square.outside or square.unused) and not role
    styles = ("dim",) if dim else styles_of(role)
    return (*styles, "bold") if square.chosen else styles


class _Canvas:
    """Characters by line and column; edges that meet are joined."""

    def __init__(self) -> None:
        self._edges: dict[tuple[int, int, bool], int] = {}
        self._roles: dict[tuple[int, int], str] = {}
        self._texts: dict[tuple[int, int], tuple[str, tuple[str, ...]]] = {}

    def frame(self, outline: Outline, line_at: dict[int, int], pitch: int, *, heavy: bool) -> None:
        top, bottom = line_at[outline.row], line_at[outline.row + outline.rows]
        left, right = outline.column * pitch, (outline.column + outline.columns) * pitch
        for column in range(left, right + 1):
            sides = (LEFT if column > left else 0) | (RIGHT if column < right else 0)
            corner = column in (left, right)
            self._edge(top, column, sides | (DOWN if corner else 0), heavy, outline)
            self._edge(bottom, column, sides | (UP if corner else 0), heavy, outline)
        for line in range(top + 1, bottom):
            self._edge(line, left, UP | DOWN, heavy, outline)
            self._edge(line, right, UP | DOWN, heavy, outline)

    def _edge(self, line: int, column: int, sides: int, heavy: bool, outline: Outline) -> None:
        place = (line, column, heavy)
        self._edges[place] = self._edges.get(place, 0) | sides
        if heavy:
            self._roles[line, column] = outline.role

    def write(self, line: int, column: int, text: str, styles: tuple[str, ...]) -> None:
        self._texts[line, column] = (text, styles)

    def lines(self, height: int, width: int, paint: Paint) -> list[str]:
        found = []
        for line in range(height):
            parts, column = [], 0
            while column < width:
                if (line, column) in self._texts:
                    text, styles = self._texts[line, column]
                    parts.append(paint(text, *styles))
                    column += width_of(text)
                    continue
                if sides := self._edges.get((line, column, True)):
                    parts.append(paint(_HEAVY[sides], *styles_of(self._roles[line, column])))
                elif sides := self._edges.get((line, column, False)):
                    parts.append(paint(_LIGHT[sides], "dim"))
                else:
                    parts.append(" ")
                column += 1
            found.append("".join(parts).rstrip())
        return found
