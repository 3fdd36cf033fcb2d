"""Divide submissions into batches, and handle batches that are lost.

A lost batch may have killed its machine. It is halved, and each half is asked again on a machine
with no other work, so that nothing else is blamed. A single submission that is lost twice this way
gets no verdict but a named fault. This module does not depend on dask or on time.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import Any

from ..batch.tasks import Done, Task
from ..errors import Message

#: Number of queued batches per machine, so that it never waits for the next one.
DEPTH = 4
#: Seconds of a machine's work in a batch: carrying it must not cost more than a hundredth.
BATCH_SECONDS = 0.5
#: Submissions of a batch for each grading worker of the machine: before its speed is known, at
#: most, and at least.
_FIRST, _MOST, _LEAST = 16, 64, 2
#: Number of lost machines after which a single submission is abandoned.
_LOSSES = 2


class Batch:
    """Submissions that a machine is asked for at once."""

    def __init__(self, tasks: Sequence[Task], *, suspect: bool = False) -> None:
        self.tasks = {task.number: task for task in tasks}
        #: Whether it was lost before, as a part of another or by itself.
        self.suspect = suspect

    def __len__(self) -> int:
        return len(self.tasks)


class Dispatch:
    """The submissions of one run, until each has its answer."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._source = iter(tasks)
        self._more = True
        self._fresh: deque[Task] = deque()
        self._suspects: deque[Batch] = deque()
        self._under_way: set[Batch] = set()
        self._losses: Counter[int] = Counter()

    @property
    def finished(self) -> bool:
        """Whether every submission has its answer."""
        return not (self._more or self._fresh or self._suspects or self._under_way)

    def take_in(self, count: int) -> None:
        """Have up to `count` submissions ready that were not asked yet."""
        while self._more and len(self._fresh) < count:
            task = next(self._source, None)
            if task is None:
                self._more = False
            else:
                self._fresh.append(task)

    def next_batch(
        self, busy: Sequence[Batch], rate: float, jobs: int, share: float, *, drains: bool
    ) -> Batch | None:
        """Return a batch for a machine that has `busy` before it, None if it has to wait.

        The machine grades `rate` submissions a second (0: not known) with `jobs` workers and makes
        up `share` of all machines. If it `drains`, it gets nothing while something waits to be
        asked alone. Batches become smaller as the end comes near, so that all machines end at
        about the same time.
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
        """Note the answers to a batch; what is left of it is asked again."""
        self._under_way.discard(batch)
        numbers = {each.number for each in done}
        left = [task for number, task in batch.tasks.items() if number not in numbers]
        if left and batch.suspect:
            self._suspects.append(Batch(left, suspect=True))
        else:
            self._fresh.extendleft(reversed(left))

    def lost(self, batch: Batch, why: Message) -> list[Done[Any]]:
        """Halve a batch that was lost; return what is given up."""
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
    """Return how many submissions a batch has while there are enough of them."""
    if not rate:
        return _FIRST * jobs
    return min(max(round(rate * BATCH_SECONDS), _LEAST * jobs), _MOST * jobs)
