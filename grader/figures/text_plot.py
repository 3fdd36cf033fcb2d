"""Curves drawn with characters: every curve has a sign of its own."""

from __future__ import annotations

from ..terminal.layout import Paint, width_of
from .panels import Plot, short
from .text_canvas import styles_of

HEIGHT, MOST_WIDE = 12, 56
SIGNS = "●○×+"
#: Roles whose colours the curves take in turn.
ROLES = ("input", "kernel", "output", "gradient")


def plot_lines(plot: Plot, width: int, paint: Paint) -> list[str]:
    """Return a plot with its axes, and a legend that names the sign of each curve."""
    low_x, high_x, low_y, high_y = plot.bounds
    labels = [short(high_y), short(low_y)]
    left = max(map(width_of, labels))
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
        label = {0: labels[0], HEIGHT - 1: labels[1]}.get(number, "")
        lines.append(f"{label.rjust(left)} │ {''.join(row)}".rstrip())
    lines.append(" " * left + " └" + "─" * (wide + 1))
    ends = short(low_x), short(high_x)
    middle = plot.x_label
    free = wide - width_of(ends[0]) - width_of(ends[1]) - width_of(middle)
    lines.append(
        " " * (left + 3) + ends[0] + " " * (free // 2) + middle + " " * (free - free // 2) + ends[1]
    )
    legend = [
        paint(f"{SIGNS[n]} {curve.name}", *styles_of(ROLES[n]))
        for n, curve in enumerate(plot.curves)
    ]
    return [*lines, " " * (left + 3) + "   ".join(legend)]
