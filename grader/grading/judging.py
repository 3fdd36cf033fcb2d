"""Judging: a pure function of (case, outcome); the same for one student and ten thousand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..answer_key.compare import difference
from ..answer_key.key import Case
from ..sandbox.protocol.outcome import Outcome, Raised
from .report import Status, Verdict


def judge(case: Case, outcome: Outcome, framework: str, device: str = "cpu") -> Verdict:
    """The verdict on one outcome: the first rung of the ladder that applies."""
    status, details = _first_problem(case, outcome, framework, device)
    return Verdict(case.id, case.function, case.title, case.group, case.public, status, **details)


def unstable(verdict: Verdict) -> Verdict:
    """The verdict on a case that was right once and wrong when it was asked again."""

    return replace(verdict, status="unstable")


def _first_problem(
    case: Case, outcome: Outcome, framework: str, device: str
) -> tuple[Status, dict[str, Any]]:
    expected = case.expected
    if outcome.kind == "missing":
        return "missing", {"names": outcome.names}
    if outcome.error and "NotImplementedError" in outcome.error.bases:
        return "not_started", {"error": outcome.error}
    if outcome.forbidden:
        return "forbidden", {"names": outcome.forbidden}
    if outcome.kind == "raised":
        assert outcome.error
        if expected.kind == "raised" and _right_error(expected, outcome.error, framework):
            return "passed", {}
        wanted = expected.error.type if expected.error else None
        return "raised", {"error": outcome.error, "expected": wanted}
    if outcome.kind in ("timeout", "memory", "crashed", "protocol"):
        return outcome.kind, {"got": outcome.detail}
    if expected.kind == "raised":
        assert expected.error
        return "not_raised", {"expected": expected.error.type}
    if outcome.kind == "refused":
        return "refused", {"names": (outcome.detail,)}
    return _value_problem(case, outcome, framework, device)


def _value_problem(
    case: Case, outcome: Outcome, framework: str, device: str
) -> tuple[Status, dict[str, Any]]:
    off_device = [
        info.device
        for info in outcome.arrays
        if framework == "torch" and info.device.partition(":")[0] != device.partition(":")[0]
    ]
    found = difference(case.expected.value, outcome.value, case.precision)
    if found and found.problem in ("type", "shape", "dtype"):
        return found.problem, _difference_details(found)
    if off_device:
        return "device", {"expected": device, "got": off_device[0]}
    if found:
        return found.problem, _difference_details(found)
    if outcome.mutated:
        return "mutated", {"names": outcome.mutated}
    if outcome.aliased:
        return "aliased", {"names": outcome.aliased}
    return "passed", {}


def _difference_details(found: Any) -> dict[str, Any]:
    names = ("expected", "got", "index", "item", "wrong", "total")
    return {name: getattr(found, name) for name in names}


def _right_error(expected: Outcome, error: Raised, framework: str) -> bool:
    """Whether an exception is the expected one.

    torch's own operators refuse impossible sizes with a plain RuntimeError, so that one counts
    as the ValueError in torch.
    """
    assert expected.error
    if expected.error.type in error.bases:
        return True
    return framework == "torch" and error.type == "RuntimeError"
