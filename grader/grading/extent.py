"""By how much wrong numbers are off: one factor, a sign, one difference, or modulo 256."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from ..answer_key.compare import wrong_elements
from ..answer_key.key import Case
from ..sandbox.protocol.outcome import Outcome
from ..sandbox.protocol.values import Array, walk_arrays

#: How many wrong numbers it takes, and in how many cases.
NUMBERS, CASES = 4, 2
_CLOSE = 1e-5


class Extent(NamedTuple):
    """How all wrong numbers are off."""

    kind: Literal["factor", "sign", "offset", "modulo"]
    #: The factor, or the difference, as it is shown.
    amount: str = ""


def extent_of(answers: Sequence[tuple[Case, Outcome]]) -> Extent | None:
    """Return by how much every wrong number of these failing cases is off, if it is one amount."""
    pairs = [list(_wrong(case, outcome)) for case, outcome in answers]
    if len(pairs) < CASES or not all(pairs):
        return None
    flat = [pair for found in pairs for pair in found]
    wanted = np.concatenate([expected for expected, _ in flat])
    came = np.concatenate([got for _, got in flat])
    if wanted.size < NUMBERS or not (np.isfinite(wanted).all() and np.isfinite(came).all()):
        return None
    if (came == -wanted).all():
        return Extent("sign")
    if (factor := _one_factor(wanted, came)) is not None:
        return Extent("factor", _unlike_one(factor))
    off = came - wanted
    if np.abs(off - off[0]).max() <= _CLOSE * max(1.0, float(np.abs(wanted).max())):
        return Extent("offset", f"{float(off[0]):+.4g}")
    whole = (off == np.round(off)).all() and ((came >= 0) & (came < 256)).all()
    return Extent("modulo") if whole and (off % 256 == 0).all() else None


def _unlike_one(factor: float) -> str:
    """A factor with as many digits as it takes not to read as 1."""
    texts = (f"{factor:.{digits}g}" for digits in range(4, 17))
    return next((text for text in texts if text != "1"), repr(factor))


def _one_factor(wanted: Array, came: Array) -> float | None:
    """The number that every right one was multiplied by; 0 leaves 0, so zeros say nothing."""
    if not wanted.all() or not came.all():
        return None
    ratios = came / wanted
    first = float(ratios[0])
    return first if np.abs(ratios - first).max() <= _CLOSE * abs(first) else None


def _wrong(case: Case, outcome: Outcome) -> Iterator[tuple[Array, Array]]:
    """Right and wrong numbers, where they differ; nothing where the shapes do."""
    expected, got = _numbers(case.expected.value), _numbers(outcome.value)
    if outcome.kind != "value" or [a.shape for a in expected] != [a.shape for a in got]:
        return
    for wanted, came in zip(expected, got, strict=True):
        wrong = wrong_elements(np.atleast_1d(wanted), np.atleast_1d(came), case.precision)
        if wrong.any():
            yield (
                np.atleast_1d(wanted)[wrong].astype("float64"),
                np.atleast_1d(came)[wrong].astype("float64"),
            )


def _numbers(value: Any) -> list[Array]:
    """The arrays of a value, or the number that it is."""
    if arrays := [array for array in walk_arrays([value]) if array.dtype.kind in "iufb"]:
        return arrays
    return [np.asarray(value)] if isinstance(value, (int, float, np.number)) else []
