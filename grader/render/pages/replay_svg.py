"""Draw a plane of a replay as SVG: numbers, windows and padding.

`data-n` on an element lists the products that it belongs to, so that a page can step through them.
Marks are visible without colour: a window has a frame, padding has dashes, and the number that is
a maximum or receives a gradient has a thick frame.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET

from markupsafe import Markup

from ...terminal.layout import clean, width_of
from .grid import as_markup

#: Height and minimum width of a cell, and margin around the plane, in pixels.
TALL, NARROWEST, MARGIN = 28, 28, 3
#: Width of a digit of the monospace font at 13px, in pixels.
DIGIT = 7.9


class PlaneCell(NamedTuple):
    """A number of a plane, or an empty place."""

    text: str
    #: `inside`, `outside` (in the padding), or `beyond` the padding.
    kind: str = "inside"
    #: Numbers of the products that it belongs to.
    products: tuple[int, ...] = ()
    chosen: bool = False


class PlaneFrame(NamedTuple):
    """A window over the cells of a plane."""

    row: int
    column: int
    rows: int
    columns: int
    faint: bool = False


def plane_svg(
    cells: Sequence[Sequence[PlaneCell]], role: str, label: str, frames: Sequence[PlaneFrame]
) -> Markup:
    """Return a plane in the colour of its role; `label` describes it for screen readers."""
    longest = max(width_of(cell.text) for row in cells for cell in row)
    wide = math.ceil(max(NARROWEST, longest * DIGIT + 10))
    width, height = len(cells[0]) * wide + 2 * MARGIN, len(cells) * TALL + 2 * MARGIN
    svg = ET.Element(
        "svg",
        {
            "class": f"plane {role}",
            "role": "img",
            "width": str(width),
            "height": str(height),
            "viewBox": f"0 0 {width} {height}",
        },
    )
    ET.SubElement(svg, "title").text = clean(label)
    for i, row in enumerate(cells):
        for j, cell in enumerate(row):
            _cell(svg, cell, MARGIN + j * wide, MARGIN + i * TALL, wide)
    for frame in frames:
        _rectangle(
            svg,
            "window faint" if frame.faint else "window",
            (MARGIN + frame.column * wide, MARGIN + frame.row * TALL),
            (frame.columns * wide, frame.rows * TALL),
        )
    return as_markup(svg)


def _cell(svg: ET.Element, cell: PlaneCell, x: int, y: int, wide: int) -> None:
    names = ["at", *([cell.kind] if cell.kind != "inside" else [])]
    names += ["used"] if cell.products else []
    group = ET.SubElement(svg, "g", {"class": " ".join(names)})
    if cell.products:
        group.set("data-n", " ".join(map(str, cell.products)))
    _rectangle(group, "cell", (x, y), (wide, TALL))
    if cell.chosen:
        _rectangle(group, "chosen", (x + 2.5, y + 2.5), (wide - 5, TALL - 5))
    place = {"x": f"{x + wide / 2:g}", "y": f"{y + TALL / 2 + 4.5:g}"}
    ET.SubElement(group, "text", place).text = cell.text


def _rectangle(
    parent: ET.Element, names: str, at: tuple[float, float], size: tuple[float, float]
) -> None:
    values = {"x": at[0], "y": at[1], "width": size[0], "height": size[1]}
    texts = {name: f"{value:g}" for name, value in values.items()}
    ET.SubElement(parent, "rect", {"class": names, **texts})
