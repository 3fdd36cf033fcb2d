"""Simulate how long a class takes on a cluster, with the grader's own dispatch rules."""

from __future__ import annotations

import heapq
from itertools import count

from learncnn.grader.batch.tasks import Done, Task
from learncnn.grader.cluster.dispatch import DEPTH, Batch, Dispatch, batch_size
from learncnn.grader.submissions.submission import Submission

#: Submissions per core and second: half the rate measured with numpy on two cores.
RATE = 120.0
#: Processor seconds of the grader per submission (intake, checking the record, writing), and of
#: the scheduler per batch; seconds that a batch travels in each direction.
GRADER_SECONDS, SCHEDULER_SECONDS, WAY_SECONDS = 0.8e-3, 1.9e-3, 0.01
_SUBMISSION = Submission("", "ex01.py")


def simulated(submissions: int, machines: int, cores: int) -> tuple[float, float]:
    """Return the duration of a run in seconds, and the share of it that the cores were busy."""
    dispatch = Dispatch(Task(n, "ex01", "numpy", _SUBMISSION) for n in range(submissions))
    rate = RATE * cores
    size = batch_size(rate, cores)
    busy: list[list[Batch]] = [[] for _ in range(machines)]
    free_at = [0.0] * machines
    answers: list[tuple[float, int, int, Batch]] = []
    order = count()
    now = work = 0.0
    while True:
        dispatch.take_in(2 * DEPTH * size * machines)
        for machine in sorted(range(machines), key=lambda m: len(busy[m])):
            while batch := dispatch.next_batch(
                busy[machine], rate, cores, 1 / machines, drains=False
            ):
                now += SCHEDULER_SECONDS
                begins = max(free_at[machine], now + WAY_SECONDS)
                free_at[machine] = begins + len(batch) / rate
                work += len(batch) / RATE
                busy[machine].append(batch)
                heapq.heappush(answers, (free_at[machine], next(order), machine, batch))
        if dispatch.finished:
            return now, work / (now * machines * cores)
        done_at, _, machine, batch = heapq.heappop(answers)
        now = max(now, done_at + WAY_SECONDS) + len(batch) * GRADER_SECONDS
        busy[machine].remove(batch)
        dispatch.answered(batch, [Done(number, None) for number in batch.tasks])
