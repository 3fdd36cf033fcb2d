"""Run the thread that feeds a pool's workers, receives their answers and replaces lost ones."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from multiprocessing.connection import wait
from queue import Empty, SimpleQueue
from threading import RLock, Thread, current_thread
from typing import Generic

from ..errors import GraderFault, LearncnnError, Message, UsageError
from ..runner.at_exit import end_with_python
from ..runner.wake_pipe import WakePipe
from .tasks import Done, PendingTask, T
from .worker_handle import WorkerHandle

#: Number of queued batch tasks per worker, enough that it never waits for the next one.
DEPTH = 4
#: Number of lost or failed workers after which a task is abandoned.
TRIES = 2


class PoolThread(Generic[T]):
    """The thread of a pool; other threads call only `submit` and `end`.

    A single task goes to an idle worker, a batch's task also to one with fewer than DEPTH
    queued tasks. Single tasks come first.
    """

    def __init__(self, setup: bytes, jobs: int, cpus: frozenset[int]) -> None:
        self._setup = setup
        self._jobs = jobs
        self._cpus = cpus
        self._workers: list[WorkerHandle[T]] = []
        self._single: deque[PendingTask[T]] = deque()
        self._batch: deque[PendingTask[T]] = deque()
        #: New tasks and those that were cancelled; None means the end.
        self._inbox: SimpleQueue[PendingTask[T] | None] = SimpleQueue()
        self._lock = RLock()
        self._thread: Thread | None = None
        self._wake = WakePipe()
        self._ended = False
        self._at_exit = False
        self._owner = os.getpid()
        end_with_python(self)

    def submit(self, pending: PendingTask[T]) -> None:
        """Take a task. Raises UsageError after `end` and in a fork, GraderFault without threads."""
        if self._owner != os.getpid():
            raise UsageError("batch", "forked")
        with self._lock:
            if self._ended:
                raise UsageError("batch", "closed")
            if self._thread is None:
                thread = Thread(target=self._run, name="learncnn-pool", daemon=True)
                try:
                    thread.start()
                except RuntimeError as error:
                    raise GraderFault("batch", "no_thread", reason=error) from error
                self._thread = thread
            self._tell(pending)
        pending.future.add_done_callback(lambda _: self._tell_if_cancelled(pending))

    def end(self, *, wait: bool = True) -> None:
        """Refuse unfinished tasks and end every worker."""
        if self._owner != os.getpid():
            return
        with self._lock:
            self._ended = True
            thread = self._thread
            if thread is None:
                self._wake.close()
            else:
                self._tell(None)
        if wait and thread is not None and thread is not current_thread():
            thread.join()

    def end_at_exit(self) -> None:
        """End without a word to threads that still wait: they would print it."""
        self._at_exit = True
        self.end()

    def _tell_if_cancelled(self, pending: PendingTask[T]) -> None:
        if pending.future.cancelled():
            self._tell(pending)

    def _tell(self, message: PendingTask[T] | None) -> None:
        with self._lock:
            self._inbox.put(message)
            self._wake.ring()

    def _run(self) -> None:
        fault = LearncnnError()
        try:
            while self._take_messages():
                self._feed()
                self._wait()
            fault = UsageError("batch", "closed")
        except BaseException as error:  # callers must not wait for a thread that has ended
            fault = GraderFault(f"{type(error).__name__}: {error}")
            raise
        finally:
            self._stop_all(fault)

    def _take_messages(self) -> bool:
        """Put new tasks in their queue and stop those that were cancelled; False at the end."""
        self._wake.clear()
        while True:
            try:
                pending = self._inbox.get_nowait()
            except Empty:
                return True
            if pending is None:
                return False
            if pending.future.cancelled():
                self._finish(pending, None)
                for worker in self._workers:
                    worker.stop(pending)
            else:
                (self._single if pending.single else self._batch).append(pending)

    def _feed(self) -> None:
        """Give waiting tasks to workers that have room."""
        for queue, depth in ((self._single, 1), (self._batch, DEPTH)):
            while queue:
                if queue[0].finished:
                    queue.popleft()
                    continue
                try:
                    worker = self._with_room(queue[0].task.framework, depth)
                except GraderFault as fault:
                    self._finish(queue.popleft(), fault)
                    continue
                if worker is None:
                    return  # a single task waits until a worker has finished its part of a batch
                worker.give(queue.popleft())

    def _with_room(self, framework: str, depth: int) -> WorkerHandle[T] | None:
        """Return the worker with the fewest tasks, preferably a warm one."""
        if len(self._workers) < self._jobs and all(worker.tasks for worker in self._workers):
            free = self._cpus - {worker.cpu for worker in self._workers if worker.cpu is not None}
            self._workers.append(WorkerHandle(self._setup, min(free, default=None)))
        worker = min(self._workers, key=lambda w: (len(w.tasks), framework not in w.frameworks))
        return worker if len(worker.tasks) < depth else None

    def _wait(self) -> None:
        """Wait until a worker answers or ends, or another thread sends a message."""
        ready = set(wait([self._wake.fileno(), *(worker.connection for worker in self._workers)]))
        for worker in list(self._workers):
            if worker.connection in ready:
                self._hear(worker)

    def _hear(self, worker: WorkerHandle[T]) -> None:
        try:
            pending, done = worker.hear()
        except (EOFError, OSError):
            self._lost(worker)
            return
        if done is not None and done.error and not done.killed:
            self._failed(pending, done.error)
        else:
            self._finish(pending, done)

    def _lost(self, worker: WorkerHandle[T]) -> None:
        """Count a failure of the lost worker's current task, and take back its queued ones."""
        self._workers.remove(worker)
        how, killed = worker.end()
        first, *others = worker.tasks.values() or (None,)
        self._again(others)
        if first is None:
            return
        if not killed:
            self._failed(first, Message("batch", "worker_lost", how=how))
        elif self._may_be_tried_again(first):
            self._again([first])
        else:
            # No submission runs in a worker, so the signal came from outside.
            error = Message("killed", "worker", how=how)
            self._finish(first, Done(first.task.number, None, error, killed="everywhere"))

    def _failed(self, pending: PendingTask[T], error: Message) -> None:
        if self._may_be_tried_again(pending):
            self._again([pending])
        else:
            self._finish(pending, Done(pending.task.number, None, error))

    def _may_be_tried_again(self, pending: PendingTask[T]) -> bool:
        """Count one more failure; return whether the task may be tried again."""
        pending.failures += 1
        return pending.failures < TRIES

    def _again(self, tasks: Iterable[PendingTask[T]]) -> None:
        for pending in reversed(list(tasks)):
            (self._single if pending.single else self._batch).appendleft(pending)

    def _finish(self, pending: PendingTask[T], outcome: Done[T] | LearncnnError | None) -> None:
        """Answer a task once; a cancelled one is already answered."""
        if pending.finished:
            return
        pending.finished = True
        future: Future[Done[T]] = pending.future
        if not future.set_running_or_notify_cancel():
            return
        if isinstance(outcome, LearncnnError):
            future.set_exception(outcome)
        else:
            assert outcome is not None
            future.set_result(outcome)

    def _stop_all(self, fault: LearncnnError) -> None:
        """End every worker and refuse all remaining tasks."""
        with self._lock:
            self._ended = True
        left = [*self._single, *self._batch]
        for worker in self._workers:
            left += worker.tasks.values()
            worker.connection.close()
        for worker in self._workers:
            worker.end()
        self._workers.clear()
        while not self._inbox.empty():
            if pending := self._inbox.get_nowait():
                left.append(pending)
        with self._lock:
            self._wake.close()
        if not self._at_exit:
            for pending in left:
                self._finish(pending, fault)
