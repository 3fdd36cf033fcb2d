"""Compare a result with the expected one: its values, and the form that the contract asks for.

docs/student-guide.md states the same rules for students. Values:

* whole numbers must be exact, as ints or as floats;
* where a float is expected, any number or any array without dimensions may be returned;
* an array must have the expected shape; it may have another dtype or be a nested list;
* a list or an array may stand for a tuple, and a tuple for a list.

The contract; departures are reported beside wrong values and never replace them:

* a floating array has the expected dtype, an integer one any integer dtype. If all input arrays
hold integers, floats with the right numbers pass too;
* an array is an array, not a list; a whole number is an int, not a float;
* a float64 is accurate to float64's precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property
from typing import Any, Literal, NamedTuple

import numpy as np

from ..course.promises import Promise
from ..sandbox.protocol.outcome import Outcome, Raised
from ..sandbox.protocol.values import Array, type_name

Problem = Literal["type", "shape", "nonfinite", "values"]
#: Exceptions that indicate the same mistake: the library decides which of them is raised.
_ALIKE = frozenset({"TypeError", "ValueError", "RuntimeError", "IndexError", "AssertionError"})
#: Exceptions excluded from that family, though some of them derive from one of `_ALIKE`.
_SLIPS = frozenset(
    {"NameError", "AttributeError", "KeyError", "NotImplementedError", "RecursionError"}
)


class Precision(NamedTuple):
    """The accuracy to which floating numbers can be compared.

    `dtype` is the coarsest floating dtype among inputs and expected outputs; `reduction` bounds
    how many terms one output sums up. `any_number` says that all inputs are whole numbers: floats
    may stand for whole results, and a float of any dtype for a fraction. A `gradient` must be
    right to its own dtype's accuracy: finite differences reach float32's.
    """

    dtype: str = "float64"
    reduction: int = 1
    device: str = "cpu"
    any_number: bool = False
    gradient: bool = False

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


class Difference(NamedTuple):
    """The first way in which a result differs from what was expected."""

    problem: Problem
    #: Expected and actual, as short plain data (a type name, a shape, one number).
    expected: Any
    got: Any
    #: First differing index in reading order, within the array or tuple item named by `item`.
    index: tuple[int, ...] | None = None  # type: ignore[assignment]  # hides `tuple.index`
    #: Path to the differing item of a tuple, list or dict; empty for a bare result.
    item: tuple[int | str, ...] = ()
    #: Number of differing elements, and of all elements.
    wrong: int = 0
    total: int = 0


class Departure(NamedTuple):
    """One way in which a result's form departs from the contract, whatever its numbers."""

    promise: Promise
    #: Names of a dtype or of a kind of value.
    expected: str = ""
    got: str = ""


class Comparison(NamedTuple):
    """Both axes of one result."""

    #: The first wrong value.
    difference: Difference | None
    departures: tuple[Departure, ...] = ()


def compare(expected: object, got: object, precision: Precision) -> Comparison:
    """Compare two plain values on both axes. See the module's rules."""
    departures: list[Departure] = []
    found = _compare(expected, got, precision, (), departures)
    return Comparison(found, tuple(dict.fromkeys(departures)) if departures else ())


def difference(expected: object, got: object, precision: Precision) -> Difference | None:
    """Return the first difference in value between two plain values, or None."""
    return _compare(expected, got, precision, (), [])


def kind_of(value: object) -> str:
    """Return the kind of a value as messages name it: `array`, `int`, `tuple` …"""
    if isinstance(value, np.ndarray):
        return "array"
    if isinstance(value, np.generic):
        return f"numpy.{value.dtype.name}"
    return "None" if value is None else type_name(value)


def _compare(
    expected: object,
    got: object,
    precision: Precision,
    item: tuple[int | str, ...],
    departures: list[Departure],
) -> Difference | None:
    if isinstance(expected, (list, tuple)):
        return _compare_items(expected, got, precision, item, departures)
    if isinstance(expected, dict):
        return _compare_dicts(expected, got, precision, item, departures)
    if isinstance(expected, np.ndarray) and expected.ndim:
        return _compare_arrays(expected, got, precision, item, departures)
    if expected is None or isinstance(expected, str):
        same = type(got) is type(expected) and got == expected
        return None if same else Difference("values", expected, _brief(got), item=item)
    return _compare_scalars(expected, got, precision, item, departures)


def _compare_items(
    expected: list[Any] | tuple[Any, ...],
    got: object,
    precision: Precision,
    item: tuple[int | str, ...],
    departures: list[Departure],
) -> Difference | None:
    if isinstance(got, np.ndarray) and got.ndim:
        departures.append(Departure("array", kind_of(expected), "array"))
        got = list(got) if got.ndim > 1 else got.tolist()
    if not isinstance(got, (list, tuple)):
        return Difference("type", kind_of(expected), kind_of(got), item=item)
    if len(got) != len(expected):
        return Difference("shape", (len(expected),), (len(got),), item=item)
    for position, (e, g) in enumerate(zip(expected, got, strict=True)):
        found = _compare(e, g, precision, (*item, position), departures)
        if found:
            return found
    return None


def _compare_dicts(
    expected: dict[Any, Any],
    got: object,
    precision: Precision,
    item: tuple[int | str, ...],
    departures: list[Departure],
) -> Difference | None:
    if not isinstance(got, dict):
        return Difference("type", "dict", kind_of(got), item=item)
    if set(got) != set(expected):
        return Difference("values", sorted(map(str, expected)), sorted(map(str, got)), item=item)
    for key, value in expected.items():
        found = _compare(value, got[key], precision, (*item, key), departures)
        if found:
            return found
    return None


def _compare_scalars(
    expected: object,
    got: object,
    precision: Precision,
    item: tuple[int | str, ...],
    departures: list[Departure],
) -> Difference | None:
    wanted = _number(expected)
    number = _number(got)
    if number is None or wanted is None:
        return Difference("type", kind_of(expected), kind_of(got), item=item)
    if isinstance(number, bool) != isinstance(wanted, bool) or isinstance(number, complex):
        return Difference("type", kind_of(wanted), kind_of(got), item=item)
    if isinstance(wanted, (bool, int)):
        if type(number) is not type(wanted):
            departures.append(Departure("whole", kind_of(wanted), kind_of(got)))
        return None if number == wanted else Difference("values", wanted, number, (), item, 1, 1)
    if isinstance(wanted, complex):
        return Difference("type", kind_of(wanted), kind_of(got), item=item)
    found = np.asarray(_as_float(number))
    return _compare_numbers(np.asarray(wanted), found, precision, item, departures)


def _compare_arrays(
    expected: Array,
    got: object,
    precision: Precision,
    item: tuple[int | str, ...],
    departures: list[Departure],
) -> Difference | None:
    if isinstance(got, (list, tuple)):
        made = _as_array(got)
        if made is None:
            return Difference("type", "array", kind_of(got), item=item)
        departures.append(Departure("array", "array", kind_of(got)))
        if made.shape != expected.shape:
            return Difference("shape", expected.shape, made.shape, item=item)
        return _compare_numbers(expected, made, precision, item, departures)
    if not isinstance(got, np.ndarray):
        return Difference("type", "array", kind_of(got), item=item)
    if got.dtype.kind not in "iufb" + expected.dtype.kind:
        return Difference("type", expected.dtype.name, got.dtype.name, item=item)
    if promise := _dtype_departure(expected, got, precision):
        departures.append(Departure(promise, expected.dtype.name, got.dtype.name))
    if got.shape != expected.shape:
        return Difference("shape", expected.shape, got.shape, item=item)
    return _compare_numbers(expected, got, precision, item, departures)


def _as_array(value: list[Any] | tuple[Any, ...]) -> Array | None:
    """Return nested lists of numbers as an array; None for anything else."""
    try:
        made = np.array(value)
    except (ValueError, TypeError, OverflowError):  # ragged, or no numbers
        return None
    return made if made.dtype.kind in "iufb" else None


def _dtype_departure(expected: Array, got: Array, precision: Precision) -> Promise | None:
    if got.dtype == expected.dtype:
        return None
    if expected.dtype.kind in "iu":
        fits = got.dtype.kind in ("iuf" if precision.any_number else "iu")
        return None if fits else "whole"
    if precision.any_number and got.dtype.kind == "f":
        return None  # no input has a float dtype that the result could keep
    return "dtype"


def _compare_numbers(
    expected: Array,
    got: Array,
    precision: Precision,
    item: tuple[int | str, ...],
    departures: list[Departure],
) -> Difference | None:
    if np.array_equal(expected, got):  # most arrays are bitwise equal
        return None
    wrong = wrong_elements(expected, got, precision)
    if not wrong.any():
        if _imprecise(expected, got, precision):
            departures.append(Departure("precision", expected.dtype.name, got.dtype.name))
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    e, g = expected[index].item(), got[index].item()
    finite = np.isfinite(expected) & ~np.isfinite(got)
    problem: Problem = "values"
    if finite.any():
        problem = "nonfinite"
        index = tuple(int(i) for i in np.argwhere(finite)[0])
        e, g = expected[index].item(), got[index].item()
    return Difference(problem, e, g, index, item, int(wrong.sum()), expected.size)


def _imprecise(expected: Array, got: Array, precision: Precision) -> bool:
    """Return whether numbers that count as right are less accurate than their dtype allows."""
    if expected.dtype != "float64" or got.dtype != expected.dtype or precision.gradient:
        return False
    strict = precision._replace(gradient=True)
    return bool(wrong_elements(expected, got, strict).any())


def wrong_elements(expected: Array, got: Array, precision: Precision) -> Array:
    """Return a bool mask of the elements of two equally shaped arrays that differ too much.

    Whole numbers must be exact. Other numbers satisfy
    |got - expected| <= rtol * (max|expected| + |expected|); an infinity must be the same infinity
    and a NaN a NaN. The absolute part scales with the largest expected number, so that an array of
    zeros does not pass for small numbers. float32's accuracy is enough for values other than
    gradients; the contract asks for float64's.
    """
    scale = float(_scales(expected.reshape(1, -1))[0, 0])
    return _wrong(expected, got, scale, precision)


def _wrong(expected: Array, got: Array, scale: float | Array, precision: Precision) -> Array:
    """Return the mask of `wrong_elements` for arrays that match by broadcasting, and a scale."""
    if expected.dtype.kind in "iub":
        exact: Array = np.asarray(got != expected)
        return exact
    with np.errstate(all="ignore"):
        wide = expected.astype("float64")
        error = np.abs(got.astype("float64") - wide)
        wrong = ~(error <= _rtol(expected, got, precision) * (scale + np.abs(wide)))
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    result: Array = np.where(np.isfinite(expected), wrong, ~same)
    return result


def _scales(rows: Array) -> Array:
    """Return the largest finite magnitude of each row, 1 if that is 0, as a column."""
    sizes = np.abs(np.where(np.isfinite(rows), rows, 0))
    scales: Array = sizes.max(axis=1, initial=0, keepdims=True).astype("float64")
    scales[scales == 0] = 1.0
    return scales


def _rtol(expected: Array, got: Array, precision: Precision) -> float:
    """Return the relative tolerance of values: that of the coarser dtype, at best float32's."""
    coarse = got.dtype.char == "f" or not precision.gradient
    return _coarsest_rtol(precision, expected.dtype.char, coarse)


@cache
def _coarsest_rtol(precision: Precision, dtype: str, coarse: bool) -> float:
    names = {precision.dtype, dtype, "f"} if coarse else {precision.dtype, dtype}
    return max(precision._replace(dtype=name).rtol for name in names)


def _number(value: object) -> bool | int | float | complex | None:
    """Return a scalar, numpy scalar or array without dimensions as a Python number."""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.item() if value.ndim == 0 else None
    return value if isinstance(value, (bool, int, float, complex)) else None


def _as_float(number: int | float) -> float:
    try:
        return float(number)
    except OverflowError:  # an int too large for a float
        return math.inf


def _brief(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return value[:80] if isinstance(value, str) else kind_of(value)


class Answer:
    """An outcome that is compared with many others, most of which one element tells apart."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        value = outcome.value
        self._several = isinstance(value, tuple)
        items = value if isinstance(value, tuple) else (value,)
        self._ends = [_Ends(item) if isinstance(item, np.ndarray) else None for item in items]

    def equals(self, got: Answer, precision: Precision) -> bool:
        """Return whether a submission's answer matches this one of a mutant. See `same_answer`."""
        ours, theirs = self.outcome, got.outcome
        if ours.kind == "raised":
            return theirs.kind == "raised" and _same_family(ours.error, theirs.error)
        if ours.kind != "value" or theirs.kind != "value":
            return False
        if self._several == got._several:
            if len(self._ends) != len(got._ends):
                return False
            for one, other in zip(self._ends, got._ends, strict=True):
                if one and other and one.unlike(other, precision):
                    return False
        return difference(ours.value, theirs.value, precision) is None


class _Ends:
    """The shape, and the last and the first element, of one array."""

    def __init__(self, array: Array) -> None:
        self.array = array
        self.shape, self.kind = array.shape, array.dtype.kind
        told = array.size and self.kind in "iuf"
        self.elements = (array.item(-1), array.item(0)) if told else ()

    @cached_property
    def scale(self) -> float:
        """Return the largest magnitude; not finite if an element is infinite or NaN."""
        return float(np.abs(self.array).max()) or 1.0

    def unlike(self, got: _Ends, precision: Precision) -> bool:
        """Return whether the shapes differ, or one of these elements surely differs too much."""
        if self.shape != got.shape:
            return True
        for e, g in zip(self.elements, got.elements, strict=False):
            if e == g:
                continue
            if self.kind != "f":
                return True
            if math.isfinite(e) and math.isfinite(g):
                bound = _rtol(self.array, got.array, precision) * (self.scale + abs(e))
                # Without a finite scale this gives no answer.
                if abs(g - e) > bound:
                    return True
        return False


#: Number of elements from which answers are compared by one element first.
_LARGE = 4096


class StackedAnswers:
    """Answers to one case that are arrays of one dtype and shape, compared all at once."""

    def __init__(
        self, numbers: Sequence[int], shape: Sequence[int], read: Callable[[], Array]
    ) -> None:
        """`read` returns the answers as rows, in the order of their `numbers`."""
        self.numbers, self.shape, self._read = numbers, tuple(shape), read

    def alike(self, got: Array, precision: Precision) -> list[int]:
        """Return the numbers of the answers that match an array of their shape.

        See `same_answer`.
        """
        rows, scales = self._rows
        if got.dtype.kind not in "iufb" + rows.dtype.kind:
            return []
        flat = got.reshape(-1)
        left = np.arange(len(rows))
        if rows.size > _LARGE:  # one element rules out most rows
            left = np.nonzero(~_wrong(rows[:, -1:], flat[-1:], scales, precision))[0]
            rows, scales = rows[left], scales[left]
        left = left[~_wrong(rows, flat, scales, precision).any(axis=1)]
        return [self.numbers[row] for row in left.tolist()]

    @cached_property
    def _rows(self) -> tuple[Array, Array]:
        """Return the answers, and the scale of each as a column."""
        rows = self._read()
        return rows, _scales(rows)


def same_answer(mutant: Outcome, got: Outcome, precision: Precision) -> bool:
    """Return whether a submission's answer to a case matches a mutant's, for use in a proof.

    Values are compared without regard to the contract. Exceptions of one family are equal, because
    the same mistake fails in numpy with a ValueError and in torch with a RuntimeError; a
    misspelt name equals no other exception.
    """
    return Answer(mutant).equals(Answer(got), precision)


def _same_family(one: Raised | None, other: Raised | None) -> bool:
    families = [_family(error) for error in (one, other)]
    return bool(families[0]) and families[0] == families[1]


def depends_on_sizes(error: Raised | None) -> bool:
    """Return whether an exception is one that arrays of other sizes cause, and no slip."""
    return _family(error) == "alike"


def _family(error: Raised | None) -> str:
    """Return the family of an exception; exceptions of slips such as typos are their own family."""
    if error is None:
        return ""
    names = {error.type, *error.bases}
    return "alike" if names & _ALIKE and not names & _SLIPS else error.type


def same_outcome(expected: Outcome, got: Outcome, precision: Precision) -> bool:
    """Return whether two outcomes of one case are equal on both axes, side effects included.

    Any exception equals any other: the same mistake fails in numpy with a ValueError and in
    torch with a RuntimeError. A whole number differs from the equal float that a misconception
    may return.
    """
    if expected.kind == "raised":
        return got.kind == "raised"
    return (
        expected.kind == "value"
        and got.kind == "value"
        and set(expected.mutated) == set(got.mutated)
        and set(expected.aliased) == set(got.aliased)
        and compare(expected.value, got.value, precision) == Comparison(None)
        and list(_wholes(expected.value)) == list(_wholes(got.value))
    )


def _wholes(value: object) -> Iterator[bool]:
    """Return, for each number in a value except in arrays, whether it is an int."""
    if isinstance(value, (list, tuple)):
        for child in value:
            yield from _wholes(child)
    elif isinstance(value, dict):
        for child in value.values():
            yield from _wholes(child)
    else:
        yield isinstance(_number(value), int)
