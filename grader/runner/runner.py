"""Run submissions in locked-down workers."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Literal

from ..errors import GraderFault, KilledAtStart, ZygoteLost
from ..sandbox.protocol.settings import LAYERS, WorkerSettings
from . import memfd_inputs
from .at_exit import end_with_python
from .child_kind import kind_of_child
from .isolation import check_files
from .job import Call, Job, Limits, Run, Wrap
from .starters import Starter, starter_of
from .worker_paths import library_path

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from .any_child import AnyChild
    from .starters import Begun
    from .wake_pipe import WakePipe

#: Processor time is a second line behind the wall clock: as much as this many full cases.
_CPU_CASES = 100
#: After so many submissions to one exercise the zygote is made ready for it: in 20 ms, which
#: saves each of the next ones between 1 and 3.
MANY = 16


class Runner:
    """Starts a worker at once, without waiting for it; runs submissions one after another.

    Not thread-safe: one runner for each thread. `close` leaves no process, descriptor or file.
    """

    def __init__(
        self,
        libraries: tuple[str, ...] = ("numpy",),
        *,
        device: str = "cpu",
        layers: Iterable[str] = LAYERS,
        limits: Limits | None = None,
        warm: Literal["quick", "full"] = "quick",
        start: Literal["auto", "fork", "spawn", "plain"] = "auto",
        trace: bool = False,
        begun: Begun | None = None,
        wrap: Wrap | None = None,
        stop: WakePipe | None = None,
    ) -> None:
        """`libraries` are what a submission may import; torch brings torch tensors as inputs.

        `layers` exists for tests that switch one off. `start="spawn"` takes a fresh interpreter
        for each submission, as is done for CUDA, and `"plain"` one without a sandbox, as is done
        where there is none. `trace` names refused system calls among the prints. `begun` is what
        `process.begin_zygote` returned, or a plain child without settings, to be taken over.
        `wrap` starts the zygote within bubblewrap. `stop` ends a run when another thread rings it,
        and is cleared by the caller before the next run. Raises GraderFault if a library or
        bubblewrap is not there, and UsageError where this process may open too few files.
        """
        self.limits = limits or Limits()
        self._kind = kind_of_child(start, device)
        if self._kind != "plain":
            check_files()
        names = ("numpy", *(name for name in libraries if name != "numpy"))
        self._settings = WorkerSettings(
            path=library_path(names),
            libraries=names,
            device=device,
            layers=tuple(layers),
            warm=warm,
            memory_mb=self.limits.memory_mb,
            stdout_bytes=self.limits.stdout_bytes,
            answer_bytes=self.limits.answer_bytes,
            cpu_seconds=int(self.limits.load_seconds + _CPU_CASES * self.limits.case_seconds) + 1,
            # In another namespace the grader is not the parent; bubblewrap sees to it there.
            parent=os.getpid() if wrap is None and _in_main_thread() else 0,
            trace=trace,
        )
        self._wrap: tuple[str, ...] = ()
        if wrap is not None:
            from .bubblewrap import wrapping

            self._wrap = wrapping(names)
        #: Done once, while the first submission runs.
        self.meanwhile: Callable[[], object] | None = None
        #: What the last submissions were forbidden to use, how many in a row it was the same,
        #: and what the zygote is told.
        self._forbidden: tuple[str, ...] = ()
        self._alike = 0
        self._expected: tuple[str, ...] = ()
        #: Whether the last submission's inputs were large; the next one's probably are, too.
        self._large = False
        #: Frames by what a call says, its arguments by identity; with them they are kept alive.
        self._encoded: dict[tuple[object, ...], tuple[object, bytes]] = {}
        self._starter: Starter | None = None
        self._closed = False
        self._stop = stop
        self._owner = os.getpid()
        end_with_python(self)
        with suppress(ZygoteLost):  # the first take starts another
            self._starter = self._start(begun)

    def run(self, job: Job, *, ahead: bool = False, fresh: bool = False) -> Run:
        """Run one submission; with `ahead` the next child is made ready while this one runs.

        With `fresh` the zygote is replaced first, so that no address and no hash is the same.
        Raises SandboxKilled if its process was killed from outside and could not be asked again,
        RunStopped if another thread stops it, and GraderFault if the grader itself fails.
        """
        from .session import Session

        frames = self._frames(job)
        self._large = memfd_inputs.are_large(frames, self.limits)
        self._note(job.forbidden)
        started = time.monotonic()
        if fresh:
            self._drop()

        def take(*, fresh: bool = False) -> AnyChild:
            child = self._take(fresh=fresh)
            if ahead:
                self._request_ahead()
            return child

        meanwhile, self.meanwhile = self.meanwhile, None
        run = Session(job, frames, self.limits, take, self._control_survives, meanwhile).run()
        if self._wrap:
            held = run.isolation._replace(in_force=(*run.isolation.in_force, "bwrap"))
            run = run._replace(isolation=held)
        return run._replace(seconds=time.monotonic() - started)

    def run_many(self, jobs: Iterable[Job]) -> Iterator[Run]:
        """Run submissions in order."""
        for job in jobs:
            yield self.run(job, ahead=True)

    def prepare(self) -> None:
        """Have a child ready before the next job comes; returns at once."""
        self._request_ahead()

    def close(self) -> None:
        """End every process. A closed runner cannot be used again."""
        self._closed = True
        self._drop()

    def end_at_exit(self) -> None:
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_starter", None) is not None:
            self.close()

    def _frames(self, job: Job) -> list[bytes]:
        """The calls as frames; kept, for a class's submissions share their calls."""
        from .drivers import check_driver

        check_driver(job)
        if len({call.id for call in job.calls}) != len(job.calls):
            raise GraderFault("two calls of a job share an id")
        marks = [
            (call.function, call.driver, call.positional, id(call.arguments)) for call in job.calls
        ]
        if self._encoded.keys().isdisjoint(marks):
            self._encoded = {}  # another exercise
        for mark, call in zip(marks, job.calls, strict=True):
            if mark not in self._encoded:
                self._encoded[mark] = (call.arguments, _encoded(call))
        return [self._encoded[mark][1] for mark in marks]

    def _note(self, forbidden: tuple[str, ...]) -> None:
        """Expect of the next submissions what many in a row had; a zygote changes slowly."""
        self._alike = self._alike + 1 if forbidden == self._forbidden else 1
        self._forbidden = forbidden
        if self._alike >= MANY:
            self._expected = forbidden

    def _start(self, begun: Begun | None = None) -> Starter:
        """Start what children come from, and ask it for the first. Raises ZygoteLost."""
        starter = starter_of(self._kind, self._settings, begun, self._wrap, self._stop)
        try:
            starter.request()
        except ZygoteLost:
            starter.close()
            raise
        return starter

    def _take(self, *, fresh: bool = False) -> AnyChild:
        """A child, of a zygote without any others if `fresh`.

        A zygote that ended by itself is started once more. Raises KilledAtStart if it was killed
        from outside, and the next call starts another; GraderFault if none can be started.
        """
        if fresh:
            self._drop()
        try:
            return self._take_fit()
        except ZygoteLost as error:
            self._drop()
            if error.killed:
                raise KilledAtStart from error
        try:
            return self._take_fit()
        except ZygoteLost as error:
            self._drop()
            if error.killed:
                raise KilledAtStart from error
            raise GraderFault(f"the worker ended twice: {error}") from error

    def _take_fit(self) -> AnyChild:
        """A child with a file for large inputs, if there are any; one made ahead may lack it."""
        starter = self._open()
        child = starter.take()
        if self._large and child.inputs < 0 and self._kind != "plain":
            starter.request(self._expected, large=True)
            child.close()
            child = starter.take()
        return child

    def _control_survives(self, lived: float) -> bool:
        """Run the control for a submission that was killed after `lived` seconds."""
        from .attempt import attempt
        from .killed import control

        job, seconds = control(lived)
        frames = [_encoded(call) for call in job.calls]
        limits = self.limits._replace(case_seconds=2 * seconds)
        try:
            with closing(self._take(fresh=True)) as child:
                total = limits.load_seconds + limits.case_seconds
                return not attempt(child, job, job.calls, frames, limits, total).killed
        except KilledAtStart:
            return False

    def _request_ahead(self) -> None:
        try:
            starter = self._open()
            if starter.ahead == 0:
                starter.request(self._expected, large=self._large)
        except ZygoteLost:
            return  # the next take will find out and start another

    def _open(self) -> Starter:
        """What children come from, started if it was dropped. Raises ZygoteLost, GraderFault."""
        if self._closed:
            raise GraderFault("the runner is closed")
        if self._starter is None:
            self._starter = self._start()
        return self._starter

    def _drop(self) -> None:
        """End what children come from; the next child will be of another.

        In a fork of this process it is left alone: it is the parent's.
        """
        starter, self._starter = self._starter, None
        if starter is not None and self._owner == os.getpid():
            starter.close()


def _encoded(call: Call) -> bytes:
    from ..sandbox.protocol import messages

    try:
        return messages.call(call.function, call.driver, call.arguments, call.positional)
    except ValueError as error:
        raise GraderFault(f"a case cannot be sent to a worker: {error}") from error


def _in_main_thread() -> bool:
    """A parent-death signal is about the thread that started the child, not its process."""
    if sys.platform != "linux":
        return True
    import _thread

    return _thread.get_native_id() == os.getpid()
