"""Render a drawing as HTML with one SVG per panel, so that panels wrap on a narrow page.

All marks are visible without colour: panels have titles, windows have thick frames, padding has
dashes, and unused elements have crosses. The colours are defined in figures.css.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from xml.etree import ElementTree as ET

from ..i18n.texts import say
from ..terminal.layout import width_of
from .blocks import LessonFigure
from .panels import (
    CountBars,
    Drawing,
    Graph,
    Ladder,
    Matrix,
    Panel,
    Picture,
    Plot,
    Sign,
    Square,
    Volume,
    Words,
)
from .png import png_uri
from .svg_plot import bars_svg, plot_svg
from .svg_shapes import SVG, line, rectangle, svg, text

#: Height and minimum width of an element, in pixels.
TALL, LEAST = 30, 30
#: Width of a digit in the monospace font of figures.css, in pixels.
DIGIT = 8.2
#: Space around a panel, in pixels.
MARGIN = 4


def figure_html(figure: LessonFigure) -> str:
    """Return a figure with its caption, in the element that makes it interactive on the study page.

    `data-figure` holds its parameters. On other pages the element is unknown and has no effect.
    """
    drawn = drawing_html(figure.drawing, figure.caption)
    return f'<learncnn-figure data-figure="{escape(figure.data)}">\n{drawn}</learncnn-figure>\n'


def drawing_html(drawing: Drawing, caption: str) -> str:
    """Return a drawing with a caption as HTML."""
    lines = ['<figure class="drawing">']
    for row in drawing.rows:
        panels = "".join(_group(group) for group in _grouped(row))
        lines.append(f'<div class="panels">{panels}</div>')
    for words in drawing.words:
        names = "worked prose" if words.prose else "worked"
        lines.append(f'<p class="{names}">{_words(words)}</p>')
    lines += [f"<figcaption>{escape(caption)}</figcaption>", "</figure>"]
    return "\n".join(lines) + "\n"


def _words(words: Words) -> str:
    """Return a sentence as HTML, which can break at spaces, but not between = and a result."""
    parts = []
    for part, role in words.parts:
        parts.append(
            f'<span class="{role}">{escape(part)}</span>'
            if role
            else escape(part.replace(" = ", " =\N{NO-BREAK SPACE}"))
        )
    return "".join(parts)


def _grouped(row: Sequence[Panel]) -> list[list[Panel]]:
    """Return groups of a panel and the signs before it, so that no sign ends a line."""
    groups: list[list[Panel]] = []
    signs: list[Panel] = []
    for panel in row:
        signs.append(panel)
        if not isinstance(panel, Sign):
            groups.append(signs)
            signs = []
    return [*groups, signs] if signs else groups


def _group(group: Sequence[Panel]) -> str:
    return f'<div class="group">{"".join(map(_panel, group))}</div>'


def _panel(panel: Panel) -> str:
    if isinstance(panel, Sign):
        note = f"<small>{escape(panel.note)}</small>" if panel.note else ""
        return f'<div class="sign">{note}<span>{escape(panel.text)}</span></div>'
    note = ""
    if isinstance(panel, Volume):
        note = "".join(f"<small>{escape(t)}</small>" for t in (panel.size, panel.note) if t)
    title = f'<div class="title">{escape(panel.title)}</div>' if panel.title else ""
    role = " wide" if isinstance(panel, (Plot, CountBars, Graph)) else f" {panel.role}".rstrip()
    drawn = ET.tostring(panel_svg(panel), encoding="unicode")
    return f'<div class="panel{role}">{title}{drawn}{note}</div>'


def panel_svg(panel: Panel) -> SVG:
    """Return one panel as SVG."""
    if isinstance(panel, Matrix):
        return _matrix(panel)
    if isinstance(panel, Ladder):
        return _ladder(panel)
    if isinstance(panel, Volume):
        return _volume(panel)
    if isinstance(panel, CountBars):
        return bars_svg(panel)
    if isinstance(panel, Plot):
        return plot_svg(panel)
    if isinstance(panel, Graph):
        return _graph(panel)
    if isinstance(panel, Picture):
        return _picture(panel)
    return svg(0, 0, panel.text)


def _cell_width(squares: Sequence[Square]) -> int:
    longest = max(width_of(square.text) for square in squares)
    return math.ceil(max(LEAST, longest * DIGIT + 12))


def _matrix(matrix: Matrix) -> SVG:
    wide = _cell_width([square for row in matrix.squares for square in row])
    columns, rows = len(matrix.squares[0]), len(matrix.squares)
    drawn = svg(columns * wide + 2 * MARGIN, rows * TALL + 2 * MARGIN, _told(matrix))
    under = _under(matrix)
    for i, row in enumerate(matrix.squares):
        for j, square in enumerate(row):
            x, y = MARGIN + j * wide, MARGIN + i * TALL
            _square(drawn, square, x, y, wide, under.get((i, j), ""))
    for o in matrix.outlines:
        left, top = MARGIN + o.column * wide, MARGIN + o.row * TALL
        rectangle(drawn, f"frame {o.role}".rstrip(), left, top, o.columns * wide, o.rows * TALL)
    return drawn


def _under(matrix: Matrix) -> dict[tuple[int, int], str]:
    """Return position → role of the frame around it, for the framed elements."""
    return {
        (i, j): o.role
        for o in reversed(matrix.outlines)
        for i in range(o.row, o.row + o.rows)
        for j in range(o.column, o.column + o.columns)
    }


def _told(matrix: Matrix) -> str:
    """Return the title and numbers of a matrix as text for screen readers."""
    rows = "; ".join(" ".join(square.text for square in row) for row in matrix.squares)
    return f"{matrix.title}: {rows}"


def _square(drawn: SVG, square: Square, x: float, y: float, wide: float, role: str) -> None:
    marks = ("outside", square.outside), ("chosen", square.chosen), ("unused", square.unused)
    names = " ".join(["cell", *([f"in-{role}"] if role else []), *(n for n, on in marks if on)])
    rectangle(drawn, names, x, y, wide, TALL)
    if square.unused:
        line(drawn, "cross", x + 6, y + 6, x + wide - 6, y + TALL - 6)
        line(drawn, "cross", x + 6, y + TALL - 6, x + wide - 6, y + 6)
    text(drawn, names, x + wide / 2, y + TALL / 2 + 5, square.text)


def _ladder(ladder: Ladder) -> SVG:
    wide, step = _cell_width(ladder.squares), 20
    height = TALL + len(ladder.spans) * step + 2 * MARGIN
    numbers = " ".join(square.text for square in ladder.squares)
    drawn = svg(len(ladder.squares) * wide + 2 * MARGIN + 24, height, f"{ladder.title}: {numbers}")
    for j, square in enumerate(ladder.squares):
        _square(drawn, square, MARGIN + j * wide, MARGIN, wide, "")
    for number, span in enumerate(ladder.spans):
        left, right = MARGIN + span.start * wide + 3, MARGIN + (span.start + span.length) * wide - 3
        y = MARGIN + TALL + number * step + 9
        bracket = f"M{left:g} {y - 5:g}V{y:g}H{right:g}V{y - 5:g}"
        ET.SubElement(drawn, "path", {"class": f"frame {span.role}", "d": bracket})
        text(drawn, "label start", right + 6, y + 4, span.text)
    return drawn


def _volume(volume: Volume) -> SVG:
    """Draw a block of planes; its sides and the number of planes are logarithmic in the sizes."""
    side = 6.0 if volume.height == 1 else 12 + 9 * math.log2(volume.height)
    wide = 10.0 if volume.width == 1 else 12 + 9 * math.log2(volume.width)
    planes, shift = 1 + max(0, min(7, round(math.log2(volume.channels)))), 4
    extra = (planes - 1) * shift
    drawn = svg(
        wide + extra + 2 * MARGIN, side + extra + 2 * MARGIN, f"{volume.title}: {volume.size}"
    )
    for number in reversed(range(planes)):
        x, y = MARGIN + number * shift, MARGIN + extra - number * shift
        rectangle(drawn, f"volume in-{volume.role}", x, y, wide, side)
    return drawn


def _graph(graph: Graph) -> SVG:
    """Draw units as circles, with connections as lines, or as arrows if they have a direction."""
    radius, step = 22 if any(node.label for node in graph.nodes) else 12, 62
    places = [(radius + 2 + n.x * step, radius + 2 + n.y * step) for n in graph.nodes]
    width, height = (max(p[axis] for p in places) + radius + 2 for axis in (0, 1))
    told = say("figure", "graph", units=len(graph.nodes), connections=len(graph.edges))
    drawn = svg(width, height, told)
    for a, b in graph.edges:
        (x1, y1), (x2, y2) = places[a], places[b]
        length = math.hypot(x2 - x1, y2 - y1)
        dx, dy = (x2 - x1) / length, (y2 - y1) / length
        end = x2 - dx * (radius + 2), y2 - dy * (radius + 2)
        line(drawn, "edge", x1 + dx * radius, y1 + dy * radius, *end)
        if graph.arrows:
            left = end[0] - 7 * dx - 3.5 * dy, end[1] - 7 * dy + 3.5 * dx
            right = end[0] - 7 * dx + 3.5 * dy, end[1] - 7 * dy - 3.5 * dx
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (end, left, right))
            ET.SubElement(drawn, "polygon", {"class": "tip", "points": points})
    for node, (x, y) in zip(graph.nodes, places, strict=True):
        values = {"cx": f"{x:g}", "cy": f"{y:g}", "r": f"{radius}"}
        ET.SubElement(drawn, "circle", {"class": f"unit in-{node.role}", **values})
        text(drawn, "unit", x, y + 4, node.label)
    return drawn


def _picture(picture: Picture) -> SVG:
    height, width = picture.pixels.shape
    scale = max(1, round((40 if picture.small else 128) / max(height, width)))
    size = {"width": f"{width * scale}", "height": f"{height * scale}"}
    drawn = svg(width * scale + 2, height * scale + 2, picture.title)
    place = {"x": "1", "y": "1", "class": "pixels", "href": png_uri(picture.pixels)}
    ET.SubElement(drawn, "image", {**place, **size})
    rectangle(drawn, f"edge {picture.role}".rstrip(), 1, 1, width * scale, height * scale)
    return drawn
