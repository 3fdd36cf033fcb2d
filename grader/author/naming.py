"""Diagnose mutants like submissions: each must be named, even beside another broken promise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..answer_key.build import value_cases
from ..answer_key.compare import same_answer
from ..answer_key.key import AnswerKey, MutantAnswers
from ..course.exercise import Exercise
from ..course.promises import Promise
from ..grading.contract import broken_promises, verdicts_on
from ..grading.diagnosis import diagnose
from ..grading.report import Diagnosis
from ..sandbox.protocol.outcome import Outcome

#: Promises that are broken beside each mistake, to check that it is still named.
ADDED: tuple[Promise, ...] = ("array", "whole", "dtype", "mutated", "aliased", "empty", "errors")


def declaration_problems(exercise: Exercise, key: AnswerKey, framework: str) -> Iterator[str]:
    """Yield mutants whose declared `breaks=` differs from the promises that they break."""
    singles = [mutant for mutant in key.mutants if len(mutant.codes) == 1]
    for function in exercise.references:
        made = [mutant for mutant in singles if mutant.function == function]
        for declared, mutant in zip(exercise.mutants_of(function), made, strict=True):
            verdicts = verdicts_on(mutant, key)
            right = all(verdict.right for verdict in verdicts if verdict.axis == "values")
            found = {each.promise for each in broken_promises(verdicts, key)}
            seen = found if right else set()
            if set(declared.breaks) == seen:
                continue
            where = f"{declared.code} of {function} ({framework})"
            if declared.breaks and not seen:
                yield f"{where} computes a wrong value: it takes no breaks="
            else:
                yield f"{where} computes every value right and breaks {_told(seen)}: say breaks="


def _told(promises: set[Promise]) -> str:
    return ", ".join(sorted(promises)) or "no promise"


def naming_problems(key: AnswerKey, framework: str) -> Iterator[str]:
    """Yield mutants that are not diagnosed as their own code.

    A mutant with wrong values is tried alone and beside each broken promise of `ADDED`. A mutant
    that breaks a promise must be named with that promise and have no other diagnosis. A form that
    only raises proves nothing by itself, and is not tried if its code has another form.
    """
    for mutant in key.mutants:
        if len(mutant.codes) > 1:
            continue
        where = f"{mutant.codes[0]} of {mutant.function}"
        if mutant.breaks:
            if said := _said_of_contract(key, mutant):
                yield f"{where} {said} ({framework})"
            continue
        if only_beside_others(key, mutant):
            continue
        for promise in (None, *ADDED):
            outcomes = mutant.outcomes if promise is None else broken_too(key, mutant, promise)
            found = diagnose(key, outcomes, (mutant.function,))
            if [(d.kind, d.codes) for d in found] != [("exact", mutant.codes)]:
                beside = f" beside {promise}" if promise else ""
                yield f"{where} is diagnosed as {_named(found)}{beside} ({framework})"
                break


def only_beside_others(key: AnswerKey, mutant: MutantAnswers) -> bool:
    """Return whether a form only raises, and is there for its combinations with other mistakes.

    The same code then needs a form that gives wrong values.
    """
    forms = [m for m in key.mutants if (m.function, m.codes) == (mutant.function, mutant.codes)]
    return not _gives_values(key, mutant) and any(_gives_values(key, form) for form in forms)


def _gives_values(key: AnswerKey, mutant: MutantAnswers) -> bool:
    """Return whether a mutant gives a wrong value in some case that tests values."""
    cases = [case for case in key.cases_of(mutant.function) if case.axis == "values"]
    answers = [(case, mutant.outcomes[case.id]) for case in cases]
    return any(
        answer.kind == "value" and not same_answer(answer, case.expected, case.precision)
        for case, answer in answers
    )


def _said_of_contract(key: AnswerKey, mutant: MutantAnswers) -> str:
    """Return what is wrong with the diagnosis of a contract mutant; empty if it is right."""
    verdicts = verdicts_on(mutant, key)
    if any(v.axis == "values" and not v.right for v in verdicts):
        return "is shown with wrong values"
    if found := diagnose(key, mutant.outcomes, (mutant.function,)):
        return f"is diagnosed as {_named(found)}"
    broken = broken_promises(verdicts, key)
    code = next((b.code for b in broken if b.promise == mutant.breaks[0]), "")
    return "" if code == mutant.codes[0] else f"is named {code or 'by no code'} with its promise"


def _named(found: tuple[Diagnosis, ...]) -> str:
    return " and ".join(found[0].codes) if found else "nothing"


def codes_shown(key: AnswerKey, mutant: MutantAnswers) -> set[str]:
    """Return the codes of a mutant's exact diagnosis; empty if there is none."""
    found = diagnose(key, mutant.outcomes, (mutant.function,))
    exact = [d for d in found if d.kind == "exact" and d.result is None]
    return set(exact[0].codes) if exact else set()


def values_right(key: AnswerKey, mutant: MutantAnswers) -> bool:
    """Return whether a mutant answers every value case right: its mistakes cancel each other."""
    return all(
        same_answer(case.expected, mutant.outcomes[case.id], case.precision)
        for case in value_cases(key, mutant.function)
    )


def broken_too(key: AnswerKey, mutant: MutantAnswers, promise: Promise) -> dict[str, Outcome]:
    """Return the outcomes of a mutant that breaks a promise besides its mistake."""
    changed = {}
    for case in key.cases_of(mutant.function):
        outcome = mutant.outcomes[case.id]
        if case.axis == "errors":
            outcome = Outcome("value", 0) if promise == "errors" else outcome
        elif case.axis == "empty":
            outcome = Outcome("crashed") if promise == "empty" else outcome
        elif outcome.kind == "value":
            outcome = _breaking(outcome, promise, next(iter(case.arguments), ""))
        changed[case.id] = outcome
    return changed


def _breaking(outcome: Outcome, promise: Promise, name: str) -> Outcome:
    if promise == "mutated":
        return outcome._replace(mutated=(name,))
    if promise == "aliased":
        return outcome._replace(aliased=(name,))
    return outcome._replace(value=_converted(outcome.value, promise))


def _converted(value: Any, promise: Promise) -> Any:
    if isinstance(value, tuple):
        return tuple(_converted(child, promise) for child in value)
    if isinstance(value, np.ndarray) and value.ndim:
        if promise == "array" and value.size:
            return value.tolist()
        if promise == "dtype" and value.dtype == "float32":
            return value.astype("float64")
        if promise == "whole" and value.dtype.kind in "iu":
            return value.astype("float64")
    if promise == "whole" and isinstance(value, int) and not isinstance(value, bool):
        return float(value) if abs(value) < 1 << 53 else value
    return value
