"""Find the cases with a pair where an int is allowed too, and those that a function refuses.

A case that stops for a cause of its own says nothing about other mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..answer_key.key import Case
from ..sandbox.protocol.outcome import Raised
from .library_errors import explained, own_check
from .report import Breach, Verdict

#: Exceptions of code that accepts ints only, and the keys `library_errors` gives them.
_REFUSALS = frozenset({"TypeError", "ValueError", "AssertionError"})
_MEANINGS = frozenset({"pair_as_int", "float_as_index", "ragged", "array_into_cell"})
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
    return _refused(names, errors, _of_pair)


def halted(cases: Sequence[Case], errors: Mapping[str, Raised | None]) -> frozenset[str]:
    """Return the ids of the cases that stop for another cause of their own.

    A function may take an int for a pair, need an argument that may be None, or check its input.
    It refuses an int, or None, if each of them stops it, at a line where no other case stops. A
    pair may also stop it as the default of another argument.
    """
    pairs = {case.id: pair_names(case, cases) for case in cases}
    ints = {case.id: int_names(case, cases) & case.arguments.keys() for case in cases}
    every = set().union(*(case.arguments for case in cases))
    nones = {case.id: every - _given(case) for case in cases}
    checks = {id for id, error in errors.items() if error and own_check(error)}
    elsewhere = {_place(errors.get(id)) for id, names in pairs.items() if not names} - {None}
    defaults = {
        id
        for id, error in errors.items()
        if error and pairs[id] and _meaning(error) == "pair_as_int"
        if _place(error) not in elsewhere
    }
    return frozenset(
        checks
        | defaults
        | _refused(ints, errors, lambda error: _meaning(error) == "int_as_pair")
        | _refused(nones, errors, lambda error: True)
    )


def _given(case: Case) -> set[str]:
    return {name for name, value in case.arguments.items() if value is not None}


def _meaning(error: Raised) -> str:
    meaning = explained(error)
    return meaning.key if meaning else ""


def _refused(
    names: Mapping[str, set[str]],
    errors: Mapping[str, Raised | None],
    stops: Callable[[Raised], bool],
) -> frozenset[str]:
    """Return the cases of the arguments that a function refuses; `names` holds them by case."""
    elsewhere = {_place(errors.get(id)) for id, found in names.items() if not found} - {None}
    earlier = {id for id in names if _place(errors.get(id)) in elsewhere}
    stopped = {id for id in names.keys() - earlier if (error := errors.get(id)) and stops(error)}
    refused = set()
    for name in set().union(*names.values()):
        given = {id for id, found in names.items() if name in found}
        if given & stopped and given <= stopped | earlier:
            refused.add(name)
    return frozenset(id for id, found in names.items() if found & refused)


def _place(error: Raised | None) -> tuple[str, int | None] | None:
    return (error.type, error.line) if error else None


def _of_pair(error: Raised) -> bool:
    """Return whether a pair can cause an exception."""
    meaning = explained(error)
    if meaning is None or meaning.key == "own_check":
        return error.type in _REFUSALS
    return meaning.key in _MEANINGS or _PAIR_SHAPES.issuperset(meaning.values.values() or "?")


def refusing(verdicts: Sequence[Verdict], refused: frozenset[str]) -> list[Verdict]:
    """Turn the verdicts on these cases into broken promises, off the value axis."""
    return [_refusing(v) if v.case in refused else v for v in verdicts]


def _refusing(verdict: Verdict) -> Verdict:
    breach = Breach("pair", got=verdict.error.type if verdict.error else "")
    return replace(verdict, axis="pair", broken=(*verdict.broken, breach))
