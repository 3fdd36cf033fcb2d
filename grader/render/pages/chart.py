"""Small charts as SVG: how the points are distributed, and a share of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from markupsafe import Markup

from ...i18n.texts import say
from .grid import as_markup

BINS = 10
WIDTH, TALL, STEP = 320, 84, 32
TOP, FOOT = 16, 18
SHARE = 72


def histogram(shares: Sequence[float]) -> Markup:
    """How many students have which tenth of the points."""
    counts = bins(shares)
    most = max([*counts, 1])
    height = TOP + TALL + FOOT
    svg = ET.Element("svg", _size("chart", WIDTH, height))
    ET.SubElement(svg, "title").text = describe(counts)
    for number, count in enumerate(counts):
        x, tall = number * STEP, TALL * count / most
        if count:
            place = {"x": f"{x + 2:g}", "y": f"{TOP + TALL - tall:g}"}
            size = {"width": f"{STEP - 4:g}", "height": f"{tall:g}"}
            ET.SubElement(svg, "rect", {"class": "bar", **place, **size})
            _text(svg, x + STEP / 2, TOP + TALL - tall - 4, str(count), "count")
    line = {"x1": "0", "x2": f"{WIDTH:g}", "y1": f"{TOP + TALL:g}", "y2": f"{TOP + TALL:g}"}
    ET.SubElement(svg, "line", {"class": "axis", **line})
    for number in range(0, BINS + 1, 2):
        side = {0: "start", BINS: "end"}.get(number, "")
        _text(svg, number * STEP, height - 4, f"{number * 100 // BINS} %", side)
    return as_markup(svg)


def bins(shares: Sequence[float]) -> list[int]:
    """How many lie in each tenth; the last one holds the whole as well."""
    counts = [0] * BINS
    for share in shares:
        counts[max(0, min(int(share * BINS + 1e-9), BINS - 1))] += 1
    return counts


def describe(counts: Sequence[int]) -> str:
    """The same for those who do not see it."""
    step = 100 // BINS
    parts = [f"{n * step}–{(n + 1) * step} %: {count}" for n, count in enumerate(counts) if count]
    return say("report", "distribution") + ": " + ("; ".join(parts) or "0")


def share_bar(part: float) -> Markup:
    """A bar of which `part`, between 0 and 1, is filled; the number stands beside it."""
    svg = ET.Element("svg", {**_size("share", SHARE, 9), "aria-hidden": "true"})
    for name, width in (("all", SHARE), ("part", SHARE * part)):
        size = {"width": f"{width:g}", "height": "9"}
        ET.SubElement(svg, "rect", {"class": name, "rx": "3", **size})
    return as_markup(svg)


def _size(name: str, width: float, height: float) -> dict[str, str]:
    box = f"0 0 {width:g} {height:g}"
    size = {"width": f"{width:g}", "height": f"{height:g}", "viewBox": box}
    return {"class": name, "role": "img", **size}


def _text(svg: ET.Element, x: float, y: float, text: str, name: str = "") -> None:
    place = {"x": f"{x:g}", "y": f"{y:g}"}
    ET.SubElement(svg, "text", {"class": name, **place} if name else place).text = text
