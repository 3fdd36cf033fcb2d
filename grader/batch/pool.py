"""The workers of a batch: started, fed, heard, replaced when they are lost, ended."""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Generic

from ..course import catalog
from ..errors import GraderFault, Message
from ..grading.ungraded import run_ended
from ..i18n.texts import language
from ..runner.killed import Streak
from ..sandbox.ending import SENT
from .tasks import Done, GradingSettings, T, Task, cores, processors
from .worker_process import Setup

if TYPE_CHECKING:
    from ..grading.report import Report

#: Tasks a worker has before it: enough that it never waits while results are written.
DEPTH = 4
#: A submission over which so many workers were lost, or failed, is given up.
TRIES = 2
#: Failures before any success after which the fault is not in the submissions.
HOPELESS = 4
#: No folder of submissions may lend a worker its modules.
_PROGRAM = (
    "import sys; sys.path[:] = [p for p in sys.path if p]; "
    "from learncnn.grader.batch.worker_process import main; main(int(sys.argv[1]))"
)
_END_SECONDS = 5.0


class Pool(AbstractContextManager["Pool[T]"], Generic[T]):
    """Grades tasks in `jobs` worker processes, which `close` ends.

    `reduce` is applied to each report in the worker; it must be a function of a module, and its
    results must pickle. Without one the results are reports.
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
        self._places = processors() if settings.device == "cpu" else frozenset()
        if len(self._places) != self._jobs:
            self._places = frozenset()
        setup = Setup(settings, reduce, catalog.EXERCISES, language())
        self._setup = pickle.dumps(setup)
        self._workers: list[_Worker] = []
        self._failures: dict[int, int] = {}
        self._succeeded = False
        self._streak = Streak()

    def results(self, tasks: Iterable[Task]) -> Iterator[Done[T]]:
        """What becomes of each task, as each is done; tasks are taken when there is room.

        A task is tried again in a fresh worker before it counts as failed. What was killed from
        outside was asked again by its worker already. Raises GraderFault if nothing but failures
        comes, or if the machine kills one submission after another.
        """
        waiting = iter(tasks)
        again: list[Task] = []
        more = True
        while True:
            while again or more:
                worker = self._worker_with_room()
                if worker is None:
                    break
                task = again.pop() if again else next(waiting, None)
                if task is None:
                    more = False
                    break
                worker.give(task)
            busy = [worker for worker in self._workers if worker.tasks]
            if not busy:
                return
            ready = set(wait([worker.connection for worker in busy]))
            for worker in busy:
                if worker.connection in ready:
                    yield from self._hear(worker, again)

    def close(self) -> None:
        """End every worker. None of them has anything to lose."""
        for worker in self._workers:
            worker.connection.close()
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _worker_with_room(self) -> _Worker | None:
        if len(self._workers) < self._jobs and all(worker.tasks for worker in self._workers):
            free = self._places - {worker.place for worker in self._workers}
            self._workers.append(_Worker(self._setup, min(free, default=None)))
        worker = min(self._workers, key=lambda w: len(w.tasks))
        return worker if len(worker.tasks) < DEPTH else None

    def _hear(self, worker: _Worker, again: list[Task]) -> Iterator[Done[T]]:
        try:
            done: Done[T] = pickle.loads(worker.connection.recv_bytes())
        except (EOFError, OSError):
            yield from self._lost(worker, again)
            return
        task = worker.tasks.pop(done.number)
        if done.killed:
            yield from self._killed(done)
        elif done.error:
            yield from self._failed(task, done.error, again)
        else:
            self._succeeded = True
            self._streak.graded()
            self._failures.pop(done.number, None)
            yield done

    def _lost(self, worker: _Worker, again: list[Task]) -> Iterator[Done[T]]:
        """A worker ended: what it was at may be to blame, what it had before it is not."""
        self._workers.remove(worker)
        how, killed = worker.end()
        first, *others = worker.tasks.values()
        again.extend(reversed(others))
        if not killed:
            yield from self._failed(first, Message("batch", "worker_lost", how=how), again)
        elif self._tried(first) < TRIES:
            again.append(first)
        else:
            # No submission runs in a worker: something outside has sent the signal.
            error = Message("killed", "worker", how=how)
            yield from self._killed(Done(first.number, None, error, killed="everywhere"))

    def _failed(self, task: Task, error: Message, again: list[Task]) -> Iterator[Done[T]]:
        count = self._tried(task)
        if not self._succeeded and sum(self._failures.values()) >= HOPELESS:
            raise GraderFault(error)
        if count < TRIES:
            again.append(task)
        else:
            yield Done(task.number, None, error)

    def _tried(self, task: Task) -> int:
        """Count one more failure of a task; returns how many there are."""
        self._failures[task.number] = self._failures.get(task.number, 0) + 1
        return self._failures[task.number]

    def _killed(self, done: Done[T]) -> Iterator[Done[T]]:
        """A submission has no verdict; too many of them one after another end the run."""
        self._failures.pop(done.number, None)
        yield done
        if done.killed == "everywhere" and self._streak.lost(done.number):
            raise run_ended(done.error)


class _Worker:
    """One process, its socket, and what it has been given: by number, in order.

    `place` is the processor that it keeps to, if any.
    """

    def __init__(self, setup: bytes, place: int | None = None) -> None:
        if not sys.executable:
            raise GraderFault("this Python does not know its own executable")
        ours, theirs = socket.socketpair()
        quiet = None if os.environ.get("LEARNCNN_DEBUG") else subprocess.DEVNULL
        one_thread = dict.fromkeys(
            ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
        )
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=quiet,
                pass_fds=(theirs.fileno(),),
                env={**os.environ, **one_thread},
                # A Ctrl-C on the terminal is answered by the grader alone.
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise GraderFault("batch", "no_worker", reason=error) from error
        finally:
            theirs.close()
        self.place = place
        if place is not None:
            with suppress(OSError):  # the processor went away, or the process: it will be heard
                os.sched_setaffinity(self._process.pid, {place})
        self.connection = Connection(ours.detach())
        self.tasks: dict[int, Task] = {}
        with suppress(OSError):  # it is gone already: it will be heard
            self.connection.send_bytes(setup)

    def give(self, task: Task) -> None:
        """Send a task; a worker that is gone is found out when it is heard."""
        self.tasks[task.number] = task
        try:
            self.connection.send_bytes(pickle.dumps(task))
        except OSError:
            return

    def end(self) -> tuple[str, bool]:
        """Let it end its zygotes, or kill it; returns how it ended, and if others killed it."""
        self.connection.close()
        try:
            code = self._process.wait(_END_SECONDS)
            killed = -code in SENT
        except subprocess.TimeoutExpired:
            self._process.kill()
            code, killed = self._process.wait(), False
        return (f"signal {-code}" if code < 0 else f"exit {code}"), killed
