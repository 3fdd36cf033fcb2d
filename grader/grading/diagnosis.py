"""Diagnosis: which misconception a submission has, said only when it is proved.

Proved means: on every case of the function, the submission's outcome equals what the
misconception (or a pair of them) answers, shapes, dtypes and side effects included. That both
fail with an exception everywhere proves nothing: there has to be an answer, and for a pair a wrong
one.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..answer_key.compare import same_outcome
from ..answer_key.key import AnswerKey, Case, MutantAnswers
from ..sandbox.protocol.outcome import Outcome
from .report import Diagnosis


def diagnose(
    key: AnswerKey, outcomes: Mapping[str, Outcome], failed_functions: tuple[str, ...]
) -> tuple[Diagnosis, ...]:
    """What explains the failures of each function, if it is proved.

    Singles come before pairs. Where several explanations answer every case alike none of them
    is proved more than the other: all forms of one code count as that code, and two different
    codes are no diagnosis. Functions with the same explanation are named together.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    for function in failed_functions:
        codes = _explanation(key, function, outcomes)
        if codes:
            found.setdefault(codes, []).append(function)
    return tuple(
        Diagnosis(codes, tuple(names), sum(len(key.cases_of(name)) for name in names))
        for codes, names in found.items()
    )


def _explanation(
    key: AnswerKey, function: str, outcomes: Mapping[str, Outcome]
) -> tuple[str, ...] | None:
    cases = key.cases_of(function)
    for length in (1, 2):
        matching = {
            tuple(sorted(mutant.codes))
            for mutant in key.mutants
            if mutant.function == function
            and len(mutant.codes) == length
            and _answers_alike(cases, mutant, outcomes)
            and _says_something(cases, mutant)
        }
        if matching:
            return matching.pop() if len(matching) == 1 else None
    return None


def _answers_alike(
    cases: tuple[Case, ...], mutant: MutantAnswers, outcomes: Mapping[str, Outcome]
) -> bool:
    return all(
        same_outcome(mutant.outcomes[case.id], outcomes[case.id], case.precision) for case in cases
    )


def _says_something(cases: tuple[Case, ...], mutant: MutantAnswers) -> bool:
    answered = [case for case in cases if mutant.outcomes[case.id].kind == "value"]
    if len(mutant.codes) == 1:
        return bool(answered)
    return any(
        not same_outcome(case.expected, mutant.outcomes[case.id], case.precision)
        for case in answered
    )
