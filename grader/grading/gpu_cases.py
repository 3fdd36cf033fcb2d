"""Run network-sized inputs on a GPU, after a submission has passed all other cases.

A wrong answer counts like any other. Time does not: a correct loop over pixels would take hours
here, so a case that reached a limit is shown and not judged. For information, the report gives
the time of torch's operator beside the submission's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..answer_key.build import large_case
from ..answer_key.key import Case
from ..course.catalog import ExerciseInfo
from ..course.exercise import Exercise, bound_arguments
from ..runner.job import LOSSES
from ..sandbox.observe import TorchLibrary, deliver
from ..submissions.submission import Submission
from .grading import with_more
from .judging import judge
from .planning import job_of
from .report import Failure, Report, Verdict

if TYPE_CHECKING:
    from ..runner.runner import Runner

SEED = "large"
#: Number of timed runs of torch's operator; the fastest one counts.
RUNS = 3


class Large(NamedTuple):
    """A large case, and the time of torch's operator on the same device."""

    case: Case
    operator_seconds: float


class LargeResult(NamedTuple):
    """The result of one large case."""

    verdict: Verdict
    seconds: float
    operator_seconds: float

    @property
    def judged(self) -> bool:
        """Return whether the case was answered, and so counts."""
        return self.verdict.status not in LOSSES


def large_cases(info: ExerciseInfo, device: str) -> tuple[Large, ...]:
    """Return the large cases of an exercise, answered by its references on `device`.

    Raises KeyUnavailable without solutions.
    """
    import torch

    from ..answer_key.find import load_exercise
    from ..course.case_draws import Draw

    exercise = load_exercise(info)
    if exercise.larger is None:
        return ()
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    library = TorchLibrary(torch, device)
    draw = Draw(f"{info.id}/{SEED}", "torch", device)
    made = []
    for number, spec in enumerate(exercise.larger(draw)):
        case = large_case(exercise, spec, number, device)
        seconds = _operator_seconds(exercise, case, spec.operator, library)
        made.append(Large(case, seconds))
    return tuple(made)


def grade_large(
    report: Report,
    submission: Submission,
    info: ExerciseInfo,
    larger: tuple[Large, ...],
    runner: Runner,
) -> tuple[Report, tuple[LargeResult, ...]]:
    """Run the large cases and add the answered ones to a report that passed."""
    cases = [each.case for each in larger]
    run = runner.run(job_of(submission, info, tuple(case.call() for case in cases)))
    if not cases or run.load_error is not None:
        return report, ()
    where = report.provenance
    results = tuple(
        LargeResult(
            judge(each.case, run.outcomes[each.case.id], where.framework, where.device),
            run.outcomes[each.case.id].seconds,
            each.operator_seconds,
        )
        for each in larger
    )
    judged = tuple(result.verdict for result in results if result.judged)
    wrong = [verdict for verdict in judged if not verdict.passed]
    failure = None
    if wrong:
        (case,) = (case for case in cases if case.id == wrong[0].case)
        got = run.outcomes[case.id]
        failure = Failure(wrong[0], case.arguments, case.positional, case.expected, got)
    return with_more(report, judged, failure), results


def _operator_seconds(
    exercise: Exercise, case: Case, operator: Callable[..., Any], library: TorchLibrary
) -> float:
    """Return the seconds of the fastest run of torch's operator after a warm-up."""
    reference = exercise.references[case.function]
    arguments, _ = bound_arguments(reference, dict(case.arguments))
    delivered = {name: deliver(value, library) for name, value in arguments.items()}

    def once() -> float:
        started = library.clock()
        operator(**delivered)
        ended = library.clock()
        return ended - started

    once()
    return min(once() for _ in range(RUNS))
