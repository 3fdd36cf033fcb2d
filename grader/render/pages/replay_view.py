"""A replay as pictures and sentences: the right window beside the misconceived one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup

from ...i18n.texts import say
from ...replay.replayed import Replay, WorkedSide
from ...replay.worked_cell import Index, Numbers, Product, Spot, WindowFrame
from ...terminal.layout import clean
from ..arrays import DIGITS, digits_apart, number_text, shape_text
from .replay_svg import PlaneCell, PlaneFrame, plane_svg

#: Maximum number of rows and columns drawn of a plane, and of planes drawn of one side.
ROWS, COLUMNS, PLANES = 10, 12, 8
#: Significant digits of numbers in cells and products.
SHORT = 4
#: Words of the controls that a script puts under a replay.
CONTROLS = ("back", "play", "pause", "next", "step", "so_far", "controls")


class PlanePicture(NamedTuple):
    """A plane with the name of the array it belongs to."""

    title: str
    role: str
    picture: Markup


class Word(NamedTuple):
    """A part of a calculation; a product has a number, and the sum up to it."""

    text: str
    product: int | None = None
    total: str = ""
    role: str = ""


@dataclass(frozen=True)
class SideView:
    """One of the two computations."""

    #: `right` or `wrong`.
    kind: str
    heading: str
    #: How it differs from the right one.
    caption: str
    #: Planes that are multiplied stand together.
    groups: Sequence[Sequence[PlanePicture]] = ()
    lines: Sequence[Sequence[Word]] = ()
    #: What is said in place of a calculation.
    note: str = ""


@dataclass(frozen=True)
class ReplayView:
    """Both, with the place that they are about."""

    place: str
    sides: Sequence[SideView]
    #: The number of steps: products of the longer side.
    steps: int
    #: Names of the arrays that are drawn.
    arrays: frozenset[str]

    @property
    def texts(self) -> str:
        """Return the words of the controls as JSON, for a page with a script."""
        return json.dumps({key: say("serve_replay", key) for key in CONTROLS})


def replay_view(
    replay: Replay, arguments: Mapping[str, Any], result: str = ""
) -> ReplayView | None:
    """Return the view of a replay, or None where it is too large to be drawn.

    `result` names one of several results.
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
        caption = say("serve_replay", "separator").join(ways)
        return _side("wrong", heading, replay.misconceived, caption, arguments, digits)
    if replay.yours is None:
        return SideView("wrong", heading, "", note=say("serve_replay", "returned_less"))
    line = [Word(_number(replay.yours, digits), role="value")]
    return SideView("wrong", heading, "", (), [line], say("serve_replay", "returned"))


def _digits(replay: Replay) -> int:
    """Significant digits with which the two results look different."""
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
    return SideView(kind, heading, caption, drawn, list(_lines(side, groups, digits)), note)


#: An array and the place of a plane in it.
Plane = tuple[str, Index]


def _groups(side: WorkedSide) -> list[list[Plane]]:
    """Return the planes that are multiplied with each other, then in order of appearance."""
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
    """Return a plane around what is used of it, or None where that is too large."""
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
    """Return the rows or columns to draw: the plane with its padding, or the part in use."""
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
        text = _number(numbers.at(spot), SHORT)
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


def _lines(
    side: WorkedSide, groups: Sequence[Sequence[Plane]], digits: int
) -> Iterator[Sequence[Word]]:
    """Yield a line of products for each pair of planes, then what becomes of their sum."""
    cell = side.cell
    value = Word(_number(cell.value, digits), role="value")
    if cell.rule == "max":
        yield from _maximum(side, value)
        return
    parts: dict[Index, list[int]] = {}
    for n, product in enumerate(cell.products):
        parts.setdefault(product.left.outer, []).append(n)
    totals = _totals(cell.products, digits)
    sums = []
    for members in parts.values():
        words: list[Word] = []
        for n in members:
            words += [Word(" + ")] if words else []
            words.append(Word(_product(side, cell.products[n]), n, totals[n]))
        if len(parts) > 1:
            part = _number(sum(cell.products[n].value for n in members), digits)
            sums.append(part)
            yield [*words, Word(" = "), Word(part)]
        else:
            yield from _finish(side, words, value, digits)
    if len(parts) != 1:
        text = " + ".join(sums)
        yield from _finish(side, [Word(text)] if text else [], value, digits)


def _finish(
    side: WorkedSide, words: list[Word], value: Word, digits: int
) -> Iterator[Sequence[Word]]:
    cell = side.cell
    if cell.divisor is not None and words:
        inner = (
            words
            if len(words) == 1 and "+" not in words[0].text
            else [Word("("), *words, Word(")")]
        )
        words = [*inner, Word(f" ÷ {_number(cell.divisor, SHORT)}")]
    bias, times = cell.bias
    if times:
        by = f"{times} · " if times > 1 else ""
        shown = _bracketed(_number(bias, SHORT))
        words = [*words, *([Word(" + ")] if words else []), Word(f"{by}{shown}", role="bias")]
        words.append(Word(f" ({say('serve_replay', 'bias')})", role="dim"))
    if len(words) == 1 and words[0].text == value.text:
        yield [value._replace(product=words[0].product, total=words[0].total)]
        return
    sign = " → " if cell.finish else " = "
    if cell.finish:
        raw = sum(p.value for p in cell.products) / (cell.divisor or 1) + bias * times
        words = [*words, Word(f" = {_number(raw, digits)}")]
    yield [*words, Word(sign), value] if words else [value]


def _maximum(side: WorkedSide, value: Word) -> Iterator[Sequence[Word]]:
    cell = side.cell
    words = [Word(f"{say('serve_replay', 'maximum')}(")]
    best, largest = "", -np.inf
    for n, product in enumerate(cell.products):
        words += [Word(", ")] if n else []
        text, mine = _number(product.value, SHORT), product.left == cell.chosen
        best, largest = (text if mine else best), np.fmax(largest, product.value)
        words.append(Word(text, n, _number(float(largest), SHORT), "chosen" if mine else ""))
    words.append(Word(")"))
    if cell.position is None:
        yield [*words, Word(" = "), value]
        return
    row, width, column = cell.position
    yield [*words, Word(f" = {best}")]
    said = say("serve_replay", "found_at", value=best, row=row, column=column)
    yield [Word(f"{said} "), Word(f"{row} · {width} + {column} = "), value]


def _product(side: WorkedSide, product: Product) -> str:
    left = _number(side.numbers[product.left.array].at(product.left), SHORT)
    if product.right is not None:
        right = side.numbers[product.right.array].at(product.right)
        return f"{left}·{_bracketed(_number(right, SHORT))}"
    if product.divisor is not None:
        return f"{left} ÷ {_number(product.divisor, SHORT)}"
    return left


def _totals(products: Sequence[Product], digits: int) -> list[str]:
    """Return the sum up to each product."""
    totals, total = [], 0.0
    for product in products:
        total += product.value
        totals.append(_number(total, digits))
    return totals


def _number(value: float, digits: int) -> str:
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    return number_text(value, digits).replace("-", "−")


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("−") else text
