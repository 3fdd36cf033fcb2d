"""Draw curves with characters, a different one for each curve."""

from __future__ import annotations

from ..terminal.layout import Paint, width_of
from .panels import Plot, short
from .text_canvas import styles_of

#: Height in lines, and maximum width in columns, of the area of a plot.
HEIGHT, MOST_WIDE = 12, 56
#: Characters of the first, second, … curve.
SIGNS = "●○×+"
#: Roles of the curves, in the same order, which determine their colours.
ROLES = ("input", "kernel", "output", "gradient")


def plot_lines(plot: Plot, width: int, paint: Paint) -> list[str]:
    """Return a plot with its axes, and a legend that names the sign of each curve."""
    places_x, places_y = plot.ticks
    low_x, high_x, low_y, high_y = places_x[0], places_x[-1], places_y[0], places_y[-1]
    labels = {round((high_y - y) / (high_y - low_y) * (HEIGHT - 1)): short(y) for y in places_y}
    left = max(map(width_of, labels.values()))
    wide = min(MOST_WIDE, width - left - 3)
    canvas = [[" "] * wide for _ in range(HEIGHT)]
    for number, curve in reversed(list(enumerate(plot.curves))):
        sign = paint(SIGNS[number], *styles_of(ROLES[number]))
        for x, y in zip(curve.x, curve.y, strict=True):
            column = round((x - low_x) / (high_x - low_x) * (wide - 1))
            line = round((high_y - y) / (high_y - low_y) * (HEIGHT - 1))
            canvas[line][column] = sign
    lines = [paint(plot.title, "bold")] if plot.title else []
    if plot.y_label:
        lines.append(plot.y_label)
    for number, row in enumerate(canvas):
        label = labels.get(number, "")
        lines.append(f"{label.rjust(left)} │ {''.join(row)}".rstrip())
    lines.append(" " * left + " └" + "─" * (wide + 1))
    lines += [" " * (left + 3) + _below(plot, wide)]
    legend = [
        paint(f"{SIGNS[n]} {curve.name}", *styles_of(ROLES[n]))
        for n, curve in enumerate(plot.curves)
    ]
    return [*lines, " " * (left + 3) + "   ".join(legend)]


def _below(plot: Plot, wide: int) -> str:
    """Return the line with the numbers of the x axis, each under its position, and its label."""
    places = plot.ticks[0]
    line = [" "] * (wide + 8)
    for x in places:
        label = short(x)
        middle = round((x - places[0]) / (places[-1] - places[0]) * (wide - 1))
        start = max(0, middle - len(label) // 2)
        line[start : start + len(label)] = label
    return f"{''.join(line).rstrip()}  {plot.x_label}"
