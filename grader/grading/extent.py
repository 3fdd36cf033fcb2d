"""Find how wrong numbers relate to the right ones: a factor, sign, difference or modulo 256."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from ..answer_key.compare import wrong_elements
from ..answer_key.key import Case
from ..sandbox.protocol.outcome import Outcome
from ..sandbox.protocol.values import Array, walk_arrays

#: Minimum number of wrong numbers, and of cases that contain them.
NUMBERS, CASES = 4, 2
_CLOSE = 1e-5


class Extent(NamedTuple):
    """The relation of all wrong numbers to the right ones."""

    kind: Literal["factor", "sign", "offset", "modulo"]
    #: The factor or the difference, formatted for display.
    amount: str = ""


def extent_of(answers: Sequence[tuple[Case, Outcome]]) -> Extent | None:
    """Return the one relation that all wrong numbers of these failing cases satisfy, if any."""
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
    """Return a factor with enough digits that it does not read as 1."""
    texts = (f"{factor:.{digits}g}" for digits in range(4, 17))
    return next((text for text in texts if text != "1"), repr(factor))


def _one_factor(wanted: Array, came: Array) -> float | None:
    """Return the factor between right and wrong numbers; zeros are ignored, since 0 stays 0."""
    if not wanted.all() or not came.all():
        return None
    ratios = came / wanted
    first = float(ratios[0])
    return first if np.abs(ratios - first).max() <= _CLOSE * abs(first) else None


def _wrong(case: Case, outcome: Outcome) -> Iterator[tuple[Array, Array]]:
    """Return the right and wrong numbers where they differ; nothing if the shapes differ."""
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
    """Return the arrays of a value, or the number itself."""
    if arrays := [array for array in walk_arrays([value]) if array.dtype.kind in "iufb"]:
        return arrays
    return [np.asarray(value)] if isinstance(value, (int, float, np.number)) else []
