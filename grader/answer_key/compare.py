"""Comparing a result with what was expected: types, shapes, dtypes, then numbers.

The rules, which docs/student-guide.md tells students:

* whole numbers are exact; an int may also be a numpy integer or an integer array without
  dimensions, never a float or a bool;
* a float expected as a number may come as any number or any array without dimensions;
* an array must be an array of the expected shape; a floating one of the expected dtype, an
  integer one of any integer dtype. When every array given was of integers, floats holding the
  right numbers pass too;
* a tuple may come as a list and the other way round.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from ..sandbox.protocol.outcome import Outcome
from ..sandbox.protocol.values import Array, type_name

Problem = Literal["type", "shape", "dtype", "nonfinite", "values"]


class Precision(NamedTuple):
    """How exactly floating numbers can be compared.

    `dtype` is the coarsest floating dtype among inputs and expected outputs; `reduction` bounds
    how many terms one output sums up. `any_number` lets floats stand for whole numbers.
    """

    dtype: str = "float64"
    reduction: int = 1
    device: str = "cpu"
    any_number: bool = False

    @property
    def rtol(self) -> float:
        """Relative tolerance: unit roundoff grown by the square root of the reduction length.

        Rounding errors of a sum of n terms grow as sqrt(n) on average (Higham, Accuracy and
        Stability of Numerical Algorithms, 2nd ed., section 2.8); 16 leaves room for another
        order of summation or a transform.
        """
        eps = float(np.finfo(self.dtype).eps)
        slack = 4.0 if self.device != "cpu" else 1.0
        return slack * eps * (16.0 + 4.0 * math.sqrt(self.reduction))


@dataclass(frozen=True)
class Difference:
    """The first way in which a result differs from what was expected."""

    problem: Problem
    #: What was expected and what came, as short plain data (a type name, a shape, one number).
    expected: Any
    got: Any
    #: First differing index in reading order, within the array or tuple item named by `item`.
    index: tuple[int, ...] | None = None
    #: Path to the differing item of a tuple, list or dict; empty for a bare result.
    item: tuple[int | str, ...] = ()
    #: How many numbers differ, of how many.
    wrong: int = 0
    total: int = 0


def difference(expected: object, got: object, precision: Precision) -> Difference | None:
    """The first difference between two plain values, or None. See the module's rules."""
    return _compare(expected, got, precision, ())


def kind_of(value: object) -> str:
    """What a value is, in the words of messages: `array`, `int`, `tuple` …"""
    if isinstance(value, np.ndarray):
        return "array"
    if isinstance(value, np.generic):
        return f"numpy.{value.dtype.name}"
    return "None" if value is None else type_name(value)


def _compare(
    expected: object, got: object, precision: Precision, item: tuple[int | str, ...]
) -> Difference | None:
    if isinstance(expected, (list, tuple)):
        return _compare_items(expected, got, precision, item)
    if isinstance(expected, dict):
        return _compare_dicts(expected, got, precision, item)
    if isinstance(expected, np.ndarray) and expected.ndim:
        return _compare_arrays(expected, got, precision, item)
    if expected is None or isinstance(expected, str):
        same = type(got) is type(expected) and got == expected
        return None if same else Difference("values", expected, _brief(got), item=item)
    return _compare_scalars(expected, got, precision, item)


def _compare_items(
    expected: list[Any] | tuple[Any, ...],
    got: object,
    precision: Precision,
    item: tuple[int | str, ...],
) -> Difference | None:
    if not isinstance(got, (list, tuple)):
        return Difference("type", kind_of(expected), kind_of(got), item=item)
    if len(got) != len(expected):
        return Difference("shape", (len(expected),), (len(got),), item=item)
    for position, (e, g) in enumerate(zip(expected, got, strict=True)):
        found = _compare(e, g, precision, (*item, position))
        if found:
            return found
    return None


def _compare_dicts(
    expected: dict[Any, Any], got: object, precision: Precision, item: tuple[int | str, ...]
) -> Difference | None:
    if not isinstance(got, dict):
        return Difference("type", "dict", kind_of(got), item=item)
    if set(got) != set(expected):
        return Difference("values", sorted(map(str, expected)), sorted(map(str, got)), item=item)
    for key, value in expected.items():
        found = _compare(value, got[key], precision, (*item, key))
        if found:
            return found
    return None


def _compare_scalars(
    expected: object, got: object, precision: Precision, item: tuple[int | str, ...]
) -> Difference | None:
    wanted = _number(expected)
    number = _number(got)
    if number is None or wanted is None:
        return Difference("type", kind_of(expected), kind_of(got), item=item)
    if isinstance(wanted, (bool, int)):
        if type(number) is not type(wanted):
            return Difference("type", kind_of(wanted), kind_of(got), item=item)
        return None if number == wanted else Difference("values", wanted, number, (), item, 1, 1)
    if isinstance(number, (bool, complex)) or isinstance(wanted, complex):
        return Difference("type", kind_of(wanted), kind_of(got), item=item)
    return _compare_numbers(np.asarray(wanted), np.asarray(_as_float(number)), precision, item)


def _compare_arrays(
    expected: Array, got: object, precision: Precision, item: tuple[int | str, ...]
) -> Difference | None:
    if not isinstance(got, np.ndarray):
        return Difference("type", "array", kind_of(got), item=item)
    if got.shape != expected.shape:
        return Difference("shape", expected.shape, got.shape, item=item)
    if not _dtype_fits(expected, got, precision):
        return Difference("dtype", expected.dtype.name, got.dtype.name, item=item)
    return _compare_numbers(expected, got, precision, item)


def _dtype_fits(expected: Array, got: Array, precision: Precision) -> bool:
    if expected.dtype.kind in "iu":
        return got.dtype.kind in ("iuf" if precision.any_number else "iu")
    return got.dtype == expected.dtype


def _compare_numbers(
    expected: Array, got: Array, precision: Precision, item: tuple[int | str, ...]
) -> Difference | None:
    if np.array_equal(expected, got):  # as most are, to the last bit
        return None
    wrong = wrong_elements(expected, got, precision)
    count = int(wrong.sum())
    if not count:
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    e, g = expected[index].item(), got[index].item()
    finite = np.isfinite(expected) & ~np.isfinite(got)
    problem: Problem = "values"
    if finite.any():
        problem = "nonfinite"
        index = tuple(int(i) for i in np.argwhere(finite)[0])
        e, g = expected[index].item(), got[index].item()
    return Difference(problem, e, g, index, item, count, expected.size)


def wrong_elements(expected: Array, got: Array, precision: Precision) -> Array:
    """A bool array: where two arrays of one shape differ by more than the tolerance.

    Whole numbers are exact. |got - expected| <= rtol * (max|expected| + |expected|) otherwise;
    an infinity must be the same one and a NaN a NaN. The absolute part scales with the largest
    expected number, so that no array of zeros passes for small ones. A misconception may answer
    in a coarser dtype than the reference: then in that dtype's precision.
    """
    if expected.dtype.kind in "iub":
        exact: Array = np.asarray(got != expected)
        return exact
    finite = np.isfinite(expected)
    scale = float(np.abs(expected[finite]).max()) if finite.any() else 0.0
    with np.errstate(all="ignore"):
        error = np.abs(got.astype("float64") - expected.astype("float64"))
        rtol = max(precision.rtol, precision._replace(dtype=expected.dtype.name).rtol)
        bound = rtol * ((scale or 1.0) + np.abs(expected.astype("float64")))
        wrong = ~(error <= bound)
    special = ~finite
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    result: Array = np.where(special, ~same, wrong)
    return result


def _number(value: object) -> bool | int | float | complex | None:
    """A scalar, numpy scalar or array without dimensions as a Python number."""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.item() if value.ndim == 0 else None
    return value if isinstance(value, (bool, int, float, complex)) else None


def _as_float(number: int | float) -> float:
    try:
        return float(number)
    except OverflowError:  # an int beyond every float
        return math.inf


def _brief(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return value[:80] if isinstance(value, str) else kind_of(value)


def same_outcome(expected: Outcome, got: Outcome, precision: Precision) -> bool:
    """Whether two outcomes of one case say the same, side effects included.

    Any exception equals any other: the same mistake fails in numpy with a ValueError and in
    torch with a RuntimeError. A whole number is not the float that a misconception makes of it.
    """
    if expected.kind == "raised":
        return got.kind == "raised"
    return (
        expected.kind == "value"
        and got.kind == "value"
        and set(expected.mutated) == set(got.mutated)
        and set(expected.aliased) == set(got.aliased)
        and difference(expected.value, got.value, precision) is None
        and list(_wholes(expected.value)) == list(_wholes(got.value))
    )


def _wholes(value: object) -> Iterator[bool]:
    """Of each number in a value, arrays aside, whether it is a whole one."""
    if isinstance(value, (list, tuple)):
        for child in value:
            yield from _wholes(child)
    elif isinstance(value, dict):
        for child in value.values():
            yield from _wholes(child)
    else:
        yield isinstance(_number(value), int)
