"""Compute the shown case at a wrong element, with the correct and the misconceived computation.

A drawing is shown only if it is proved: the correct computation must give every number of the
expected result, and the misconceived one every number of the learner's. Without proof of the
latter, only the correct one is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import Any, NamedTuple

import numpy as np

from ..sandbox.protocol.values import Array
from .computations import computation_of
from .sliding_windows import SlidingWindows
from .ways import changed, with_windows
from .worked_cell import Computation, Index, Numbers, WorkedCell

#: Maximum number of products computed for one replay, which takes about 0.1 s.
PROOF_PRODUCTS = 8_000
#: Maximum number of products of one number in a drawing.
DRAWN_PRODUCTS = 64
#: Maximum number of combinations of ways tried for one diagnosis.
COMBINATIONS = 48

Ways = Mapping[str, str]


class WorkedSide(NamedTuple):
    """One of the two computations, at the number that is drawn."""

    cell: WorkedCell
    numbers: Mapping[str, Numbers]
    #: The number in the result; None if the result is too small to have it.
    value: float | None


@dataclass(frozen=True)
class Replay:
    """The computation of one number of a result, as expected and as the learner's code did it."""

    index: Index
    #: The number in both results; None if a result is too small to have it.
    expected: float | None
    yours: float | None
    right: WorkedSide
    #: None if no misconception is proved to give the learner's result.
    misconceived: WorkedSide | None
    #: How the misconceived computation differs.
    ways: Ways


def replay_of(
    table: Mapping[str, str],
    arguments: Mapping[str, Any],
    expected: object,
    yours: object,
    *,
    drawn: Sequence[Sequence[Ways]] = (),
    index: Index | None = None,
    result: int = 0,
) -> Replay | None:
    """Return the replay of one result, or None if its function has no computation.

    `drawn` holds for each proved misconception the ways in which it may be drawn. `index` is the
    index of the wrong number if the judge found one; otherwise the first difference is drawn.
    """
    wanted, got = _numbers(expected), _numbers(yours)
    if wanted is None or got is None:
        return None
    right = computation_of(table, arguments, result)
    proof = _Proof(arguments)
    if right is None or not proof.gives(right, wanted):
        return None
    if index is None or len(index) != wanted.ndim:
        index = _first_apart(wanted, got)
    if index is None:
        return None
    found = proof.of_mistake(right, drawn, got) if drawn else None
    if found is None and not _holds(wanted, index):
        return None
    expected, number = _at(wanted, index), _at(got, index)
    as_expected = _side(right, index, expected)
    if as_expected is None:
        return None
    misconceived = _side(found[0], index, number) if found else None
    ways = found[1] if found and misconceived else {}
    return Replay(index, expected, number, as_expected, misconceived, ways)


class _Proof:
    """Compares computations with results; the total number of products is limited."""

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._single = any(_is_single(value) for value in arguments.values())
        self._left = PROOF_PRODUCTS

    def of_mistake(
        self, right: Computation, drawn: Sequence[Sequence[Ways]], got: Array
    ) -> tuple[Computation, Ways] | None:
        """Return the first computation that gives every number of the learner's result."""
        for ways in _combinations(drawn):
            wrong = changed(right, ways)
            if wrong is None:
                continue
            for candidate in (wrong, with_windows(wrong, right)):
                if candidate is not None and self.gives(candidate, got):
                    return candidate, ways
        return None

    def gives(self, computation: Computation, array: Array) -> bool:
        """Return whether a computation gives every number of an array."""
        if computation.shape != array.shape:
            return False
        single = self._single or _is_single(array)
        epsilon = float(np.finfo(np.float32 if single else np.float64).eps)
        for index in np.ndindex(*array.shape):
            cell, number = computation.worked(index), float(array[index])
            self._left -= len(cell.products) + 1
            size = abs(cell.value) + sum(abs(product.value) for product in cell.products)
            if self._left < 0 or not _same(cell.value, number, 64 * epsilon * size):
                return False
        return True


def _is_single(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float32


def _combinations(drawn: Sequence[Sequence[Ways]]) -> Iterator[Ways]:
    """Yield the combined ways of all misconceptions, in every order, at most COMBINATIONS."""
    tried = 0
    for order in permutations(drawn):
        for chosen in product(*order):
            tried += 1
            if tried > COMBINATIONS:
                return
            keys = [key for ways in chosen for key in ways]
            if len(keys) == len(set(keys)):  # two ways with the same key exclude each other
                yield {key: value for ways in chosen for key, value in ways.items()}


def _same(one: float, other: float, tolerance: float) -> bool:
    """Return whether two numbers agree within `tolerance`, or are both NaN."""
    if not math.isfinite(tolerance):
        tolerance = 0.0
    return one == other or abs(one - other) <= tolerance or (one != one and other != other)


def _numbers(value: object) -> Array | None:
    """Return `value` if it is an array of real numbers with at least one dimension, else None."""
    if isinstance(value, np.ndarray) and value.ndim and value.size and value.dtype.kind in "iufb":
        return value
    return None


def _holds(array: Array, index: Index) -> bool:
    return len(index) == array.ndim and all(i < n for i, n in zip(index, array.shape, strict=True))


def _at(array: Array, index: Index) -> float | None:
    return float(array[index]) if _holds(array, index) else None


def _side(computation: Computation, index: Index, value: float | None) -> WorkedSide | None:
    """Return a computation at a number, or None if it cannot be drawn there.

    In sliding windows the row and column may lie beyond the last window.
    """
    shape = computation.shape
    windows = isinstance(computation, SlidingWindows) and computation.order == "as is"
    axes = len(shape) - 2 if windows else len(shape)
    if any(i >= n for i, n in zip(index[:axes], shape[:axes], strict=True)):
        return None
    side = WorkedSide(computation.worked(index), computation.numbers, value)
    return side if len(side.cell.products) <= DRAWN_PRODUCTS else None


def _first_apart(wanted: Array, got: Array) -> Index | None:
    """Return the first index at which two arrays differ, else the first that only one has."""
    if wanted.ndim != got.ndim:
        return None
    common = tuple(min(pair) for pair in zip(wanted.shape, got.shape, strict=True))
    part = tuple(slice(n) for n in common)
    apart = np.argwhere(wanted[part] != got[part])
    if len(apart):
        return tuple(int(i) for i in apart[0])
    for array, other in ((wanted, got), (got, wanted)):
        for index in np.ndindex(*array.shape):
            if not _holds(other, index):
                return index
    return None
