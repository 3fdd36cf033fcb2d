"""Manage running and recent checks by number; several run at once, and each can be stopped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import NamedTuple, TypeVar

from markupsafe import Markup

from ..batch.bench_threads import BenchThreads
from ..batch.tasks import cores
from ..check.checking import Checked, remember
from ..course.catalog import ExerciseInfo
from ..errors import GraderFault, LearncnnError
from .check_bench import CheckBench
from .event_streams import Event
from .learners import Learner
from .progress_event import progress_event
from .report_fragment import CheckResult

T = TypeVar("T")

#: Maximum number of stored results.
KEPT = 64


class Finished(NamedTuple):
    """The data of a finished check for pages, and whether it counted as an attempt."""

    event: Event
    counted: bool = False


@dataclass(eq=False)
class RunningCheck:
    """One check of a learner's exercise; `event` is set when it is over."""

    number: int
    learner: Learner
    info: ExerciseInfo
    future: Future[Finished] | None = None
    event: Event | None = None

    def html(self) -> Markup:
        """Return the report of a check that is over, in the language in use."""
        assert self.event is not None
        return Markup(self.event.data()["html"])


class RunningChecks:
    """The benches of a server, one more than processors, because an endless loop blocks one."""

    def __init__(self) -> None:
        self._threads: BenchThreads[CheckBench] = BenchThreads(CheckBench, cores() + 1)
        self._checks: OrderedDict[int, RunningCheck] = OrderedDict()
        self._numbers = count(1)
        self._lock = Lock()

    def submit(self, work: Callable[[CheckBench], T]) -> Future[T]:
        """Run other work at a bench; the future's `cancel` stops it at any time."""
        return self._threads.submit(work)

    def start(self, learner: Learner, info: ExerciseInfo) -> RunningCheck:
        """Check a learner's file, as it is when a bench becomes free.

        A running check of the same exercise is stopped.
        """
        check = RunningCheck(next(self._numbers), learner, info)
        with self._lock:
            before = [
                each
                for each in self._checks.values()
                if each.learner is learner and each.info is info and each.event is None
            ]
            self._checks[check.number] = check
            while len(self._checks) > KEPT and next(iter(self._checks.values())).event:
                self._checks.popitem(last=False)
        for each in before:
            self.stop(each)
        learner.streams.publish(Event("checking", lambda: {"id": info.id, "check": check.number}))
        check.future = self._threads.submit(lambda bench: _run(check, bench))
        check.future.add_done_callback(lambda future: _tell(check, future))
        return check

    def find(self, learner: Learner, number: int) -> RunningCheck | None:
        """Return a running or recent check of this learner."""
        check = self._checks.get(number)
        return check if check is not None and check.learner is learner else None

    def last(self, learner: Learner, info: ExerciseInfo) -> RunningCheck | None:
        """Return the last check of an exercise, if it is stored."""
        with self._lock:
            checks = list(self._checks.values())
        own = (each for each in reversed(checks) if (each.learner, each.info) == (learner, info))
        return next(own, None)

    def stop(self, check: RunningCheck) -> None:
        """Stop a check; what it runs is killed at once."""
        if check.future is not None:
            check.future.cancel()

    def close(self) -> None:
        """Stop everything and end every process."""
        self._threads.end()


def _run(check: RunningCheck, bench: CheckBench) -> Finished:
    """Check at a bench and remember the attempt."""
    result = _checked(check, bench)
    event = Event("report", result.data)
    event.data()  # built here, so that the thread that serves all pages does not wait for it
    return Finished(event, counted=bool(result.attempt))


def _checked(check: RunningCheck, bench: CheckBench) -> CheckResult:
    learner, info = check.learner, check.info
    result = CheckResult(check.number, Checked(info))
    try:
        submission, hash = learner.submission(info)
    except LearncnnError as error:
        return result._replace(checked=Checked(info, error=error))
    target = learner.target(info)
    checked = bench.check(target, submission)
    result = result._replace(checked=checked, submission=submission, hash=hash)
    if checked.report is None or checked.report.state == "not_started":
        return result
    with learner.lock:
        attempt, notes = remember(target, checked.report)
    return result._replace(attempt=attempt, notes=tuple(notes))


def _tell(check: RunningCheck, future: Future[Finished]) -> None:
    """Notify the learner's pages of the result of a check."""
    if future.cancelled():
        result = CheckResult(check.number, Checked(check.info), stopped=True)
        finished = Finished(Event("report", result.data))
    elif (error := future.exception()) is not None:
        fault = error if isinstance(error, LearncnnError) else GraderFault(_named(error))
        result = CheckResult(check.number, Checked(check.info, error=fault))
        finished = Finished(Event("report", result.data))
    else:
        finished = future.result()
    check.event = finished.event
    check.learner.streams.publish(check.event)
    if finished.counted:
        check.learner.streams.publish(progress_event(check.learner, check.info))


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
