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

#: Limit on processor time, a second line of defence behind wall-clock time, in full cases.
_CPU_CASES = 100
#: Number of submissions to one exercise after which the zygote is prepared for it. This takes
#: 20 ms and saves 1 to 3 ms for each later submission.
MANY = 16


class Runner:
    """Runs submissions one after another in a worker, which is started at once without waiting.

    Not thread-safe: use one runner per thread. `close` leaves no process, descriptor or file.
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
        """`libraries` may be imported by a submission; with torch, inputs are torch tensors.

        `layers` lets tests switch layers off. `start="spawn"` starts a fresh interpreter for each
        submission, as for CUDA, and `"plain"` one without a sandbox, as on systems that have none.
        `trace` adds refused system calls to the output. `begun` is the result of
        `process.begin_zygote`, or a plain child without settings, to be taken over. `wrap` starts
        the zygote inside bubblewrap. `stop` ends a run when another thread rings it; the caller
        clears it before the next run. Raises GraderFault if a library or bubblewrap is missing,
        and UsageError if this process may open too few files.
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
            # In another namespace the grader is not the parent, and bubblewrap ends the child.
            parent=os.getpid() if wrap is None and _in_main_thread() else 0,
            trace=trace,
        )
        self._wrap: tuple[str, ...] = ()
        if wrap is not None:
            from .bubblewrap import wrapping

            self._wrap = wrapping(names)
        #: Called once, while the first submission runs.
        self.meanwhile: Callable[[], object] | None = None
        #: The forbidden operators of the last submissions, how many in a row had the same ones,
        #: and the ones that the zygote was told to replace.
        self._forbidden: tuple[str, ...] = ()
        self._alike = 0
        self._expected: tuple[str, ...] = ()
        #: Whether the last submission's inputs were large; the next one's probably are too.
        self._large = False
        #: Encoded frames by call, with arguments by identity; holds references to the arguments.
        self._encoded: dict[tuple[object, ...], tuple[object, bytes]] = {}
        self._starter: Starter | None = None
        self._closed = False
        self._stop = stop
        self._owner = os.getpid()
        end_with_python(self)
        with suppress(ZygoteLost):  # the first take starts another
            self._starter = self._start(begun)

    def run(self, job: Job, *, ahead: bool = False, fresh: bool = False) -> Run:
        """Run one submission; with `ahead`, prepare the next child while this one runs.

        With `fresh`, the zygote is replaced first, so that addresses and hashes differ. Raises
        SandboxKilled if the process was killed from outside and could not be asked again,
        RunStopped if another thread stops the run, and GraderFault if the grader itself fails.
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
        """Prepare a child for the next job, without waiting for it."""
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
        """Return the calls as frames, cached because a class's submissions share their calls."""
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
        """Expect the forbidden operators that many jobs in a row had; a zygote changes slowly."""
        self._alike = self._alike + 1 if forbidden == self._forbidden else 1
        self._forbidden = forbidden
        if self._alike >= MANY:
            self._expected = forbidden

    def _start(self, begun: Begun | None = None) -> Starter:
        """Start the source of children, and request the first child. Raises ZygoteLost."""
        starter = starter_of(self._kind, self._settings, begun, self._wrap, self._stop)
        try:
            starter.request()
        except ZygoteLost:
            starter.close()
            raise
        return starter

    def _take(self, *, fresh: bool = False) -> AnyChild:
        """Return a child; if `fresh`, of a zygote that has had no other child.

        A zygote that ended by itself is started once more. Raises KilledAtStart if it was killed
        from outside (the next call starts another one), and GraderFault if none can be started.
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
        """Return a child that has a file for large inputs if needed; one made ahead may lack it."""
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
            return  # the next take notices this and starts another

    def _open(self) -> Starter:
        """Return the source of children, restarted if dropped. Raises ZygoteLost, GraderFault."""
        if self._closed:
            raise GraderFault("the runner is closed")
        if self._starter is None:
            self._starter = self._start()
        return self._starter

    def _drop(self) -> None:
        """End the source of children; the next child comes from a new one.

        A fork of this process leaves it running, because it belongs to the parent.
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
    """Return whether this is the main thread: parent-death signals follow the starting thread."""
    if sys.platform != "linux":
        return True
    import _thread

    return _thread.get_native_id() == os.getpid()
