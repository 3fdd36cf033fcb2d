"""Define the tasks and results exchanged between the grader and its workers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

from ..course.catalog import ExerciseInfo
from ..errors import NO_MESSAGE, Message
from ..runner.job import Wrap as Wrap
from ..submissions.framework import framework_of
from ..submissions.submission import Submission

T = TypeVar("T")
Sandbox = Literal["full", "basic"]
Killed = Literal["", "alone", "everywhere"]


@dataclass(frozen=True)
class GradingSettings:
    """The settings for all submissions of a batch."""

    device: str = "cpu"
    #: The seed of the cases; None selects the practice cases, which students have too.
    seed: str | None = None
    #: Whether the seed is secret; then reports contain only a hash of it.
    private: bool = False
    #: Seconds per case and MiB per submission; None selects the defaults.
    timeout: float | None = None
    memory_mb: int | None = None
    #: `full` refuses to grade unless every layer of the sandbox is available.
    sandbox: Sandbox = "full"
    #: A second barrier around each zygote.
    wrap: Wrap | None = None


@dataclass(frozen=True)
class Task:
    """One submission to grade."""

    number: int
    exercise: str
    framework: str
    submission: Submission
    #: File of the answer key; empty for the key that the settings select.
    key: str = ""


@dataclass(frozen=True)
class Done(Generic[T]):
    """The outcome of a task: a result, or why the grader itself failed."""

    number: int
    result: T | None
    error: Message = NO_MESSAGE
    seconds: float = 0.0
    #: Whether it was killed from outside, and what: only the task, or anything on this machine.
    killed: Killed = ""


class Results(Protocol[T]):
    """A grader of batches: the cores of this machine (`Pool`), or the machines of a cluster."""

    def results(self, tasks: Iterable[Task]) -> Iterator[Done[T]]:
        """Yield the outcome of each task once, as it is done.

        Tasks are taken when there is room. Raises GraderFault if no more can be graded.
        """
        ...


@dataclass(eq=False)
class PendingTask(Generic[T]):
    """A task on its way through a pool."""

    task: Task
    #: Whether it was submitted alone, so that it waits for no other task of its worker.
    single: bool
    future: Future[Done[T]] = field(default_factory=Future)
    #: Number of workers that were lost or failed during this task.
    failures: int = 0
    #: Whether it has been answered.
    finished: bool = False


def framework_for(info: ExerciseInfo, source: str, wanted: str | None = None) -> str:
    """Return the array library for a submission: `wanted`, or the one its source imports."""
    return info.framework(wanted or framework_of(source))


def cores() -> int:
    """Return the number of processors that this process may use."""
    return len(processors()) or os.cpu_count() or 1


def processors() -> frozenset[int]:
    """Return the numbers of those processors; empty if a process cannot be bound to one."""
    if not hasattr(os, "sched_setaffinity"):
        return frozenset()
    return frozenset(os.sched_getaffinity(0))
