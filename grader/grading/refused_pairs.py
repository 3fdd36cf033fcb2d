"""Find the cases with a pair where an int is allowed too, and those that a function refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..answer_key.key import Case
from ..sandbox.protocol.outcome import Raised
from .library_errors import explained, key_of, own_check
from .report import Breach, Verdict

#: Exceptions of code that accepts ints only, and the keys `library_errors` gives them.
_REFUSALS = frozenset({"TypeError", "ValueError", "AssertionError"})
_MEANINGS = frozenset({"pair_as_int", "float_as_index", "ragged", "array_into_cell"})
#: A check of an argument's type in a student's line.
_ASKS_TYPE = r"\b(?:int|isinstance|type|tuple)\b"
#: Shapes of a pair and of two pairs joined, as `2 * padding` does; two of these do not broadcast.
_PAIR_SHAPES = frozenset({"(2,)", "(4,)"})


def given_pairs(cases: Sequence[Case]) -> set[str]:
    """Return the ids of cases with a pair where another case has an int or the default."""
    return {case.id for case in cases if pair_names(case, cases)}


def pair_names(case: Case, cases: Sequence[Case]) -> set[str]:
    """Return the arguments of a case that are pairs and in another case an int or the default."""
    pairs = {name for name, value in case.arguments.items() if _is_pair(value)}
    return {name for name in pairs if any(_is_int(other.arguments.get(name, 0)) for other in cases)}


def int_names(case: Case, cases: Sequence[Case]) -> set[str]:
    """Return the arguments of a case that are an int or the default and a pair in another case."""
    pairs = {n for other in cases for n, value in other.arguments.items() if _is_pair(value)}
    return {name for name in pairs if _is_int(case.arguments.get(name, 0))}


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(map(_is_int, value))


def refused_pairs(cases: Sequence[Case], errors: Mapping[str, Raised | None]) -> frozenset[str]:
    """Return the ids of the cases that stop because an argument is a pair.

    A function refuses an argument's pairs if each of them stops it, and at least one with an
    exception that a pair can cause, at a line where no other case stops. The rest may stop where
    other cases stop as well, at a mistake that is met first. `errors` holds the exceptions by case.
    """
    names = {case.id: pair_names(case, cases) for case in cases}
    without = [case for case in cases if not names[case.id]]
    elsewhere = {_place(errors.get(case.id)) for case in without} - {None}
    stopped = {case.id for case in cases if _stops(errors.get(case.id), elsewhere)}
    earlier = {case.id for case in cases if _place(errors.get(case.id)) in elsewhere}
    every = set().union(*names.values())
    refused = set()
    for name in every:
        given = {case.id for case in cases if name in names[case.id]}
        if given & stopped and given <= stopped | earlier:
            refused.add(name)
    return frozenset(case.id for case in cases if names[case.id] & refused)


def _place(error: Raised | None) -> tuple[str, int | None, str] | None:
    """Return where a function stops, and why: None and a pair may stop it at one line."""
    return (error.type, error.line, key_of(error)) if error else None


def _stops(error: Raised | None, elsewhere: set[tuple[str, int | None, str] | None]) -> bool:
    if error is None or _place(error) in elsewhere:
        return False
    if own_check(error):
        # Any other check of the student's, such as for a square window, may accept some pairs.
        return error.type == "TypeError" or re.search(_ASKS_TYPE, error.text) is not None
    meaning = explained(error)
    if meaning is None:
        return error.type in _REFUSALS
    return meaning.key in _MEANINGS or _PAIR_SHAPES.issuperset(meaning.values.values() or "?")


def refusing(verdicts: Sequence[Verdict], refused: frozenset[str]) -> list[Verdict]:
    """Turn the verdicts on these cases into broken promises, off the value axis."""
    return [_refusing(v) if v.case in refused else v for v in verdicts]


def _refusing(verdict: Verdict) -> Verdict:
    breach = Breach("pair", got=verdict.error.type if verdict.error else "")
    return verdict._replace(axis="pair", broken=(*verdict.broken, breach))
