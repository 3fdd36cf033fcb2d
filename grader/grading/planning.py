"""Plan which calls a submission is asked to answer, and in which order.

Kept apart from judging, which a check only loads while the submission runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import SystemRandom
from typing import NamedTuple

from ..answer_key.key import AnswerKey, Case
from ..course.catalog import ExerciseInfo
from ..course.signatures import signatures
from ..runner.job import REPEAT, Call, Job
from ..submissions.submission import Submission

#: Number of calls held back besides the one that is asked twice.
HELD = 3
#: Source of random choices that a submission cannot predict.
_RANDOM = SystemRandom()


class Plan(NamedTuple):
    """A submission's job, and the case that is asked both first and last."""

    job: Job
    repeated: str


def plan(submission: Submission, info: ExerciseInfo, key: AnswerKey) -> Plan:
    """Plan a random case, the public examples, the others shuffled, and the first case again.

    The first call runs in a process in which nothing was called before. The repeated call is among
    the last, which are held back until all others are answered, so a function that keeps state
    answers one of the two differently. The order is random each time, so counting calls does not
    help a submission.
    """
    first = _RANDOM.choice(key.cases)
    others = [case for case in key.cases if case is not first]
    others.sort(key=lambda case: -1.0 if case.public else _RANDOM.random())
    return _planned(submission, info, first, others)


def plan_in_order(submission: Submission, info: ExerciseInfo, key: AnswerKey) -> Plan:
    """Plan a random public example, the others, the hidden cases in key order, and a repeat.

    A check stops running cases of a function once one is lost. A hidden case that does not end
    must not, by chance, hide what the public examples and the smaller cases show.
    """
    public = [case for case in key.cases if case.public]
    first = _RANDOM.choice(public or key.cases)
    others = [case for case in key.cases if case is not first]
    return _planned(submission, info, first, sorted(others, key=lambda case: not case.public))


def _planned(
    submission: Submission, info: ExerciseInfo, first: Case, others: Sequence[Case]
) -> Plan:
    """Place the repeated case at a random position among the last calls."""
    calls = [case.call() for case in (first, *others)]
    held = min(HELD, len(others)) + 1
    calls.insert(len(calls) + 1 - _RANDOM.randint(1, held), first.call()._replace(id=REPEAT))
    return Plan(job_of(submission, info, tuple(calls), held=held), first.id)


def job_of(
    submission: Submission, info: ExerciseInfo, calls: tuple[Call, ...], *, held: int = 0
) -> Job:
    """Return the job that runs `calls` on a submission."""
    return Job(
        source=submission.source,
        filename=submission.filename,
        calls=calls,
        driver_source=info.driver_source if any(call.driver for call in calls) else "",
        forbidden=info.forbidden,
        patience=info.patience,
        cells=submission.cells,
        signatures=signatures(info),
        held=held,
    )
