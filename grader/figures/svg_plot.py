"""Render curves and bars as SVG; each curve has its own dash pattern, shown in the legend."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from .panels import CountBars, Plot, short
from .svg_shapes import SVG, line, rectangle, svg, text
from .text_plot import ROLES

#: Size of the area of a plot, in pixels.
WIDE, TALL = 300, 170
#: Space to its left, above it and below it, and height of a line of the legend, in pixels.
LEFT, TOP, FOOT, LEGEND = 44, 18, 34, 20


def plot_svg(plot: Plot) -> SVG:
    """Return a plot with its axes and a legend that shows the dash pattern of each curve."""
    height = TOP + TALL + FOOT + LEGEND * len(plot.curves)
    names = ", ".join(curve.name for curve in plot.curves)
    drawn = svg(LEFT + WIDE + 12, height, f"{plot.title} {names}".strip())
    places_x, places_y = plot.ticks
    low_x, high_x, low_y, high_y = places_x[0], places_x[-1], places_y[0], places_y[-1]
    bottom = TOP + TALL
    for value in places_y:
        y = bottom - (value - low_y) / (high_y - low_y) * TALL
        line(drawn, "rule", LEFT, y, LEFT + WIDE, y)
        text(drawn, "label end", LEFT - 6, y + 4, short(value))
    for value in places_x:
        x = LEFT + (value - low_x) / (high_x - low_x) * WIDE
        line(drawn, "rule", x, bottom, x, bottom + 4)
        text(drawn, "label", x, bottom + 16, short(value))
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


def bars_svg(panel: CountBars) -> SVG:
    """Return bars, each with its name and number above it and its formula below."""
    top, step, width = 8, 62, LEFT + WIDE
    told = "; ".join(f"{bar.name}: {bar.value}" for bar in panel.bars)
    drawn = svg(width, top + step * len(panel.bars), f"{panel.title}: {told}")
    for number, bar in enumerate(panel.bars):
        y = top + number * step
        text(drawn, "label name", 0, y + 14, bar.name)
        text(drawn, "end chosen", width, y + 14, f"{bar.value:,}")
        rectangle(drawn, "bar", 0, y + 20, max(1.0, width * panel.share(bar)), 12)
        text(drawn, "formula start", 0, y + 48, bar.formula)
    return drawn
