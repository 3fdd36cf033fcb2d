"""Check that stubs state the rules that cases test besides the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..answer_key.key import AnswerKey, Case
from ..course.catalog import ExerciseInfo
from ..course.exercise_texts import exercise_texts
from ..grading.refused_pairs import given_pairs
from ..sandbox.protocol.values import walk_arrays


def rule_problems(info: ExerciseInfo, keys: Sequence[AnswerKey]) -> Iterator[str]:
    """Yield rules that are tested but not stated, or stated but not tested."""
    stated = exercise_texts(info).rules
    tested = {rule for key in keys for rule in _tested(key)}
    tested |= {"operators"} if info.forbidden else set()
    for rule in sorted(tested - set(stated)):
        yield f"text.toml rules lack {rule!r}, which is tested: the stub has to state it"
    for rule in stated:
        if rule not in tested:
            yield f"text.toml rules state {rule!r}, which no case tests"


def _tested(key: AnswerKey) -> Iterator[str]:
    """Yield the rules that the cases of one framework test.

    Cases with a driver are left out: their arguments go to the driver, not to the function.
    """
    cases = [case for case in key.cases if not case.driver]
    given = [array for case in cases for array in walk_arrays(list(case.arguments.values()))]
    made = [array for case in cases for array in walk_arrays([case.expected.value])]
    if len({array.dtype.name for array in given if array.dtype.kind == "f"}) > 1:
        yield "dtype"
    if any(array.dtype == "uint8" for array in given):
        yield "uint8"
    if given:
        yield "unchanged"
    if any(array.ndim for array in made):
        yield "array"
    if any(_whole(case) for case in cases):
        yield "whole"
    if any(given_pairs([c for c in cases if c.function == name]) for name in _functions(cases)):
        yield "pairs"
    yield from {case.axis for case in cases if case.axis in ("errors", "empty")}


def _functions(cases: Sequence[Case]) -> set[str]:
    return {case.function for case in cases}


def _whole(case: Case) -> bool:
    """Return whether a case expects an integer and refuses a float of equal value."""
    arrays = walk_arrays([case.expected.value])
    indices = any(array.dtype.kind in "iu" for array in arrays)
    return _holds_int(case.expected.value) or (indices and not case.precision.any_number)


def _holds_int(value: object) -> bool:
    if isinstance(value, (tuple, list)):
        return any(map(_holds_int, value))
    return isinstance(value, int) and not isinstance(value, bool)
