"""Run this machine's grading workers, for whole batches or single tasks, from any thread."""

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

#: Number of tasks abandoned before any is graded that means the submissions are not the cause.
HOPELESS = 2


class Pool(AbstractContextManager["Pool[T]"], Generic[T]):
    """Grades tasks in `jobs` worker processes, until `close` ends them.

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
        #: If all processors are used, each worker is bound to one, with its zygotes and their
        #: children, which share its cache: a tenth less time per submission. On a GPU no worker
        #: is bound, because the driver's threads need several processors.
        cpus = processors() if settings.device == "cpu" else frozenset()
        if len(cpus) != self._jobs:
            cpus = frozenset()
        setup = Setup(settings, reduce, catalog.EXERCISES, language())
        self._thread: PoolThread[T] = PoolThread(pickle.dumps(setup), self._jobs, cpus)
        # A pool that is discarded without `close` also ends its workers, without waiting.
        weakref.finalize(self, self._thread.end, wait=False).atexit = False

    def submit(self, task: Task) -> Future[Done[T]]:
        """Grade one task as soon as a worker is free, ahead of the tasks of a batch.

        The future's `cancel` works at any time: its `result` raises at once, and a running
        submission is killed. Raises UsageError after `close`.
        """
        return self._submit(task, single=True)

    def results(self, tasks: Iterable[Task]) -> Iterator[Done[T]]:
        """Yield the result of each task as it is done; tasks are taken when there is room.

        A task is tried again in a fresh worker before it counts as failed. Submissions killed
        from outside have already been asked again by their worker. Closing the iterator stops
        the remaining tasks. Raises GraderFault if all tasks fail, or if the machine kills one
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
