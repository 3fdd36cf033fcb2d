"""Curves as SVG: each has a dash of its own and its name at its end or in the legend."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from .panels import Plot, short
from .svg_shapes import SVG, line, svg, text
from .text_plot import ROLES

WIDE, TALL = 300, 170
LEFT, TOP, FOOT, LEGEND = 44, 18, 34, 20


def plot_svg(plot: Plot) -> SVG:
    """Return a plot with its axes and a legend that shows the dash of each curve."""
    height = TOP + TALL + FOOT + LEGEND * len(plot.curves)
    names = ", ".join(curve.name for curve in plot.curves)
    drawn = svg(LEFT + WIDE + 12, height, f"{plot.title} {names}".strip())
    low_x, high_x, low_y, high_y = plot.bounds
    bottom = TOP + TALL
    for part in range(5):
        y = TOP + TALL * part / 4
        line(drawn, "rule", LEFT, y, LEFT + WIDE, y)
        text(drawn, "label end", LEFT - 6, y + 4, short(high_y - (high_y - low_y) * part / 4))
    for part in range(5):
        x = LEFT + WIDE * part / 4
        text(drawn, "label", x, bottom + 16, short(low_x + (high_x - low_x) * part / 4))
    line(drawn, "axis", LEFT, bottom, LEFT + WIDE, bottom)
    text(drawn, "label", LEFT + WIDE / 2, bottom + 31, plot.x_label)
    text(drawn, "label start", 2, 10, plot.y_label)
    for number, curve in enumerate(plot.curves):
        points = " ".join(
            f"{LEFT + (x - low_x) / (high_x - low_x) * WIDE:.1f},"
            f"{bottom - (y - low_y) / (high_y - low_y) * TALL:.1f}"
            for x, y in zip(curve.x, curve.y, strict=True)
        )
        ET.SubElement(
            drawn, "polyline", {"class": f"curve {ROLES[number]} dash{number}", "points": points}
        )
        y = bottom + FOOT + LEGEND * number + 12
        line(drawn, f"curve {ROLES[number]} dash{number}", LEFT, y - 4, LEFT + 34, y - 4)
        text(drawn, "label start", LEFT + 42, y, curve.name)
    return drawn
