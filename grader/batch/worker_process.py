"""Run a worker process, which receives submissions on its socket and answers with results.

The process is trusted: it has the keys and runs submissions only in the sandbox of its own
zygote. It ends when its socket closes, so that no worker outlives a killed grader.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from ..errors import LearncnnError, Message, RunStopped, SandboxKilled
from .tasks import Done, GradingSettings, Killed, Task

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from ..grading.report import Report
    from .grading_worker import Bench


@dataclass(frozen=True)
class Setup:
    """The first message to a worker. `reduce` converts a report to the result that is sent back."""

    settings: GradingSettings
    reduce: Callable[[Report], Any] | None
    #: Folder of the exercises.
    exercises: Path
    language: str


def main(descriptor: int) -> None:
    """Serve until the socket is closed."""
    from multiprocessing.connection import Connection

    from ..course import catalog
    from ..i18n.texts import use_language

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield_to_others()
    connection = Connection(descriptor)
    try:
        setup: Setup = pickle.loads(connection.recv_bytes())
        catalog.EXERCISES = setup.exercises
        use_language(setup.language)
        _serve(connection, setup)
    except (EOFError, ConnectionError):
        return


def yield_to_others() -> None:
    """Use the batch scheduling policy, for the zygote and its children too, to avoid preemption.

    Otherwise the worker that a child wakes preempts the child after each case. The policy saves a
    tenth of the time per submission, and gives other programs on the machine priority.
    """
    if hasattr(os, "SCHED_BATCH"):
        with suppress(OSError):  # a container may refuse it
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


class _Inbox:
    """The received tasks, and those that must be stopped.

    A separate thread reads them, so that the grader never waits while both sides send, and a
    submission can be stopped while it runs.
    """

    def __init__(self, connection: Connection, bench: Bench) -> None:
        self._connection = connection
        self._bench = bench
        self._tasks: SimpleQueue[tuple[int, Task] | None] = SimpleQueue()
        self._lock = Lock()
        #: The current task, and those that must be stopped.
        self._current = -1
        self._stopped: set[int] = set()
        self._over = False
        Thread(target=self._hear, daemon=True).start()

    def next(self) -> tuple[int, Task] | None:
        """Wait for a task; return None at the end."""
        task = self._tasks.get()
        return None if self._over else task

    @contextmanager
    def at(self, number: int) -> Iterator[None]:
        """Let a task be stopped while the block runs. Raises RunStopped if it was already."""
        with self._lock:
            self._bench.clear_stop()
            self._current = number
            self._stopped = {n for n in self._stopped if n >= number}
            if number in self._stopped or self._over:
                raise RunStopped
        try:
            yield
        finally:
            with self._lock:
                self._current = -1

    def _hear(self) -> None:
        try:
            while True:
                number, task = pickle.loads(self._connection.recv_bytes())
                if task is None:
                    self._stop(number)
                else:
                    self._tasks.put((number, task))
        except (EOFError, OSError):
            pass
        finally:
            with self._lock:
                self._over = True
                self._bench.stop()
            self._tasks.put(None)

    def _stop(self, number: int) -> None:
        with self._lock:
            self._stopped.add(number)
            if number == self._current:
                self._bench.stop()


def _serve(connection: Connection, setup: Setup) -> None:
    from .grading_worker import Bench

    with Bench(setup.settings) as bench:
        inbox = _Inbox(connection, bench)
        while given := inbox.next():
            number, task = given
            try:
                with inbox.at(number):
                    done: Done[Any] | None = _done(task, bench, setup)
            except RunStopped:
                done = None
            connection.send_bytes(pickle.dumps((number, done)))


def _done(task: Task, bench: Bench, setup: Setup) -> Done[Any]:
    """Return the outcome of a task. Raises RunStopped."""
    try:
        report, seconds = bench.grade(task.submission, task.exercise, task.framework, task.key)
        result = report if setup.reduce is None else setup.reduce(report)
    except RunStopped:
        raise
    except SandboxKilled as error:
        killed: Killed = "everywhere" if error.everywhere else "alone"
        return Done(task.number, None, error.message, killed=killed)
    except LearncnnError as error:
        return Done(task.number, None, error.message)
    except Exception as error:  # a fault of the grader; the batch continues without this submission
        return Done(task.number, None, Message(f"{type(error).__name__}: {error}"))
    return Done(task.number, result, seconds=seconds)
