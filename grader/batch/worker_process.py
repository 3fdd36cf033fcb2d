"""A worker process: takes submissions from its socket and answers with what is made of them.

It is trusted: it knows the keys and runs no submission itself, but in the sandbox of its own
zygote. It ends when its socket does, so that none outlives a grader that was killed.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from ..errors import LearncnnError, Message, SandboxKilled
from .tasks import Done, GradingSettings, Killed, Task

if TYPE_CHECKING:
    from ..grading.report import Report


@dataclass(frozen=True)
class Setup:
    """What a worker is told first. `reduce` makes of a report what is sent back."""

    settings: GradingSettings
    reduce: Callable[[Report], Any] | None
    #: Where the exercises lie.
    exercises: Path
    language: str


def main(descriptor: int) -> None:
    """Serve until the socket is closed."""
    from multiprocessing.connection import Connection

    from ..course import catalog
    from ..i18n.texts import use_language

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _yield_to_others()
    # Modules and keys are no garbage; looking through them again and again only takes time.
    gc.set_threshold(50_000)
    connection = Connection(descriptor)
    try:
        setup: Setup = pickle.loads(connection.recv_bytes())
        catalog.EXERCISES = setup.exercises
        use_language(setup.language)
        _serve(connection, setup)
    except (EOFError, ConnectionError):
        return


def _yield_to_others() -> None:
    """Be a batch process, and with it the zygote and its children: no one of them stops another.

    Otherwise a child that answers is stopped by the worker that it wakes, for each of its cases.
    A tenth less for each submission, and other programs on the machine come first.
    """
    if hasattr(os, "SCHED_BATCH"):
        with suppress(OSError):  # a container may refuse it
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _serve(connection: Any, setup: Setup) -> None:
    from .grading_worker import Bench

    # Heard by a thread of its own: a grader that sends while we send must not wait for us.
    tasks: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_hear, args=(connection, tasks), daemon=True).start()
    with Bench(setup.settings) as bench:
        while content := tasks.get():
            connection.send_bytes(pickle.dumps(_done(pickle.loads(content), bench, setup)))


def _hear(connection: Any, tasks: SimpleQueue[bytes]) -> None:
    """Put aside what comes; nothing means the end."""
    try:
        while True:
            tasks.put(connection.recv_bytes())
    except (EOFError, OSError):
        tasks.put(b"")


def _done(task: Task, bench: Any, setup: Setup) -> Done[Any]:
    try:
        report, seconds = bench.grade(task.submission, task.exercise, task.framework)
        result = report if setup.reduce is None else setup.reduce(report)
    except SandboxKilled as error:
        killed: Killed = "everywhere" if error.everywhere else "alone"
        return Done(task.number, None, error.message, killed=killed)
    except LearncnnError as error:
        return Done(task.number, None, error.message)
    except Exception as error:  # ours; the batch goes on without this submission
        return Done(task.number, None, Message(f"{type(error).__name__}: {error}"))
    return Done(task.number, result, seconds=seconds)
