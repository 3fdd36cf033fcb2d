"""Grading one submission: run it, judge every outcome, diagnose, report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import SystemRandom
from typing import TYPE_CHECKING, NamedTuple

from . import VERSION
from .catalog import ExerciseInfo
from .diagnosis import diagnose
from .judging import Verdict, judge, unstable
from .key.model import AnswerKey, Case
from .report import Failure, Provenance, Report
from .runner.job import Call, Job, Run
from .runner.session import LOSSES, NOT_RUN
from .sandbox.outcome import Outcome
from .submission import Submission

if TYPE_CHECKING:
    from .runner import Runner

#: The call that asks a case a second time, after all others, in the same process.
REPEAT = "repeat"
#: What a submission cannot foresee.
_RANDOM = SystemRandom()


class Plan(NamedTuple):
    """A submission's job, and the case that it is asked twice."""

    job: Job
    repeated: str


def plan(submission: Submission, info: ExerciseInfo, key: AnswerKey) -> Plan:
    """Public examples first, then the hidden cases shuffled, then one of them once more.

    The order is drawn anew each time, so that counting calls gains nothing.
    """
    public = [case for case in key.cases if case.public]
    hidden = [case for case in key.cases if not case.public]
    _RANDOM.shuffle(hidden)
    again = _RANDOM.choice(key.cases)
    calls = [case.call() for case in [*public, *hidden]]
    repeat = again.call()
    calls.append(Call(REPEAT, repeat.function, repeat.arguments, repeat.positional, repeat.driver))
    return Plan(
        Job(
            source=submission.source,
            filename=submission.filename,
            calls=tuple(calls),
            driver_source=info.driver_source,
            forbidden=info.forbidden,
            patience=info.patience,
        ),
        again.id,
    )


def grade(
    submission: Submission, info: ExerciseInfo, key: AnswerKey, runner: Runner
) -> tuple[Report, Run]:
    """Run `submission` in the sandbox and judge it against `key`.

    When everything passed, one hidden case is asked alone in a fresh process: a function that
    remembers earlier calls answers it differently.
    """
    planned = plan(submission, info, key)
    run = runner.run(planned.job, ahead=True)
    report = judge_run(submission, info, key, planned, run)
    if report.state == "passed":
        case = _RANDOM.choice(key.cases)
        alone = runner.run(_single(planned.job, case))
        outcome = alone.outcomes.get(case.id)
        if outcome is None or not _right(case, outcome, key):
            report = judge_run(submission, info, key, planned, run, doubted=frozenset({case.id}))
    return report, run


def judge_run(
    submission: Submission,
    info: ExerciseInfo,
    key: AnswerKey,
    planned: Plan,
    run: Run,
    doubted: frozenset[str] = frozenset(),
) -> Report:
    """The report on a run: a pure function of the key and the outcomes."""
    verdicts: tuple[Verdict, ...] = ()
    if run.load_error is None:
        verdicts = tuple(_verdicts(key, planned, run, doubted))
    failed = [verdict for verdict in verdicts if not verdict.passed]
    names = tuple(dict.fromkeys(verdict.function for verdict in failed))
    return Report(
        exercise=info.id,
        filename=submission.filename,
        source_hash=submission.source_hash,
        verdicts=verdicts,
        diagnoses=diagnose(key, run.outcomes, names) if failed else (),
        points=_points(info, verdicts, forbidden=bool(run.forbidden)),
        possible=dict(info.functions),
        provenance=_provenance(key, run),
        load_error=run.load_error,
        failure=_smallest_failure(key, run, failed),
        forbidden=run.forbidden,
        stdout=run.stdout,
        stdout_truncated=run.stdout_truncated,
        notes=submission.notes,
    )


def with_more(
    report: Report, info: ExerciseInfo, verdicts: tuple[Verdict, ...], failure: Failure | None
) -> Report:
    """A report that passed, with further verdicts."""
    every = (*report.verdicts, *verdicts)
    return report._replace(
        verdicts=every,
        points=_points(info, every, forbidden=bool(report.forbidden)),
        failure=failure,
    )


def _verdicts(
    key: AnswerKey, planned: Plan, run: Run, doubted: frozenset[str]
) -> Iterable[Verdict]:
    identity = key.identity
    for case in key.cases:
        verdict = judge(case, run.outcomes[case.id], identity.framework, identity.device)
        if verdict.passed and case.id in doubted:
            verdict = unstable(verdict)
        elif verdict.passed and case.id == planned.repeated:
            again = judge(case, run.outcomes[REPEAT], identity.framework, identity.device)
            if not again.passed:
                # A limit or a crash that came late says so itself.
                verdict = again if again.status in LOSSES else unstable(verdict)
        yield verdict


def _right(case: Case, outcome: Outcome, key: AnswerKey) -> bool:
    return judge(case, outcome, key.identity.framework, key.identity.device).passed


def _single(job: Job, case: Case) -> Job:
    """One case alone; which operators a submission uses was seen already."""
    return job._replace(calls=(case.call(),), forbidden=())


def _points(
    info: ExerciseInfo, verdicts: tuple[Verdict, ...], *, forbidden: bool
) -> Mapping[str, float]:
    """Each function's points, spread evenly over its groups and within a group over its cases."""
    return {
        function: 0.0 if forbidden else round(points * _fraction(function, verdicts), 4)
        for function, points in info.functions.items()
    }


def _fraction(function: str, verdicts: tuple[Verdict, ...]) -> float:
    groups: dict[str, list[bool]] = {}
    for verdict in verdicts:
        if verdict.function == function:
            groups.setdefault(verdict.group, []).append(verdict.passed)
    shares = [sum(passed) / len(passed) for passed in groups.values()]
    return sum(shares) / len(shares) if shares else 0.0


def _provenance(key: AnswerKey, run: Run) -> Provenance:
    return Provenance(
        learncnn=VERSION,
        exercise_version=key.identity.version,
        key_digest=key.digest,
        seed=key.identity.seed,
        framework=key.identity.framework,
        device=key.identity.device,
        versions=dict(run.versions),
        layers=run.isolation.in_force,
        missing_layers=run.isolation.missing,
    )


def _smallest_failure(key: AnswerKey, run: Run, failed: list[Verdict]) -> Failure | None:
    if not failed:
        return None
    cases = {case.id: case for case in key.cases}
    # A function that was not begun says less than one that is wrong, a case not run nothing.
    begun = [v for v in failed if v.status not in ("not_started", "missing")] or failed
    told = [v for v in begun if v.got != NOT_RUN] or begun
    verdict = min(told, key=lambda v: (cases[v.case].size, not v.public))
    case = cases[verdict.case]
    return Failure(
        verdict,
        case.arguments,
        case.positional,
        case.expected,
        run.outcomes[case.id],
        case.driver,
    )
