"""Grade one submission: run it, judge every outcome, diagnose, report."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from .. import VERSION
from ..answer_key.key import AnswerKey, Case
from ..course.catalog import ExerciseInfo
from ..runner.job import LOSSES, NOT_RUN, REPEAT, Run
from ..sandbox.protocol.outcome import Outcome
from ..sandbox.source.notes import LoadNote
from ..submissions.submission import Submission
from .judging import begun, judge, unstable
from .planning import Plan, job_of, plan
from .points import fraction, share_of, tally
from .report import Failure, Provenance, Report, Verdict

if TYPE_CHECKING:
    from ..runner.runner import Runner


def grade(
    submission: Submission,
    info: ExerciseInfo,
    key: AnswerKey,
    runner: Runner,
    *,
    ahead: bool = True,
    planned: Plan | None = None,
    verify: bool = True,
) -> tuple[Report, Run]:
    """Run `submission` in the sandbox and judge it against `key`.

    With `ahead`, a child for the next run is started meanwhile. With `verify`, a submission that
    may be right by chance, and one in twenty of the others, is asked some cases again in a new
    process. Raises SandboxKilled.
    """
    planned = planned or plan(submission, info, key)
    run = runner.run(planned.job, ahead=ahead)
    report = judge_run(submission, info, key, planned, run)
    if not verify:
        return report, run
    from . import fresh_process

    if processes := fresh_process.processes(submission, run, report):
        job = fresh_process.job_of(report, planned.job, processes)
        if job.calls:
            again = fresh_process.ask(job, runner, run, processes, ahead=ahead)
            run = run._replace(again=again)
            if not _steady(key, run):
                report = judge_run(submission, info, key, planned, run)
    return report, run


def grade_case(
    submission: Submission, info: ExerciseInfo, key: AnswerKey, runner: Runner, case: Case
) -> tuple[Report, Run]:
    """Run one case alone, once, without a diagnosis, because one case proves nothing.

    The report shows the case as its failure even if it passed.
    """
    job = job_of(submission, info, (case.call(),))
    run = runner.run(job)
    alone = replace(key, cases=(case,))
    report = judge_run(submission, info, alone, Plan(job, ""), run, prove=False)
    for verdict in report.verdicts:
        outcome = run.outcomes[case.id]
        shown = Failure(
            verdict, case.arguments, case.positional, case.expected, outcome, case.driver
        )
        report = report._replace(failure=shown)
    return report, run


def judge_functions(
    submission: Submission,
    info: ExerciseInfo,
    key: AnswerKey,
    planned: Plan,
    run: Run,
    functions: Collection[str],
) -> Report:
    """Return the report on these functions only, from a run of the whole exercise."""
    alone = {name: points for name, points in info.functions.items() if name in functions}
    cases = tuple(case for case in key.cases if case.function in functions)
    part = replace(key, cases=cases)
    return judge_run(submission, info._replace(functions=alone), part, planned, run)


def judge_run(
    submission: Submission,
    info: ExerciseInfo,
    key: AnswerKey,
    planned: Plan,
    run: Run,
    *,
    prove: bool = True,
) -> Report:
    """Return the report on a run: a pure function of the key and the outcomes.

    Without `prove`, the report names no causes.
    """
    verdicts: tuple[Verdict, ...] = ()
    if run.load_error is None:
        verdicts = tuple(begun(_verdicts(key, planned, run)))
    report = Report(
        exercise=info.id,
        filename=submission.filename,
        source_hash=submission.source_hash,
        verdicts=verdicts,
        diagnoses=(),
        points={},
        possible=dict(info.functions),
        provenance=_provenance(key, run),
        load_error=run.load_error,
        forbidden=run.forbidden,
        stdout=run.stdout,
        stdout_truncated=run.stdout_truncated,
        notes=submission.notes,
        loading=(*_elsewhere(submission, verdicts), *run.notes),
    )
    if not all(verdict.passed for verdict in verdicts):
        from .failures import account  # a third of grading's imports

        report = report._replace(**account(key, run, verdicts, prove=prove)._asdict())
    report = with_points(report)
    if not key.identity.private:
        return report
    from .withholding import withheld

    return withheld(report, submission)


def _elsewhere(submission: Submission, verdicts: tuple[Verdict, ...]) -> Iterator[LoadNote]:
    """Yield a note for each missing function that a notebook defines in a cell that is not run."""
    missing = {verdict.function for verdict in verdicts if verdict.status == "missing"}
    for function, kind, cell in submission.elsewhere:
        if function in missing:
            missing.discard(function)
            note = "in_magic" if kind.startswith("%") else "in_markdown"
            yield LoadNote(note, function, (1,), kind, (cell,))


def with_more(report: Report, verdicts: tuple[Verdict, ...], failure: Failure | None) -> Report:
    """Return a report that passed, with further verdicts."""
    every = (*report.verdicts, *verdicts)
    return with_points(report._replace(verdicts=every, failure=failure))


def _verdicts(key: AnswerKey, planned: Plan, run: Run) -> list[Verdict]:
    verdicts = []
    for case in key.cases:
        verdict = _judged(case, run.outcomes[case.id], key)
        if case.id == planned.repeated and run.outcomes[REPEAT].detail != NOT_RUN:
            verdict = _both(verdict, _judged(case, run.outcomes[REPEAT], key))
        for outcomes in run.again:
            if case.id in outcomes:
                verdict = _both(verdict, _judged(case, outcomes[case.id], key))
        verdicts.append(verdict)
    return verdicts


def with_points(report: Report) -> Report:
    """Return a report with the points that follow from its verdicts and broken promises."""
    points, shares = {}, {}
    for function, possible in report.possible.items():
        ours = [verdict for verdict in report.verdicts if verdict.function == function]
        broken = [promise for promise in report.promises if promise.function == function]
        groups = tally(ours, broken)
        shares[function] = share_of(ours, groups)
        won = 0.0 if report.forbidden else possible * fraction(groups)
        points[function] = round(won, 4)
    return report._replace(points=points, shares=shares)


def _judged(case: Case, outcome: Outcome, key: AnswerKey) -> Verdict:
    return judge(case, outcome, key.identity.framework, key.identity.device)


def _steady(key: AnswerKey, run: Run) -> bool:
    """Return whether the cases that were asked again passed or failed as they did at first."""
    cases = {case.id: case for case in key.cases}

    def passed(id: str, outcome: Outcome) -> bool:
        return _judged(cases[id], outcome, key).passed

    return all(
        passed(id, outcome) == passed(id, run.outcomes[id])
        for outcomes in run.again
        for id, outcome in outcomes.items()
        if id in cases
    )


def _both(first: Verdict, last: Verdict) -> Verdict:
    """The verdict on a case that was asked twice."""
    if first.passed == last.passed:
        return first
    wrong = last if first.passed else first
    if first.right and last.right:  # only a promise differs: kept once and broken once
        return wrong
    # A limit or a crash is its own explanation.
    return wrong if wrong.status in LOSSES else unstable(wrong)


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
