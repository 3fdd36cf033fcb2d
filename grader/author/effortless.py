"""Compute and limit the points of submissions that compute nothing.

Four kinds are judged like any submission, from the outcomes that they would give: a table of the
public answers, `raise ValueError`, zeros, and returning the first argument.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..answer_key.fixed_cases import signature
from ..answer_key.key import AnswerKey, Case
from ..course.catalog import ExerciseInfo
from ..grading.contract import broken_promises, settled
from ..grading.judging import judge
from ..grading.points import fraction, tally
from ..sandbox.protocol.outcome import Outcome, Raised

Answer = Callable[[Case], Outcome]
#: Share of a function's points that each kind earns, from 0 to 1.
Shares = Mapping[str, float]
#: Maximum share that each kind may earn.
LIMITS: Mapping[str, float] = {"table": 0.25, "raising": 0.05, "zeros": 0.10, "first": 0.10}
#: Maximum share of an exercise's points for questions and constants, whose cases are not drawn.
EXEMPT = 0.2
_TOLD = {
    "table": "a table of the practice answers",
    "raising": "raise ValueError",
    "zeros": "zeros of the right shape",
    "first": "the first argument",
}
_ERROR = Raised("ValueError", ("ValueError", "Exception", "BaseException", "object"), "no")


def shares_earned(
    keys: Sequence[AnswerKey], practice: AnswerKey, exempt: Collection[str]
) -> dict[str, Shares]:
    """Return, by function, the share that each kind earns, averaged over `keys`.

    The table of answers is made from `practice`, the public key. Exempt functions have no shares.
    """
    answers: dict[str, Answer] = {
        "table": table_of(practice),
        "raising": lambda case: Outcome("raised", error=_ERROR),
        "zeros": _zeros,
        "first": _first_argument,
    }

    def average(function: str, answer: Answer) -> float:
        return sum(share_earned(key, function, answer) for key in keys) / len(keys)

    return {
        function: {}
        if function in exempt
        else {kind: average(function, answer) for kind, answer in answers.items()}
        for function in dict.fromkeys(case.function for case in practice.cases)
    }


def effortless_problems(info: ExerciseInfo, found: Mapping[str, Shares]) -> Iterator[str]:
    """Yield functions that award effortless submissions too much, and too many exempt points."""
    for function, shares in found.items():
        for kind, share in shares.items():
            if share > LIMITS[kind]:
                yield (
                    f"{function}: {_TOLD[kind]} earns {share:.0%} of its points "
                    f"under a fresh seed, more than {LIMITS[kind]:.0%}: draw more of its cases"
                )
    points = sum(info.functions[name] for name, shares in found.items() if not shares)
    if points > EXEMPT * sum(info.functions.values()):
        yield f"questions and constants have {points} points, more than {EXEMPT:.0%} of all"


def share_earned(key: AnswerKey, function: str, answer: Answer) -> float:
    """Return the fraction of a function's points that `answer` earns."""
    cases = key.cases_of(function)
    framework, device = key.identity.framework, key.identity.device
    judged = [judge(case, answer(case), framework, device) for case in cases]
    verdicts = settled(judged, cases)
    return fraction(tally(verdicts, broken_promises(verdicts, key)))


def table_of(practice: AnswerKey) -> Answer:
    """Return a submission that looks its answers up in a key.

    For an unknown call it returns the answer of a known one with the same driver, types and
    shapes, or zeros if there is none.
    """
    known = {signature(case): case.expected for case in practice.cases}
    alike = {_looks(case): case.expected for case in practice.cases}

    def answer(case: Case) -> Outcome:
        found = known.get(signature(case)) or alike.get(_looks(case)) or _zeros(case)
        return found._replace(error=_ERROR) if found.kind == "raised" else found

    return answer


def _looks(case: Case) -> tuple[Any, ...]:
    shapes = tuple((name, _form(value)) for name, value in case.arguments.items())
    return case.function, case.driver, shapes


def _form(value: object) -> Any:
    """Return the types and shapes of a value, without its numbers."""
    if isinstance(value, np.ndarray):
        return value.dtype.name, value.shape
    if isinstance(value, (list, tuple)):
        return type(value).__name__, tuple(_form(child) for child in value)
    return type(value).__name__


def _zeros(case: Case) -> Outcome:
    """Return zeros of the right shape and type."""
    return Outcome("value", _zeroed(case.expected.value))


def _zeroed(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.zeros_like(value)
    if isinstance(value, (list, tuple)):
        return type(value)(_zeroed(child) for child in value)
    if isinstance(value, dict):
        return {key: _zeroed(child) for key, child in value.items()}
    return 0 if value is None else type(value)()


def _first_argument(case: Case) -> Outcome:
    return Outcome("value", next(iter(case.arguments.values()), None))
