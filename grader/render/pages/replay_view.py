"""Show a replay as pictures and sentences: the correct window beside the misconceived one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup

from ...errors import SEMICOLON
from ...i18n.texts import listed, say
from ...replay.replayed import Replay, WorkedSide
from ...replay.worked_cell import Index, Numbers, Spot, WindowFrame
from ...terminal.layout import clean
from ..arrays import DIGITS, digits_apart, shape_text
from .replay_svg import PlaneCell, PlaneFrame, plane_svg
from .replay_words import SHORT, Word, calculation, shown

#: Maximum number of rows and columns drawn of a plane, and of planes drawn of one side.
ROWS, COLUMNS, PLANES = 10, 12, 8
#: Keys of the texts on the controls that a script adds under a replay.
CONTROLS = ("back", "play", "pause", "next", "step", "so_far", "controls")


class PlanePicture(NamedTuple):
    """A picture of a plane, with the name of its array."""

    title: str
    role: str
    picture: Markup


@dataclass(frozen=True)
class SideView:
    """One of the two computations."""

    #: `right` or `wrong`.
    kind: str
    heading: str
    #: How it differs from the correct computation.
    caption: str
    #: Planes, grouped with those that they are multiplied by.
    groups: Sequence[Sequence[PlanePicture]] = ()
    lines: Sequence[Sequence[Word]] = ()
    #: Text instead of a calculation.
    note: str = ""


@dataclass(frozen=True)
class ReplayView:
    """Both computations, with the position of their number."""

    place: str
    sides: Sequence[SideView]
    #: Number of steps: the products of the longer side.
    steps: int
    #: Names of the arrays that are drawn.
    arrays: frozenset[str]

    @property
    def texts(self) -> str:
        """Return the texts of the controls as JSON, for the page's script."""
        return json.dumps({key: say("serve_replay", key) for key in CONTROLS})


def replay_view(
    replay: Replay, arguments: Mapping[str, Any], result: str = ""
) -> ReplayView | None:
    """Return the view of a replay, or None if it is too large to be drawn.

    `result` is the name of the result, for a function that returns several.
    """
    digits = _digits(replay)
    sides = [
        _side("right", say("serve_replay", "expected"), replay.right, "", arguments, digits),
        _yours(replay, arguments, digits),
    ]
    drawn = [side for side in sides if side is not None]
    if len(drawn) != len(sides):
        return None
    place = shape_text(replay.index)
    words = {"place": place, "name": result}
    worked = [replay.right, *([replay.misconceived] if replay.misconceived else [])]
    return ReplayView(
        say("serve_replay", "place_in" if result else "place", **words),
        drawn,
        max(len(side.cell.products) for side in worked),
        frozenset(name for side in worked for name in side.numbers),
    )


def _yours(replay: Replay, arguments: Mapping[str, Any], digits: int) -> SideView | None:
    heading = say("serve_replay", "yours")
    if replay.misconceived is not None:
        ways = [say("serve_replay", f"way.{key}.{value}") for key, value in replay.ways.items()]
        caption = listed(ways, SEMICOLON)
        return _side("wrong", heading, replay.misconceived, caption, arguments, digits)
    if replay.yours is None:
        return SideView("wrong", heading, "", note=say("serve_replay", "returned_less"))
    line = [Word(shown(replay.yours, digits), role="value")]
    return SideView("wrong", heading, "", (), [line], say("serve_replay", "returned"))


def _digits(replay: Replay) -> int:
    """Return the number of significant digits with which the two results look different."""
    if replay.expected is None or replay.yours is None:
        return DIGITS
    return digits_apart(replay.expected, replay.yours)


def _side(
    kind: str,
    heading: str,
    side: WorkedSide,
    caption: str,
    arguments: Mapping[str, Any],
    digits: int,
) -> SideView | None:
    groups = _groups(side)
    planes = [plane for group in groups for plane in group]
    if len(planes) > PLANES:
        return None
    pictures = {plane: _picture(side, plane, arguments) for plane in planes}
    if not all(pictures.values()):
        return None
    drawn = [[p for plane in group if (p := pictures[plane]) is not None] for group in groups]
    if side.value is None:
        key = "missing" if kind == "right" or side.cell.frames else "ended"
        return SideView(kind, heading, caption, drawn, note=say("serve_replay", key))
    note = ""
    if not side.cell.products:
        note = say("serve_replay", "no_share" if side.cell.chosen else "nothing")
    return SideView(kind, heading, caption, drawn, list(calculation(side, digits)), note)


#: Name of an array, and index of a plane in it.
Plane = tuple[str, Index]


def _groups(side: WorkedSide) -> list[list[Plane]]:
    """Return the planes in order of appearance, grouped with those they are multiplied by."""
    met: dict[Plane, dict[Plane, None]] = {}
    around = [(f.array, f.outer) for f in side.cell.frames]
    if side.cell.chosen is not None:
        around.append((side.cell.chosen.array, side.cell.chosen.outer))
    for plane in around:
        met.setdefault(plane, {})
    for product in side.cell.products:
        others = met.setdefault((product.left.array, product.left.outer), {})
        if product.right is not None:
            others[(product.right.array, product.right.outer)] = None
    seen: set[Plane] = set()
    groups = []
    for plane, others in met.items():
        new = [each for each in dict.fromkeys([plane, *others]) if each not in seen]
        seen.update(new)
        if new:
            groups.append(new)
    return groups


def _picture(side: WorkedSide, plane: Plane, arguments: Mapping[str, Any]) -> PlanePicture | None:
    """Return the used part of a plane, or None if it is too large."""
    numbers = side.numbers[plane[0]]
    frames = [f for f in side.cell.frames if (f.array, f.outer) == plane]
    taking: dict[Spot, list[int]] = {}
    for n, product in enumerate(side.cell.products):
        for spot in (product.left, product.right):
            if spot is not None and (spot.array, spot.outer) == plane:
                taking.setdefault(spot, []).append(n)
    spots = [*taking, *([side.cell.chosen] if side.cell.chosen else [])]
    spots = [spot for spot in spots if (spot.array, spot.outer) == plane]
    rows = _range(numbers, spots, frames, axis=0)
    columns = _range(numbers, spots, frames, axis=1)
    if rows is None or columns is None:
        return None
    cells = [[_cell(numbers, Spot(*plane, i, j), taking, side) for j in columns] for i in rows]
    title = _title(plane, numbers, arguments)
    marks = [
        PlaneFrame(f.row - rows[0], f.column - columns[0], f.rows, f.columns, not f.gives)
        for f in frames
    ]
    return PlanePicture(title, numbers.role, plane_svg(cells, numbers.role, title, marks))


def _range(
    numbers: Numbers, spots: Sequence[Spot], frames: Sequence[WindowFrame], axis: int
) -> range | None:
    """Return the rows or columns to draw: all of the padded plane, or the used part.

    Returns None if the used part is too large.
    """
    most = (ROWS, COLUMNS)[axis]
    before, length = (numbers.above, numbers.left)[axis], numbers.array.shape[axis - 2]
    used = [(s.row, s.column)[axis] for s in spots]
    used += [(f.row, f.column)[axis] for f in frames]
    used += [(f.row + f.rows, f.column + f.columns)[axis] - 1 for f in frames]
    first, last = min([-before, *used]), max([length - before - 1, *used])
    if last - first < most:
        return range(first, last + 1)
    if not used or max(used) - min(used) >= most:
        return None
    start = max(first, min(min(used) - 1, last - most + 1))
    start = max(start, max(used) - most + 1)
    return range(start, start + most)


def _cell(
    numbers: Numbers, spot: Spot, taking: Mapping[Spot, list[int]], side: WorkedSide
) -> PlaneCell:
    kind = "inside"
    if not numbers.inside(spot):
        counts = spot in taking and side.value is not None
        kind = "outside" if numbers.present(spot) or counts else "beyond"
    text = "×" if kind == "beyond" and spot in taking else ""
    if numbers.known and kind != "beyond":
        text = shown(numbers.at(spot), SHORT)
    return PlaneCell(text, kind, tuple(taking.get(spot, ())), spot == side.cell.chosen)


def _title(plane: Plane, numbers: Numbers, arguments: Mapping[str, Any]) -> str:
    """Return `X`, or `weight[1, 0]`: an argument and a plane of it."""
    name, outer = plane
    argument = arguments.get(name)
    axes = argument.ndim - 2 if isinstance(argument, np.ndarray) else len(outer)
    lengths = numbers.array.shape[:-2]
    places = list(outer)
    for axis in range(len(lengths)):
        if len(places) > max(axes, 0) and lengths[axis] == 1:
            places.pop(axis - (len(lengths) - len(places)))
    index = ", ".join(map(str, places))
    return clean(f"{name}[{index}]" if places else name)
