"""Draw arrays as SVG: a grid of numbers with windows, padding and wrong elements marked.

All marks are visible without colour: a window has a frame, padding has dashes, a wrong element has
a marked corner, and the first difference has a thick frame.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET

from markupsafe import Markup

from ...terminal.layout import clean, width_of
from ..arrays import number_text

#: Height of a cell and margin around the grid, in pixels.
HEIGHT = 26
PAD = 3
#: Width of a digit in the font and size of the page's style, in pixels.
DIGIT = 7.9
#: Minimum width of a cell, in pixels.
NARROWEST = 28.0


class Cell(NamedTuple):
    """A number with its marks."""

    text: str
    #: Whether it lies outside the image.
    outside: bool = False
    #: Whether it lies under the window.
    under: bool = False
    #: `wrong` or `right` if yours and the expected number differ.
    mark: str = ""
    #: Whether it is the first that differs.
    first: bool = False


class Frame(NamedTuple):
    """A window over the cells from `row`, `column`, in cells of the grid."""

    row: int
    column: int
    rows: int
    columns: int


def grid(cells: Sequence[Sequence[Cell]], label: str, frames: Sequence[Frame] = ()) -> Markup:
    """Return the grid as SVG; `label` describes it for screen readers."""
    longest = max((width_of(cell.text) for row in cells for cell in row), default=1)
    wide = math.ceil(max(NARROWEST, longest * DIGIT + 10))
    columns, rows = max(len(row) for row in cells), len(cells)
    width, height = columns * wide + 2 * PAD, rows * HEIGHT + 2 * PAD
    svg = _svg(width, height, label)
    for i, row in enumerate(cells):
        for j, cell in enumerate(row):
            _draw(svg, cell, PAD + j * wide, PAD + i * HEIGHT, wide)
    for frame in frames:
        _rectangle(
            svg,
            "window",
            PAD + frame.column * wide,
            PAD + frame.row * HEIGHT,
            frame.columns * wide,
            frame.rows * HEIGHT,
        )
    return as_markup(svg)


def number_cell(value: object) -> Cell:
    """Return a cell with a number."""
    return Cell(number_text(value))


def as_markup(svg: ET.Element) -> Markup:
    """Return an element as markup for a page; texts in it are escaped."""
    return Markup(ET.tostring(svg, encoding="unicode"))


def _svg(width: float, height: float, label: str) -> ET.Element:
    svg = ET.Element(
        "svg",
        {
            "class": "grid",
            "role": "img",
            "width": f"{width:g}",
            "height": f"{height:g}",
            "viewBox": f"0 0 {width:g} {height:g}",
        },
    )
    ET.SubElement(svg, "title").text = clean(label)
    return svg


def _draw(svg: ET.Element, cell: Cell, x: float, y: float, wide: float) -> None:
    shades = ("outside", cell.outside), ("under", cell.under), (cell.mark, bool(cell.mark))
    names = " ".join(name for name, holds in shades if holds)
    _rectangle(svg, f"cell {names}".rstrip(), x, y, wide, HEIGHT)
    if cell.mark == "wrong":
        right = x + wide
        corner = f"M{right - 8:g} {y:g}H{right:g}V{y + 8:g}Z"
        ET.SubElement(svg, "path", {"class": "corner", "d": corner})
    if cell.first:
        _rectangle(svg, "first", x + 1.5, y + 1.5, wide - 3, HEIGHT - 3)
    place = {"x": f"{x + wide / 2:g}", "y": f"{y + HEIGHT / 2 + 4.5:g}"}
    ET.SubElement(svg, "text", {"class": names, **place} if names else place).text = cell.text


def _rectangle(
    svg: ET.Element, names: str, x: float, y: float, width: float, height: float
) -> None:
    values = {"x": x, "y": y, "width": width, "height": height}
    texts = {name: f"{value:g}" for name, value in values.items()}
    ET.SubElement(svg, "rect", {"class": names, **texts})
