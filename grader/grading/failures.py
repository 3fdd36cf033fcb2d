"""Describe why a submission fails: causes, broken promises, and the case to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..answer_key.key import AnswerKey
from ..runner.job import NOT_RUN, REPEAT, Run
from .contract import broken_promises, settled
from .diagnosis import DiagnosisResult, explain
from .judging import judge
from .refused_pairs import refusing
from .report import BrokenPromise, Diagnosis, Failure, Finding, Verdict


class FailureAccount(NamedTuple):
    """The parts of a report that only a failing submission has, and the updated verdicts."""

    verdicts: tuple[Verdict, ...]
    diagnoses: tuple[Diagnosis, ...]
    findings: tuple[Finding, ...]
    promises: tuple[BrokenPromise, ...]
    failure: Failure | None


def account(
    key: AnswerKey, run: Run, verdicts: Sequence[Verdict], *, prove: bool
) -> FailureAccount:
    """Return the account of these verdicts; without `prove`, causes are left out."""
    verdicts = settled(verdicts, key.cases)
    explained = explain(key, run.outcomes, verdicts) if prove else DiagnosisResult()
    verdicts = tuple(refusing(verdicts, explained.refused))
    return FailureAccount(
        verdicts,
        explained.diagnoses,
        explained.findings,
        broken_promises(verdicts, key),
        _shown(key, run, [verdict for verdict in verdicts if not verdict.passed], explained),
    )


def _shown(
    key: AnswerKey, run: Run, failed: list[Verdict], explained: DiagnosisResult
) -> Failure | None:
    """Return the case that shows the main fault: a public one if possible, else the smallest."""
    if not failed:
        return None
    cases = {case.id: case for case in key.cases}
    # A wrong value is more informative than a broken promise or a function that was not begun; a
    # case that was not run shows nothing.
    begun = [v for v in failed if v.status not in ("not_started", "missing")] or failed
    told = [v for v in begun if v.got != NOT_RUN] or begun
    main = [verdict for verdict in told if verdict.case in explained.main]
    wrong = [verdict for verdict in told if verdict.axis == "values" and not verdict.right]
    verdict = min(main or wrong or told, key=lambda v: (not v.public, cases[v.case].size))
    case = cases[verdict.case]
    asked = [run.outcomes[case.id]]
    asked += [answers[case.id] for answers in run.again if case.id in answers]
    asked += [run.outcomes[REPEAT]] if REPEAT in run.outcomes else []
    framework, device = key.identity.framework, key.identity.device
    # The case may have been right the first time and wrong the second.
    outcome = next(each for each in asked if not judge(case, each, framework, device).passed)
    return Failure(
        verdict,
        case.arguments,
        case.positional,
        case.expected,
        outcome,
        case.driver,
        run.prints.get(case.id if outcome is run.outcomes[case.id] else REPEAT),
    )
