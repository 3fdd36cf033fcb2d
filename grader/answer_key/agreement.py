"""Compare two keys that may have been made on different machines.

Digests distinguish keys bit by bit. Another processor may round the last digit of an exponential
or of a long sum differently; such a key still counts as the same key.
"""

from __future__ import annotations

from ..sandbox.protocol.outcome import Outcome
from .compare import difference, same_outcome
from .key import AnswerKey, Case


def agree(one: AnswerKey, other: AnswerKey) -> bool:
    """Return whether two keys are equal except for rounding: cases, answers and misconceptions."""
    if one.digest == other.digest:
        return True
    return (
        one.identity == other.identity
        and len(one.cases) == len(other.cases)
        and all(map(_same_case, one.cases, other.cases))
        and _same_mutants(one, other)
    )


def _same_case(one: Case, other: Case) -> bool:
    def words(case: Case) -> Case:
        return case._replace(arguments={}, expected=Outcome("value"))

    return (
        words(one) == words(other)
        and list(one.arguments) == list(other.arguments)
        and difference(one.arguments, other.arguments, one.precision) is None
        and _same(one.expected, other.expected, one)
    )


def _same_mutants(one: AnswerKey, other: AnswerKey) -> bool:
    cases = {case.id: case for case in one.cases}
    return [m[:2] for m in one.mutants] == [m[:2] for m in other.mutants] and all(
        mine.outcomes.keys() == theirs.outcomes.keys()
        and all(_same(mine.outcomes[id], theirs.outcomes[id], cases[id]) for id in mine.outcomes)
        for mine, theirs in zip(one.mutants, other.mutants, strict=True)
    )


def _same(one: Outcome, other: Outcome, case: Case) -> bool:
    if one.kind == "value":
        return same_outcome(one, other, case.precision)
    errors = [outcome.error and outcome.error.type for outcome in (one, other)]
    return one.kind == other.kind and one.detail == other.detail and errors[0] == errors[1]
