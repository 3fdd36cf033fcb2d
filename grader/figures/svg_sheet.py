"""Render a figure as one self-contained SVG, for systems that accept only pictures."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from ..terminal.layout import width_of, wrapped
from .panels import Drawing, Panel, Sign, Volume
from .svg_drawing import panel_svg
from .svg_shapes import SVG, rectangle, svg, text

STYLE = Path(__file__).resolve().parent / "figures.css"
#: Maximum width of a picture, and the space around it and between its parts, in pixels.
WIDTH, MARGIN, GAP = 720, 12, 14
#: Width of a column and height of a line of small text, in pixels.
_COLUMN, _LINE = 7.0, 18


class _Part(NamedTuple):
    """A panel or a sign, with the texts above and below it."""

    drawn: SVG | None
    above: str
    below: Sequence[str]
    width: float
    height: float


def figure_uri(drawing: Drawing, label: str) -> str:
    """Return a figure's picture as a `data:` URI."""
    picture = ET.tostring(figure_svg(drawing, label), encoding="utf-8")
    return f"data:image/svg+xml;base64,{base64.b64encode(picture).decode()}"


def figure_svg(drawing: Drawing, label: str) -> SVG:
    """Return a figure with its own style and background; `label` is for screen readers."""
    sheet = svg(WIDTH, 0, label)
    sheet.set("xmlns", "http://www.w3.org/2000/svg")
    sheet.set("class", "drawing")
    ET.SubElement(sheet, "style").text = _style()
    rectangle(sheet, "sheet", 0, 0, WIDTH, 0)
    ground = sheet[-1]
    top: float = MARGIN
    widest: float = 0
    for row in drawing.rows:
        for line in _lines([_part(panel) for panel in row]):
            height = max(part.height for part in line)
            widest = max(widest, _put(sheet, line, top, height))
            top += height + GAP
    columns = int((WIDTH - 2 * MARGIN) / _COLUMN)
    for words in drawing.words:
        for line_of_words in wrapped(words.plain, columns):
            text(sheet, "words", MARGIN, top + 13, line_of_words)
            widest = max(widest, width_of(line_of_words) * _COLUMN + 2 * MARGIN)
            top += _LINE
    width, height = max(widest, 2 * MARGIN), top + MARGIN - (0 if drawing.words else GAP)
    for element in (sheet, ground):
        element.set("width", f"{width:g}")
        element.set("height", f"{height:g}")
    sheet.set("viewBox", f"0 0 {width:g} {height:g}")
    return sheet


def _put(sheet: SVG, line: Sequence[_Part], top: float, height: float) -> float:
    """Draw the parts of a line side by side, centred vertically; return the line's width."""
    left: float = MARGIN
    for part in line:
        y = top + (height - part.height) / 2
        if part.drawn is None:
            text(sheet, "sign", left + part.width / 2, y + part.height / 2 + 7, part.above)
            below = y + part.height / 2 + 8
        else:
            if part.above:
                text(sheet, "title", left + 4, y + 13, part.above)
                y += _LINE
            part.drawn.set("x", f"{left:g}")
            part.drawn.set("y", f"{y:g}")
            sheet.append(part.drawn)
            below = y + float(part.drawn.get("height", "0"))
        for note in part.below:
            below += _LINE - 3
            text(sheet, "note", left + 4, below, note)
        left += part.width + GAP
    return left - GAP + MARGIN


def _part(panel: Panel) -> _Part:
    if isinstance(panel, Sign):
        notes = [panel.note] if panel.note else []
        width = max(
            width_of(panel.text) * 12, *(width_of(note) * _COLUMN + 8 for note in notes), 12
        )
        return _Part(None, panel.text, notes, width, 30 + _LINE * len(notes))
    drawn = panel_svg(panel)
    notes = [t for t in (panel.size, panel.note) if t] if isinstance(panel, Volume) else []
    width, height = (float(drawn.get(side, "0")) for side in ("width", "height"))
    texts = [panel.title, *notes]
    width = max(width, *(width_of(words) * _COLUMN + 8 for words in texts))
    height += _LINE * (len(notes) + bool(panel.title))
    return _Part(drawn, panel.title, notes, width, height)


def _lines(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """Break a row into lines that fit; a sign stays with the panel after it."""
    line: list[_Part] = []
    waiting: list[_Part] = []
    for part in parts:
        waiting.append(part)
        if part.drawn is None:
            continue
        if line and sum(p.width + GAP for p in (*line, *waiting)) > WIDTH - 2 * MARGIN + GAP:
            yield line
            line = []
        line += waiting
        waiting = []
    if line or waiting:
        yield [*line, *waiting]


@cache
def _style() -> str:
    own = (
        ".drawing { margin: 0; }\n"
        ".sheet { fill: var(--ground); }\n"
        ".drawing > text { font: 14px system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif;"
        " fill: var(--dim); }\n"
        ".drawing > .words { fill: var(--text); }\n"
        ".drawing > .note { font-size: 13px; }\n"
        ".drawing > .sign { font-size: 20px; text-anchor: middle; }\n"
    )
    return STYLE.read_text("utf-8") + own
