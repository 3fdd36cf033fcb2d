"""Represent a grading worker: its process, its socket, and the tasks given to it."""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from typing import Generic

from ..errors import GraderFault
from ..sandbox.ending import SENT
from .tasks import Done, PendingTask, T

#: A worker's program, isolated so that a folder of submissions cannot supply its modules.
_PROGRAM = (
    "import sys; sys.path[:] = [p for p in sys.path if p]; "
    "from learncnn.grader.batch.worker_process import main; main(int(sys.argv[1]))"
)
_END_SECONDS = 5.0


class WorkerHandle(Generic[T]):
    """A worker process, started at once. `cpu` is the processor that it is bound to, if any.

    Raises GraderFault if it cannot be started.
    """

    def __init__(self, setup: bytes, cpu: int | None = None) -> None:
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
                # Only the grader handles a Ctrl-C on the terminal.
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise GraderFault("batch", "no_worker", reason=error) from error
        finally:
            theirs.close()
        self.cpu = cpu
        if cpu is not None:
            with suppress(OSError):  # the processor or process is gone; the next read reports it
                os.sched_setaffinity(self._process.pid, {cpu})
        self.connection = Connection(ours.detach())
        #: Unanswered tasks by number, in the order in which they were given.
        self.tasks: dict[int, PendingTask[T]] = {}
        #: Frameworks for which it has a zygote or will start one.
        self.frameworks: set[str] = set()
        self._numbers = count()
        self._send(setup)

    def give(self, pending: PendingTask[T]) -> None:
        """Send a task; the loss of a worker is detected when its answers are read."""
        number = next(self._numbers)
        self.tasks[number] = pending
        self.frameworks.add(pending.task.framework)
        self._send(pickle.dumps((number, pending.task)))

    def stop(self, pending: PendingTask[T]) -> None:
        """Make the worker stop a task; it still answers it."""
        for number, given in self.tasks.items():
            if given is pending:
                self._send(pickle.dumps((number, None)))

    def hear(self) -> tuple[PendingTask[T], Done[T] | None]:
        """Return an answered task and the answer, None if it was stopped.

        Waits for the answer. Raises EOFError or OSError if the worker is gone.
        """
        number, done = pickle.loads(self.connection.recv_bytes())
        return self.tasks.pop(number), done

    def end(self) -> tuple[str, bool]:
        """Let the worker end its zygotes, or kill it; return how it ended, and if from outside."""
        self.connection.close()
        try:
            code = self._process.wait(_END_SECONDS)
            killed = -code in SENT
        except subprocess.TimeoutExpired:
            self._process.kill()
            code, killed = self._process.wait(), False
        return (f"signal {-code}" if code < 0 else f"exit {code}"), killed

    def _send(self, content: bytes) -> None:
        with suppress(OSError):  # the worker is gone, which the next read reports
            self.connection.send_bytes(content)
