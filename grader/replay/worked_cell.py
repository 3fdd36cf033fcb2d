"""Describe how one number of a result is computed: its products, and the use of their sum."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

import numpy as np

from ..sandbox.protocol.values import Array

Pair = tuple[int, int]
Index = tuple[int, ...]
#: What a function's number is made from: a colour of the drawing language.
Role = Literal["input", "kernel", "output", "gradient"]
#: What is done with the products, and with the number that comes of them.
Rule = Literal["sum", "max"]
Finish = Literal["", "whole", "no negatives", "no signs"]


class Spot(NamedTuple):
    """A number in a plane of an array; rows and columns count from the plane without padding."""

    array: str
    outer: Index
    row: int
    column: int


class Product(NamedTuple):
    """A number, times another one or over a divisor: `value` is what of it is summed."""

    left: Spot
    right: Spot | None
    value: float
    divisor: float | None = None


class WindowFrame(NamedTuple):
    """A window over a plane, from its first row and column."""

    array: str
    outer: Index
    row: int
    column: int
    rows: int
    columns: int
    #: Whether something of it takes part; a window may leave a number out.
    gives: bool = True


class WorkedCell(NamedTuple):
    """One number of a result, as it is worked out. Without products nothing was written there."""

    products: tuple[Product, ...]
    value: float
    rule: Rule = "sum"
    #: What the sum is divided by; None where nothing is divided.
    divisor: float | None = None
    #: The bias, and how many times it is added.
    bias: tuple[float, int] = (0.0, 0)
    finish: Finish = ""
    frames: tuple[WindowFrame, ...] = ()
    #: The number that a maximum is, or the one that receives a gradient.
    chosen: Spot | None = None
    #: Row, columns of a row, and column, where the number is the index of the maximum.
    position: tuple[int, int, int] | None = None


class Numbers(NamedTuple):
    """An array with its padding: where the plane without it begins, and how large it is."""

    array: Array
    role: Role
    above: int = 0
    left: int = 0
    height: int = 0
    width: int = 0
    #: What lies beyond the padding as well; not finite in a maximum, where it takes no part.
    fill: float = 0.0
    #: Whether its numbers are known; only its places are otherwise.
    known: bool = True

    def at(self, spot: Spot) -> float:
        """Return the number at a spot, which may lie in the padding or beyond it."""
        if not self.present(spot):
            return self.fill
        place = (*spot.outer, spot.row + self.above, spot.column + self.left)
        return float(self.array[place])

    def inside(self, spot: Spot) -> bool:
        """Return whether a spot lies in the plane without padding."""
        return 0 <= spot.row < self.height and 0 <= spot.column < self.width

    def present(self, spot: Spot) -> bool:
        """Return whether a spot lies in the plane or in its padding."""
        rows, columns = self.array.shape[-2:]
        row, column = spot.row + self.above, spot.column + self.left
        return bool(0 <= row < rows and 0 <= column < columns)


def plain(array: Array, role: Role) -> Numbers:
    """Return an array of at least two dimensions without padding."""
    return Numbers(array, role, 0, 0, array.shape[-2], array.shape[-1])


def blank(shape: Index, padding: Pair) -> Numbers:
    """Return places without numbers, [*, H, W] and padding around each plane."""
    *outer, height, width = shape
    wide = (*outer, height + 2 * padding[0], width + 2 * padding[1])
    return Numbers(np.full(wide, np.nan), "output", *padding, height, width, math.nan, False)


class Computation(Protocol):
    """A function's result, of which each number can be worked out."""

    @property
    def shape(self) -> Index:
        """Return the shape of the result, as the function returns it."""

    @property
    def numbers(self) -> Mapping[str, Numbers]:
        """Return the arrays that it is made from, by the names of the function's arguments."""

    def worked(self, index: Index) -> WorkedCell:
        """Work out the number at an index of the result."""


def finished(
    products: Sequence[Product],
    divisor: float | None = None,
    bias: tuple[float, int] = (0.0, 0),
    finish: Finish = "",
) -> float:
    """Return the number that a sum of products, a divisor and a bias make."""
    value = math.fsum(product.value for product in products) if _finite(products) else math.nan
    value = value / (divisor or 1.0) + bias[0] * bias[1]
    if finish == "whole":
        return float(math.trunc(value)) if math.isfinite(value) else value
    if finish == "no negatives":
        return max(value, 0.0)
    return abs(value) if finish == "no signs" else value


def _finite(products: Sequence[Product]) -> bool:
    return all(math.isfinite(product.value) for product in products)


def as_pair(value: object) -> Pair | None:
    """Return an int or a pair of ints as (vertical, horizontal); None for anything else."""
    if type(value) is int:
        return (value, value)
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(type(v) is int for v in value):
        return (value[0], value[1])
    return None


def as_floats(value: object) -> Array | None:
    """Return a plain array of numbers in float64, where every int up to 2^53 is exact."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iufb" or not value.size:
        return None
    return value.astype(np.float64)
