"""Draw small SVG charts: the distribution of points, and a share of a whole.

A chart is drawn on a fixed canvas, and the page scales it to the available space. Its title also
describes it in words, for screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from markupsafe import Markup

from ...i18n.texts import say
from .grid import as_markup

BINS = 10
#: Canvas size (width, height) of a histogram in a card, and of one across half a page, in pixels.
SMALL, WIDE = (320, 84), (640, 150)
TOP, FOOT = 20, 24
SHARE = 72


def histogram(shares: Sequence[float], size: tuple[int, int] = SMALL) -> Markup:
    """Draw a histogram of the students' shares of the points, by tenths."""
    width, tall = size
    step = width / BINS
    counts = bins(shares)
    most = max([*counts, 1])
    height = TOP + tall + FOOT
    name = "chart wide" if size == WIDE else "chart"
    svg = canvas(name, width, height, describe(counts))
    for number, count in enumerate(counts):
        x, part = number * step, tall * count / most
        if count:
            rectangle(svg, "bar", x + step / 16, TOP + tall - part, step * 7 / 8, part)
            text(svg, x + step / 2, TOP + tall - part - 5, str(count), "count")
    line(svg, "axis", 0, TOP + tall, width, TOP + tall)
    for number in range(0, BINS + 1, 2):
        side = {0: "start", BINS: "end"}.get(number, "")
        text(svg, number * step, height - 6, f"{number * 100 // BINS} %", side)
    return as_markup(svg)


def bins(shares: Sequence[float]) -> list[int]:
    """Return the number of shares in each tenth; the last one includes 1."""
    counts = [0] * BINS
    for share in shares:
        counts[max(0, min(int(share * BINS + 1e-9), BINS - 1))] += 1
    return counts


def describe(counts: Sequence[int]) -> str:
    """Return the counts as a sentence, for screen readers."""
    step = 100 // BINS
    parts = [f"{n * step}–{(n + 1) * step} %: {count}" for n, count in enumerate(counts) if count]
    return say("report", "distribution") + ": " + ("; ".join(parts) or "0")


def share_bar(part: float) -> Markup:
    """Draw a bar filled to `part`, between 0 and 1; the page writes the number beside it."""
    svg = canvas("share", SHARE, 9)
    for name, width in (("all", SHARE), ("part", SHARE * part)):
        rectangle(svg, name, 0, 0, width, 9).set("rx", "3")
    return as_markup(svg)


def canvas(name: str, width: float, height: float, title: str = "") -> ET.Element:
    """Return an empty chart; one without a title is hidden from screen readers."""
    values = {"class": name, "viewBox": f"0 0 {width:g} {height:g}"}
    values |= {"width": f"{width:g}", "height": f"{height:g}"}
    values |= {"role": "img"} if title else {"aria-hidden": "true"}
    svg = ET.Element("svg", values)
    if title:
        ET.SubElement(svg, "title").text = title
    return svg


def rectangle(
    svg: ET.Element, name: str, x: float, y: float, width: float, height: float
) -> ET.Element:
    """Add a rectangle."""
    place = {"x": f"{x:g}", "y": f"{y:g}", "width": f"{width:g}", "height": f"{height:g}"}
    return ET.SubElement(svg, "rect", {"class": name, **place})


def line(svg: ET.Element, name: str, x1: float, y1: float, x2: float, y2: float) -> None:
    """Add a line."""
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    ET.SubElement(svg, "line", {"class": name, **{key: f"{at:g}" for key, at in ends.items()}})


def text(svg: ET.Element, x: float, y: float, what: str, name: str = "") -> None:
    """Add a text, centred at x unless its class changes that."""
    place = {"x": f"{x:g}", "y": f"{y:g}"}
    ET.SubElement(svg, "text", {"class": name, **place} if name else place).text = what
