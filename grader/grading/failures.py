"""What is said of a submission that fails: causes, broken promises, and the case that shows it."""

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
    """The parts of a report that one without a failure lacks, and its verdicts as they then are."""

    verdicts: tuple[Verdict, ...]
    diagnoses: tuple[Diagnosis, ...]
    findings: tuple[Finding, ...]
    promises: tuple[BrokenPromise, ...]
    failure: Failure | None


def account(
    key: AnswerKey, run: Run, verdicts: Sequence[Verdict], *, prove: bool
) -> FailureAccount:
    """Return what is said of these verdicts; without `prove` nothing of the causes."""
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
    """The case that shows the main fault: a public one if it does, else the smallest."""
    if not failed:
        return None
    cases = {case.id: case for case in key.cases}
    # A function that was not begun says less than one that is wrong, a case not run nothing, and
    # a broken promise less than a wrong value.
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
    # It may have been right at first, and wrong when it was asked once more.
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
