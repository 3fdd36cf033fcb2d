"""What flows between the grader and its workers."""

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
    """How submissions are graded, the same for all of a batch."""

    device: str = "cpu"
    #: The seed of the cases; None takes the practice cases, which students have too.
    seed: str | None = None
    #: Whether the seed is a secret: then reports name a hash of it.
    private: bool = False
    #: Seconds for a case and MiB for a submission; None takes the usual ones.
    timeout: float | None = None
    memory_mb: int | None = None
    #: `full` refuses to grade unless every layer of the sandbox is in force.
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
    #: File of the answer key; without one the key is that which the settings ask for.
    key: str = ""


@dataclass(frozen=True)
class Done(Generic[T]):
    """What became of a task: a result, or why the grader itself failed."""

    number: int
    result: T | None
    error: Message = NO_MESSAGE
    seconds: float = 0.0
    #: Whether it was killed from outside, and where: it alone, or whatever runs on this machine.
    killed: Killed = ""


class Results(Protocol[T]):
    """What grades a batch: the cores of this machine (`Pool`), or the machines of a cluster."""

    def results(self, tasks: Iterable[Task]) -> Iterator[Done[T]]:
        """Yield what becomes of each task, once, as each is done.

        Tasks are taken when there is room. Raises GraderFault where none can be graded any more.
        """
        ...


@dataclass(eq=False)
class PendingTask(Generic[T]):
    """A task on its way through a pool."""

    task: Task
    #: Whether it waits for no other task of its worker: one that was submitted by itself.
    single: bool
    future: Future[Done[T]] = field(default_factory=Future)
    #: Workers that were lost, or failed, over it.
    failures: int = 0
    #: Whether it has its answer.
    finished: bool = False


def framework_for(info: ExerciseInfo, source: str, wanted: str | None = None) -> str:
    """Return the array library for a submission: `wanted`, or the one its source imports."""
    return info.framework(wanted or framework_of(source))


def cores() -> int:
    """How many processors this process may use."""
    return len(processors()) or os.cpu_count() or 1


def processors() -> frozenset[int]:
    """The numbers of those processors; none where a process cannot be bound to one."""
    if not hasattr(os, "sched_setaffinity"):
        return frozenset()
    return frozenset(os.sched_getaffinity(0))
