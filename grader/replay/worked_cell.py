"""Types that describe how one number of a result is computed: its products and their sum."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

import numpy as np

from ..sandbox.protocol.values import Array

Pair = tuple[int, int]
Index = tuple[int, ...]
#: Role of an array in a computation, which determines its colour in drawings.
Role = Literal["input", "kernel", "output", "gradient"]
#: How the products are combined, and what is done with the resulting number.
Rule = Literal["sum", "max"]
Finish = Literal["", "whole", "no negatives", "no signs"]


class Spot(NamedTuple):
    """A position in a plane of an array; row and column are those without padding."""

    array: str
    outer: Index
    row: int
    column: int


class Product(NamedTuple):
    """A number, a product of two, or a quotient; `value` is what it contributes to the sum."""

    left: Spot
    right: Spot | None
    value: float
    divisor: float | None = None


class WindowFrame(NamedTuple):
    """A window over a plane: its first row and column, and its size."""

    array: str
    outer: Index
    row: int
    column: int
    rows: int
    columns: int
    #: Whether the window contributes to the number.
    gives: bool = True


class WorkedCell(NamedTuple):
    """How one number of a result is computed; without products the element was never written."""

    products: tuple[Product, ...]
    value: float
    rule: Rule = "sum"
    #: Divisor of the sum; None if it is not divided.
    divisor: float | None = None
    #: The bias, and the number of times that it is added.
    bias: tuple[float, int] = (0.0, 0)
    finish: Finish = ""
    frames: tuple[WindowFrame, ...] = ()
    #: Position of the maximum, or of the element that receives the gradient.
    chosen: Spot | None = None
    #: (row, row length, column), if the number is the index of the maximum.
    position: tuple[int, int, int] | None = None


class Numbers(NamedTuple):
    """An array with its padding: the offset and the size of the plane without padding."""

    array: Array
    role: Role
    above: int = 0
    left: int = 0
    height: int = 0
    width: int = 0
    #: Value beyond the padding; −∞ for a correct maximum, in which it must not count.
    fill: float = 0.0
    #: Whether its values are known, or only its shape.
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
    """Return an array of unknown values with shape [*, H, W] and padding around each plane."""
    *outer, height, width = shape
    wide = (*outer, height + 2 * padding[0], width + 2 * padding[1])
    return Numbers(np.full(wide, np.nan), "output", *padding, height, width, math.nan, False)


class Computation(Protocol):
    """A function's result, of which the computation of each number can be shown."""

    @property
    def shape(self) -> Index:
        """Return the shape of the result, as the function returns it."""

    @property
    def numbers(self) -> Mapping[str, Numbers]:
        """Return the arrays that it is computed from, by the names of the function's arguments."""

    def worked(self, index: Index) -> WorkedCell:
        """Return how the number at an index of the result is computed."""


def finished(
    products: Sequence[Product],
    divisor: float | None = None,
    bias: tuple[float, int] = (0.0, 0),
    finish: Finish = "",
) -> float:
    """Return the sum of products over the divisor, plus the bias, changed as `finish` says."""
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
    """Return an int or a pair of ints as (vertical, horizontal), or None for anything else."""
    if type(value) is int:
        return (value, value)
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(type(v) is int for v in value):
        return (value[0], value[1])
    return None


def as_floats(value: object) -> Array | None:
    """Return an array of real numbers in float64 (integers up to 2^53 stay exact), else None."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iufb" or not value.size:
        return None
    return value.astype(np.float64)
