"""Draw units and their connections with Braille dots."""

from __future__ import annotations

from ..terminal.layout import Paint, width_of
from .panels import Graph
from .text_canvas import styles_of

#: Minimum number of characters between two columns of units, and of lines between two units.
ACROSS, DOWN = 12, 2
#: Bits of the dots of a Braille character, by row and column.
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def graph_lines(graph: Graph, paint: Paint) -> list[str]:
    """Return a graph as text: units as ● or with their values, connections as dotted lines."""
    across = max(ACROSS, 4 + max(width_of(node.label) for node in graph.nodes))
    down = DOWN if graph.arrows else 2 * DOWN
    places = [(round(n.x * across), round(n.y * down)) for n in graph.nodes]
    wide, tall = (max(p[axis] for p in places) + 1 for axis in (0, 1))
    dots = [[0] * wide for _ in range(tall)]
    for a, b in graph.edges:
        _line(dots, places[a], places[b])
    cells = [[chr(0x2800 + dot) if dot else " " for dot in row] for row in dots]
    lines = [[*row, *" " * 10] for row in cells]
    for node, (column, row) in zip(graph.nodes, places, strict=True):
        text = node.label or "●"
        start = max(0, column - width_of(text) // 2) if node.label else column
        for offset in range(-1, len(text) + 1):
            if 0 <= start + offset < len(lines[row]):
                lines[row][start + offset] = " "
        lines[row][start] = paint(text, *styles_of(node.role))
        for offset in range(1, len(text)):
            lines[row][start + offset] = ""
    return ["".join(row).rstrip() for row in lines]


def _line(dots: list[list[int]], start: tuple[int, int], end: tuple[int, int]) -> None:
    """Set the dots from the middle of one character to the middle of another."""
    (x1, y1), (x2, y2) = ((2 * x, 4 * y + 2) for x, y in (start, end))
    steps = max(abs(x2 - x1), abs(y2 - y1), 1)
    for step in range(steps + 1):
        x = round(x1 + (x2 - x1) * step / steps)
        y = round(y1 + (y2 - y1) * step / steps)
        dots[min(y // 4, len(dots) - 1)][x // 2] |= _DOTS[y % 4][x % 2]
