"""Build the few SVG elements that figures are drawn from."""

from __future__ import annotations

from typing import TypeAlias
from xml.etree import ElementTree as ET

from ..terminal.layout import clean

SVG: TypeAlias = ET.Element


def svg(width: float, height: float, label: str) -> SVG:
    """Return an empty picture; `label` describes it for screen readers."""
    size = {"width": f"{width:g}", "height": f"{height:g}", "viewBox": f"0 0 {width:g} {height:g}"}
    drawn = ET.Element("svg", {"role": "img", **size})
    ET.SubElement(drawn, "title").text = clean(label)
    return drawn


def rectangle(drawn: SVG, names: str, x: float, y: float, width: float, height: float) -> None:
    """Draw a rectangle with the classes `names`."""
    values = {"x": x, "y": y, "width": width, "height": height}
    ET.SubElement(drawn, "rect", {"class": names, **{k: f"{v:g}" for k, v in values.items()}})


def line(drawn: SVG, names: str, x1: float, y1: float, x2: float, y2: float) -> None:
    """Draw a line with the classes `names`."""
    values = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    ET.SubElement(drawn, "line", {"class": names, **{k: f"{v:g}" for k, v in values.items()}})


def text(drawn: SVG, names: str, x: float, y: float, words: str) -> None:
    """Write a text with its anchor at (x, y)."""
    place = {"class": names, "x": f"{x:g}", "y": f"{y:g}"}
    ET.SubElement(drawn, "text", place).text = clean(words)
