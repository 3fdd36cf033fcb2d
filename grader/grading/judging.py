"""Judge outcomes by a pure function of (case, outcome), the same for every student.

A case is judged on two axes, its values and its promises. `Verdict.status` is the first fault,
values before promises; `Verdict.broken` holds every promise that the case saw broken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..answer_key.compare import Comparison, compare
from ..answer_key.key import Case
from ..runner.job import NOT_RUN
from ..sandbox.protocol.outcome import Outcome, Raised
from .report import Breach, Status, Verdict

#: The line that an untouched stub raises from.
_STUB = re.compile(r"raise NotImplementedError(\(\))?\s*(#.*)?")
Details = dict[str, Any]


def judge(case: Case, outcome: Outcome, framework: str, device: str = "cpu") -> Verdict:
    """Return the verdict on one outcome: the first rung of the ladder that applies."""
    status, details, broken = _judged(case, outcome, framework, device)
    return Verdict(
        case.id,
        case.function,
        case.title,
        case.group,
        case.public,
        status,
        **details,
        axis=case.axis,
        broken=broken,
        fixed=case.fixed,
    )


def unstable(verdict: Verdict) -> Verdict:
    """Return the verdict on a case that was right the first time and wrong the second."""

    return verdict._replace(status="unstable")


def _judged(
    case: Case, outcome: Outcome, framework: str, device: str
) -> tuple[Status, Details, tuple[Breach, ...]]:
    status, details = _without_answer(case, outcome, framework)
    if status is not None:
        return status, details, _breach_of_own(case, status, details)
    compared = compare(case.expected.value, outcome.value, case.precision)
    broken = tuple(_breaches(outcome, compared, framework, device))
    if compared.difference is not None:
        found = compared.difference
        names = ("expected", "got", "index", "item", "wrong", "total")
        details = {name: getattr(found, name) for name in names}
        return found.problem, details, broken + _breach_of_own(case, found.problem, details)
    if broken:
        first = broken[0]
        shown: Details = {"expected": first.expected, "got": first.got, "names": ()}
        if first.names:
            shown = {"names": first.names}
        return first.promise, shown, broken  # type: ignore[return-value]
    return "passed", {}, ()


def _without_answer(case: Case, outcome: Outcome, framework: str) -> tuple[Status | None, Details]:
    """Return the verdict on an outcome that cannot be compared with an expected value."""
    expected = case.expected
    if outcome.kind == "missing":
        return "missing", {"names": outcome.names}
    if outcome.error and _of_stub(outcome.error):
        return "not_started", {"error": outcome.error}
    if outcome.forbidden:
        return "forbidden", {"names": outcome.forbidden}
    if outcome.kind == "raised":
        assert outcome.error
        if expected.kind == "raised" and _right_error(expected, outcome.error, framework):
            return "passed", {}
        wanted = expected.error.type if expected.error else None
        return "raised", {"error": outcome.error, "expected": wanted}
    if outcome.kind == "timeout":
        return "timeout", {"got": outcome.detail, "expected": outcome.seconds or None}
    if outcome.kind in ("memory", "crashed", "protocol"):
        return outcome.kind, {"got": outcome.detail}
    if expected.kind == "raised":
        assert expected.error
        return "not_raised", {"expected": expected.error.type}
    if outcome.kind == "refused":
        return "refused", {"names": (outcome.detail,)}
    return None, {}


def _of_stub(error: Raised) -> bool:
    """Return whether an exception comes from the stub; libraries raise NotImplementedError too.

    The stub's exception has no message, and neither has the driver's for an unanswered question.
    """
    if error.type != "NotImplementedError" or error.message:
        return False
    return error.line is None or bool(_STUB.fullmatch(error.text.strip()))


def begun(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Treat the stub's exception as the student's if the function is begun.

    A stub raises in every case. A function that raises in only some is partly written.
    """
    untouched = {v.function for v in verdicts} - {
        v.function for v in verdicts if v.status != "not_started"
    }
    return [
        v._replace(status="raised", broken=_of_raised(v))
        if v.status == "not_started" and v.function not in untouched
        else v
        for v in verdicts
    ]


def _of_raised(verdict: Verdict) -> tuple[Breach, ...]:
    if verdict.axis == "values":
        return ()
    return (Breach(verdict.axis, got=verdict.error.type if verdict.error else ""),)


def _breach_of_own(case: Case, status: Status, details: Details) -> tuple[Breach, ...]:
    """Return the promise that a case tests, if it was broken.

    A function that is not begun breaks no promise, and neither does a case that was not run.
    """
    axis = case.axis
    if axis == "values" or status in ("passed", "missing", "not_started", "forbidden"):
        return ()
    if details.get("got") == NOT_RUN:
        return ()
    error = details.get("error")
    wanted = case.expected.error.type if case.expected.error else ""
    return (Breach(axis, wanted, error.type if error else ""),)


def _breaches(outcome: Outcome, compared: Comparison, framework: str, device: str) -> list[Breach]:
    if framework == "numpy" and not (compared.departures or outcome.mutated or outcome.aliased):
        return []
    found = [Breach(each.promise, each.expected, each.got) for each in compared.departures]
    here = device.partition(":")[0]
    off = [info.device for info in outcome.arrays if info.device.partition(":")[0] != here]
    if off and framework == "torch":
        found.append(Breach("device", device, off[0]))
    if outcome.mutated:
        found.append(Breach("mutated", names=outcome.mutated))
    if outcome.aliased:
        found.append(Breach("aliased", names=outcome.aliased))
    return found


def _right_error(expected: Outcome, error: Raised, framework: str) -> bool:
    """Return whether an exception is the expected one.

    torch's operators reject impossible sizes with a plain RuntimeError, so in torch a
    RuntimeError counts as the ValueError.
    """
    assert expected.error
    if expected.error.type in error.bases:
        return True
    return framework == "torch" and error.type == "RuntimeError"
