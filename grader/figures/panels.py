"""Define the parts of a figure: rows of panels, with sentences below them.

A kind of figure makes a `Drawing`, which `text_drawing` and `svg_drawing` render. The role of a
panel, a frame or a word determines its colour: `input`, `kernel`, `output`, `gradient`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from ..sandbox.protocol.values import Array


class Square(NamedTuple):
    """One element of a matrix, with its marks."""

    text: str
    #: Whether it lies in the padding.
    outside: bool = False
    #: Whether it is highlighted: the maximum of a window, a tap of a dilated kernel.
    chosen: bool = False
    #: Whether no window covers it.
    unused: bool = False


class Outline(NamedTuple):
    """A frame around `rows` × `columns` elements, the first at `row`, `column`."""

    row: int
    column: int
    rows: int
    columns: int
    role: str


class Matrix(NamedTuple):
    """An array of two dimensions, with frames."""

    title: str
    role: str
    squares: Sequence[Sequence[Square]]
    outlines: Sequence[Outline] = ()
    #: Whether texts are centred rather than right-aligned.
    centred: bool = False


class Span(NamedTuple):
    """A window under a row: the elements that it covers, and the text beside it."""

    start: int
    length: int
    text: str
    role: str


class Ladder(NamedTuple):
    """A row of elements, and below it the windows over it, one per line."""

    title: str
    role: str
    squares: Sequence[Square]
    spans: Sequence[Span]


class Volume(NamedTuple):
    """A layer's output drawn as a block; height and width of a vector are 1."""

    title: str
    role: str
    channels: int
    height: int
    width: int
    note: str = ""

    @property
    def size(self) -> str:
        """Return `6@28×28`, or `120` for a vector."""
        if self.height == self.width == 1:
            return str(self.channels)
        return f"{self.channels}@{self.height}×{self.width}"


class CountBar(NamedTuple):
    """A name with an integer and its formula."""

    name: str
    formula: str
    value: int


class CountBars(NamedTuple):
    """Numbers as bars on a logarithmic scale."""

    title: str
    bars: Sequence[CountBar]

    def share(self, bar: CountBar) -> float:
        """Return the relative length of a bar, from 0 to 1."""
        largest = math.log10(max(b.value for b in self.bars) + 1)
        return math.log10(bar.value + 1) / largest


class Curve(NamedTuple):
    """A named line through points."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


class Plot(NamedTuple):
    """Curves over common axes."""

    title: str
    curves: Sequence[Curve]
    x_label: str
    y_label: str

    @property
    def ticks(self) -> tuple[list[float], list[float]]:
        """Return the round numbers at which the x axis and the y axis are labelled."""
        x = [v for curve in self.curves for v in curve.x]
        y = [v for curve in self.curves for v in curve.y]
        low = 0.0 if 0 < min(y) < 0.5 * max(y) else min(y)
        return round_numbers(min(x), max(x)), round_numbers(low, max(y))


class Picture(NamedTuple):
    """An image of one channel; `pixels` [H, W] range from 0 (dark) to 1 (bright)."""

    title: str
    role: str
    pixels: Array
    #: Whether it is drawn small, as one of many.
    small: bool = False


class Node(NamedTuple):
    """A unit at a position, with its value as the label."""

    x: float
    y: float
    label: str
    role: str


class Graph(NamedTuple):
    """Units and their connections, which are pairs of positions in `nodes`."""

    title: str
    nodes: Sequence[Node]
    edges: Sequence[tuple[int, int]]
    arrows: bool


class Sign(NamedTuple):
    """A sign between two panels (∗, =, →), with a note."""

    text: str
    note: str = ""


class Words(NamedTuple):
    """A sentence or calculation of parts, each a text with its role (`""` for none)."""

    parts: Sequence[tuple[str, str]]
    #: Whether it is a sentence rather than a calculation.
    prose: bool = False

    @property
    def plain(self) -> str:
        """Return the sentence without its roles."""
        return "".join(text for text, _ in self.parts)


Panel: TypeAlias = Matrix | Ladder | Volume | CountBars | Plot | Graph | Picture | Sign


class Drawing(NamedTuple):
    """The content of a figure, independent of how it is rendered."""

    rows: Sequence[Sequence[Panel]]
    words: Sequence[Words] = ()


def round_numbers(low: float, high: float, most: int = 5) -> list[float]:
    """Return at most `most` + 1 multiples of 1, 2 or 5 times a power of ten that span the range."""
    if high <= low:
        low, high = low - 0.5, high + 0.5
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for factor in (1, 2, 5, 10, 20):
        step = factor * power
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first <= most:
            break
    return [round(n * step, 12) for n in range(first, last + 1)]


def sentence(text: str) -> Words:
    """Return `text` as a sentence without a role."""
    return Words(((text, ""),), prose=True)


def short(value: object) -> str:
    """Return a number with at most four significant digits and a real minus sign."""
    number = float(value)  # type: ignore[arg-type]
    if np.isinf(number):
        return "∞" if number > 0 else "−∞"
    text = str(int(number)) if number == int(number) else f"{number:.4g}"
    return text.replace("-", "−")


def squares_of(plane: Array) -> list[list[Square]]:
    """Return the elements of an array [H, W] as squares."""
    return [[Square(short(value)) for value in row] for row in plane.tolist()]


def size_text(shape: Sequence[int]) -> str:
    """Return a shape as `3×5`."""
    return "×".join(str(n) for n in shape)
