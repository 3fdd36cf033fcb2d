"""Determine which promises besides its values a function breaks.

A promise is stated once for a function, with the number of cases that saw it broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..answer_key.key import AnswerKey, Case, MutantAnswers
from ..course.promises import PROMISES, Promise
from .judging import judge
from .library_errors import own_check
from .refused_pairs import refused_pairs, refusing
from .report import BrokenPromise, Verdict

#: Statuses of verdicts on wrong values.
_WRONG = frozenset({"type", "shape", "nonfinite", "values"})


def settled(verdicts: Sequence[Verdict], cases: Sequence[Case]) -> list[Verdict]:
    """Report refused pairs as a broken promise, if the function is right wherever it answers.

    These cases leave the value axis: the function computes the right values and only rejects one
    form of argument. A wrong number on a pair stays a wrong value, together with the cases that
    the same mistake stops, and so does an exception that no pair causes.
    """
    refused: set[str] = set()
    for function in dict.fromkeys(case.function for case in cases):
        found = [v for v in verdicts if v.function == function and v.axis == "values"]
        judged = {verdict.case for verdict in found}
        ours = [case for case in cases if case.id in judged]
        errors = {v.case: v.error for v in found if v.status == "raised"}
        stopped = refused_pairs(ours, errors)
        others = [verdict for verdict in found if verdict.case not in stopped]
        if others and all(verdict.right for verdict in others):
            refused |= stopped
    return refusing(verdicts, frozenset(refused))


def broken_promises(verdicts: Iterable[Verdict], key: AnswerKey) -> tuple[BrokenPromise, ...]:
    """Return every promise that some case saw broken, by function."""
    grouped: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        grouped.setdefault(verdict.function, []).append(verdict)
    return tuple(
        broken._replace(code=_code(broken, ours, key))
        for function, ours in grouped.items()
        for broken in of_function(function, ours)
    )


def of_function(function: str, verdicts: Sequence[Verdict]) -> list[BrokenPromise]:
    """Return the promises that one function's cases saw broken, without codes.

    A function that works in place changes its input and returns it; that breaks one promise, not
    two.
    """
    telling = [verdict for verdict in verdicts if not _by_values(verdict, verdicts)]
    found = [_broken(function, promise, telling) for promise in PROMISES]
    broken = {each.promise: each for each in found if each is not None}
    changed = set(broken["mutated"].names) if "mutated" in broken else set()
    if "aliased" in broken and changed >= set(broken["aliased"].names):
        del broken["aliased"]
    return list(broken.values())


def _by_values(verdict: Verdict, verdicts: Sequence[Verdict]) -> bool:
    """Return whether a case that tests a promise fails only because the values are wrong.

    This holds if the function computes nothing at all, or if the same failure occurs for other
    inputs: an exception at the same line or, for an input without elements, a wrong shape.
    """
    if verdict.axis not in ("errors", "empty"):
        return False
    others = [each for each in verdicts if each.axis in ("values", "pair")]
    if others and not any(map(_answered, others)):
        return True
    way = _way(verdict) if verdict.axis == "empty" or verdict.status == "raised" else None
    return way is not None and way in map(_way, others)


def _answered(verdict: Verdict) -> bool:
    """Return whether a function computed anything, right or wrong."""
    nothing = verdict.status == "type" and verdict.got == "None"
    return (
        verdict.right or verdict.status == "unstable" or (verdict.status in _WRONG and not nothing)
    )


def _way(verdict: Verdict) -> tuple[str, str, int | None] | None:
    """Return how the values of a case are wrong; None if they are right or a limit was reached."""
    error = verdict.error
    if verdict.status == "raised" and error is not None:
        return verdict.status, error.type, error.line
    return (verdict.status, "", None) if verdict.status in _WRONG else None


def _broken(function: str, promise: Promise, verdicts: Sequence[Verdict]) -> BrokenPromise | None:
    seen = [(v, breach) for v in verdicts for breach in v.broken if breach.promise == promise]
    if not seen:
        return None
    first = seen[0][1]
    return BrokenPromise(
        function,
        promise,
        len(_touched(verdicts, promise)),
        sum(_could_break(verdict, promise) for verdict in verdicts),
        first.expected,
        first.got,
        tuple(dict.fromkeys(name for _, breach in seen for name in breach.names)),
        tuple(dict.fromkeys(v.title for v, _ in seen if v.axis == promise and v.title)),
    )


def _touched(verdicts: Sequence[Verdict], promise: Promise) -> set[str]:
    return {v.case for v in verdicts if any(breach.promise == promise for breach in v.broken)}


def _could_break(verdict: Verdict, promise: Promise) -> bool:
    """Return whether a case tests a promise and was answered, so could have seen it broken."""
    if promise in ("errors", "empty", "pair"):
        return verdict.axis == promise
    return verdict.right or any(breach.promise == promise for breach in verdict.broken)


def _code(broken: BrokenPromise, verdicts: Sequence[Verdict], key: AnswerKey) -> str:
    """Return the misconception that breaks a promise in this way; empty if none or several do."""
    promise = broken.promise
    stops = [v.error for v in verdicts if v.axis == "errors" and v.broken and v.error]
    if promise == "errors" and any(map(own_check, stops)):
        return ""  # impossible input was refused, with another exception
    known = [
        mutant
        for mutant in key.mutants
        if mutant.function == broken.function and mutant.breaks[:1] == (promise,)
    ]
    codes = {mutant.codes[0] for mutant in known}
    if len(codes) > 1:
        touched = _touched(verdicts, promise)
        codes = {m.codes[0] for m in known if _touched(verdicts_on(m, key), promise) == touched}
    return codes.pop() if len(codes) == 1 else ""


def verdicts_on(mutant: MutantAnswers, key: AnswerKey) -> list[Verdict]:
    """Return the verdicts that a submission would get for the answers of a mutant."""
    cases = key.cases_of(mutant.function)
    framework, device = key.identity.framework, key.identity.device
    made = [judge(case, mutant.outcomes[case.id], framework, device) for case in cases]
    return settled(made, cases)
