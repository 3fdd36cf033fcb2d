"""Divide submissions into batches, and handle batches that are lost.

A lost batch may have killed its machine. It is halved, and each half is sent again to a machine
with no other work, so that nothing else is blamed. A single submission that is lost twice this way
gets a fault instead of a verdict. This module does not depend on dask or on time.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import Any

from ..batch.tasks import Done, Task
from ..errors import Message

#: Number of queued batches per machine, so that it never waits for the next one.
DEPTH = 4
#: Work of a machine in one batch, in seconds, so that carrying it takes at most 1 % of that.
BATCH_SECONDS = 0.5
#: Number of submissions in a batch per grading worker of the machine: before its speed is known,
#: maximum, and minimum.
_FIRST, _MOST, _LEAST = 16, 64, 2
#: Number of lost machines after which a single submission is abandoned.
_LOSSES = 2


class Batch:
    """Submissions that are sent to a machine together."""

    def __init__(self, tasks: Sequence[Task], *, suspect: bool = False) -> None:
        self.tasks = {task.number: task for task in tasks}
        #: Whether it was lost before, alone or as a part of another batch.
        self.suspect = suspect

    def __len__(self) -> int:
        return len(self.tasks)


class Dispatch:
    """The submissions of one run that have no answer yet."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._source = iter(tasks)
        self._more = True
        self._fresh: deque[Task] = deque()
        self._suspects: deque[Batch] = deque()
        self._under_way: set[Batch] = set()
        self._losses: Counter[int] = Counter()

    @property
    def finished(self) -> bool:
        """Return whether every submission has its answer."""
        return not (self._more or self._fresh or self._suspects or self._under_way)

    def take_in(self, count: int) -> None:
        """Fill the queue of submissions to send up to `count`."""
        while self._more and len(self._fresh) < count:
            task = next(self._source, None)
            if task is None:
                self._more = False
            else:
                self._fresh.append(task)

    def next_batch(
        self, busy: Sequence[Batch], rate: float, jobs: int, share: float, *, drains: bool
    ) -> Batch | None:
        """Return a batch for a machine whose pending batches are `busy`, or None if it must wait.

        The machine grades `rate` submissions per second (0: unknown) with `jobs` workers and makes
        up `share` of all machines. If it `drains`, it gets nothing while a suspect batch waits for
        a machine without other work. Batches become smaller towards the end of the run, so that
        all machines finish at about the same time.
        """
        if any(batch.suspect for batch in busy):
            return None
        examined = any(batch.suspect for batch in self._under_way)
        if self._suspects and not (examined and self._fresh):
            if not busy:
                return self._started(self._suspects.popleft())
            if drains:
                return None
        if len(busy) >= DEPTH or not self._fresh:
            return None
        size = batch_size(rate, jobs)
        if not self._more:
            left = int(len(self._fresh) * share / DEPTH) + 1
            size = max(min(size, left), _LEAST * jobs)
        count = min(size, len(self._fresh))
        return self._started(Batch([self._fresh.popleft() for _ in range(count)]))

    def answered(self, batch: Batch, done: Iterable[Done[Any]]) -> None:
        """Record the answers to a batch, and queue its unanswered submissions again."""
        self._under_way.discard(batch)
        numbers = {each.number for each in done}
        left = [task for number, task in batch.tasks.items() if number not in numbers]
        if left and batch.suspect:
            self._suspects.append(Batch(left, suspect=True))
        else:
            self._fresh.extendleft(reversed(left))

    def lost(self, batch: Batch, why: Message) -> list[Done[Any]]:
        """Queue both halves of a lost batch, or its only submission, to be sent again.

        Returns a fault instead if the only submission has been lost too often.
        """
        self._under_way.discard(batch)
        tasks = list(batch.tasks.values())
        if len(tasks) > 1:
            middle = len(tasks) // 2
            halves = (tasks[:middle], tasks[middle:])
            self._suspects.extendleft(Batch(half, suspect=True) for half in reversed(halves))
            return []
        if batch.suspect:
            self._losses[tasks[0].number] += 1
        if self._losses[tasks[0].number] >= _LOSSES:
            return [Done(tasks[0].number, None, why)]
        self._suspects.appendleft(Batch(tasks, suspect=True))
        return []

    def _started(self, batch: Batch) -> Batch:
        self._under_way.add(batch)
        return batch


def batch_size(rate: float, jobs: int) -> int:
    """Return the number of submissions in a batch while enough of them are left."""
    if not rate:
        return _FIRST * jobs
    return min(max(round(rate * BATCH_SECONDS), _LEAST * jobs), _MOST * jobs)
