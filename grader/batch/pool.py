"""The grading workers of this machine: a whole batch, or single tasks, from any thread."""

from __future__ import annotations

import pickle
import weakref
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Generic

from ..course import catalog
from ..errors import GraderFault
from ..grading.ungraded import run_ended
from ..i18n.texts import language
from ..runner.killed import Streak
from .pool_thread import DEPTH, PoolThread
from .tasks import Done, GradingSettings, PendingTask, T, Task, cores, processors
from .worker_process import Setup

if TYPE_CHECKING:
    from ..grading.report import Report

#: Tasks given up before any is graded after which the fault is not in the submissions.
HOPELESS = 2


class Pool(AbstractContextManager["Pool[T]"], Generic[T]):
    """Grades tasks in `jobs` worker processes, which `close` ends.

    `reduce` is applied to each report in the worker; it must be a function of a module, and its
    results must pickle. Without one the results are reports. All methods may be called from
    several threads at once.
    """

    def __init__(
        self,
        settings: GradingSettings,
        *,
        jobs: int | None = None,
        reduce: Callable[[Report], T] | None = None,
    ) -> None:
        self._jobs = max(1, jobs or cores())
        #: Where all processors are taken each worker keeps to its own, with its zygotes and
        #: their children: what one of them reads the next finds in the cache. A tenth less for
        #: each submission. The threads of a GPU's driver need room.
        cpus = processors() if settings.device == "cpu" else frozenset()
        if len(cpus) != self._jobs:
            cpus = frozenset()
        setup = Setup(settings, reduce, catalog.EXERCISES, language())
        self._thread: PoolThread[T] = PoolThread(pickle.dumps(setup), self._jobs, cpus)
        # One that is thrown away without `close` ends its workers, too, but waits for none.
        weakref.finalize(self, self._thread.end, wait=False).atexit = False

    def submit(self, task: Task) -> Future[Done[T]]:
        """Grade one task as soon as a worker is free; it waits for no other task of that worker.

        The future's `cancel` works at any time: its `result` raises at once, and a submission that
        is running is killed. Raises UsageError after `close`.
        """
        return self._submit(task, single=True)

    def results(self, tasks: Iterable[Task]) -> Iterator[Done[T]]:
        """Yield what becomes of each task, as each is done; tasks are taken when there is room.

        A task is tried again in a fresh worker before it counts as failed. What was killed from
        outside was asked again by its worker already. What is left when the iterator is closed is
        stopped. Raises GraderFault if nothing but failures comes, or if the machine kills one
        submission after another.
        """
        waiting = iter(tasks)
        more, succeeded = True, False
        failed = 0
        streak = Streak()
        under_way: set[Future[Done[T]]] = set()
        finished: SimpleQueue[Future[Done[T]]] = SimpleQueue()
        try:
            while True:
                while more and len(under_way) < self._jobs * DEPTH:
                    task = next(waiting, None)
                    if task is None:
                        more = False
                        break
                    future = self._submit(task, single=False)
                    under_way.add(future)
                    future.add_done_callback(finished.put)
                if not under_way:
                    return
                future = finished.get()
                under_way.discard(future)
                done = future.result()
                if done.error and not done.killed:
                    failed += 1
                    if not succeeded and failed >= HOPELESS:
                        raise GraderFault(done.error)
                elif not done.killed:
                    succeeded = True
                    streak.graded()
                yield done
                if done.killed == "everywhere" and streak.lost(done.number):
                    raise run_ended(done.error)
        finally:
            for future in under_way:
                future.cancel()

    def close(self) -> None:
        """End every worker; may be called again."""
        self._thread.end()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _submit(self, task: Task, *, single: bool) -> Future[Done[T]]:
        pending: PendingTask[T] = PendingTask(task, single)
        self._thread.submit(pending)
        return pending.future
