"""Draw charts of a class: results by exercise, hand-ins by week, quartiles, a mistake's path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET

from markupsafe import Markup

from ...i18n.texts import say
from .chart import FOOT, TOP, canvas, line, rectangle, text
from .grid import as_markup

#: Shares of the points from which a result has the next shade.
SHADES = (0.25, 0.5, 0.75, 1.0)
#: Width of a wide chart, width of its scale on the left, and its height; size of a strip.
WIDTH, LEFT, TALL = 640, 34, 150
STRIP, STRIP_TALL = 220, 22
#: Side of a square in the path of a mistake over the exercises.
SQUARE = 11
_LABELS = 12


class Column(NamedTuple):
    """Results of an exercise: its name, shares of the points, and the number without a result."""

    name: str
    shares: Sequence[float]
    without: int


class WeekBar(NamedTuple):
    """A week: its name, the number who handed in, and their mean share of the points, if any."""

    name: str
    students: int
    share: float | None


def shade(share: float) -> int:
    """Return the shade of a share of the points, 0 for the weakest to 4 for all of them."""
    return sum(share >= least for least in SHADES)


def results_by_exercise(columns: Sequence[Column]) -> Markup:
    """Draw a column for each exercise, with the best results at the bottom, missing ones on top."""
    whole = max([len(column.shares) + column.without for column in columns] + [1])
    said = [
        say("report", "results_said", name=c.name, full=sum(s >= 1 for s in c.shares),
            part=sum(s < 1 for s in c.shares), without=c.without)
        for c in columns
    ]  # fmt: skip
    height = TOP + TALL + FOOT
    svg = canvas("chart wide", WIDTH, height, say("report", "results") + ": " + "; ".join(said))
    _scale(svg, whole)
    step = (WIDTH - LEFT) / max(len(columns), 1)
    for number, column in enumerate(columns):
        x, bottom = LEFT + number * step + step * 0.12, float(TOP + TALL)
        for level in range(len(SHADES), -1, -1):
            count = sum(shade(share) == level for share in column.shares)
            tall = TALL * count / whole
            if count:
                bottom -= tall
                rectangle(svg, f"s{level}", x, bottom, step * 0.76, tall)
        tall = TALL * column.without / whole
        if column.without:
            rectangle(svg, "none", x, bottom - tall, step * 0.76, tall)
    _names(svg, [column.name for column in columns], step)
    return as_markup(svg)


def trend(weeks: Sequence[WeekBar]) -> Markup:
    """Draw the number of students per week as bars, and their mean share of points as a line."""
    most = max([week.students for week in weeks] + [1])
    said = [
        f"{week.name}: {week.students}" + (f", {week.share:.0%}" if week.share is not None else "")
        for week in weeks
    ]
    svg = canvas(
        "chart wide", WIDTH, TOP + TALL + FOOT, say("report", "trend") + ": " + "; ".join(said)
    )
    _scale(svg, most)
    step = (WIDTH - LEFT) / max(len(weeks), 1)
    points = []
    for number, week in enumerate(weeks):
        tall = TALL * week.students / most
        x = LEFT + number * step
        rectangle(svg, "s1", x + step * 0.14, TOP + TALL - tall, step * 0.72, tall)
        if week.share is not None:
            points.append((x + step / 2, TOP + TALL * (1 - week.share), week.share))
    path = " ".join(f"{x:g},{y:g}" for x, y, _ in points)
    ET.SubElement(svg, "polyline", {"class": "mean", "points": path})
    every = -(-len(weeks) // _LABELS)
    for number, (x, y, share) in enumerate(points):
        ET.SubElement(svg, "circle", {"class": "mean", "cx": f"{x:g}", "cy": f"{y:g}", "r": "4"})
        if number % every == 0:
            name = f"count halo {_second(number // every)}".rstrip()
            text(svg, x, y - 8 if y > TOP + 12 else y + 22, f"{share:.0%}", name)
    _names(svg, [week.name for week in weeks], step)
    return as_markup(svg)


def quarters_strip(quarters: Sequence[float]) -> Markup:
    """Draw a box plot of (minimum, lower quartile, median, upper quartile, maximum)."""
    svg = canvas("strip", STRIP, STRIP_TALL)
    middle = STRIP_TALL / 2
    line(svg, "axis", 0, STRIP_TALL - 0.5, STRIP, STRIP_TALL - 0.5)
    if quarters:
        least, low, median, high, most = (min(max(q, 0.0), 1.0) * STRIP for q in quarters)
        line(svg, "whisker", least, middle, most, middle)
        rectangle(svg, "s2", low, 4, max(high - low, 1), STRIP_TALL - 9)
        line(svg, "median", median, 2, median, STRIP_TALL - 3)
    return as_markup(svg)


def mistake_strip(counts: Mapping[str, tuple[int, int]]) -> Markup:
    """Draw a square for each exercise, darker the more students have the mistake.

    `counts` maps an exercise to the numbers of students with the mistake and of all students.
    """
    svg = canvas("squares", len(counts) * SQUARE, SQUARE)
    for number, (count, of) in enumerate(counts.values()):
        share = count / of if of else 0.0
        name = f"s{1 + min(3, int(share * 16))}" if count else "empty"
        rectangle(svg, name, number * SQUARE + 1, 1, SQUARE - 2, SQUARE - 2)
    return as_markup(svg)


def _scale(svg: ET.Element, most: int) -> None:
    """Draw horizontal lines with their numbers."""
    for number in dict.fromkeys((0, most // 2, most)):
        y = TOP + TALL * (1 - number / most)
        line(svg, "axis", LEFT, y, WIDTH, y)
        text(svg, LEFT - 6, y + 4, str(number), "end")


def _names(svg: ET.Element, names: Sequence[str], step: float) -> None:
    """Write names below the columns, as many as fit."""
    every = -(-len(names) // _LABELS)
    for number, name in enumerate(names):
        if number % every == 0:
            place = LEFT + (number + 0.5) * step
            text(svg, place, TOP + TALL + FOOT - 6, name, _second(number // every))


def _second(place: int) -> str:
    """Return the class of every second label, which a narrow page hides."""
    return "second" if place % 2 else ""
