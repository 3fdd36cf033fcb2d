"""Threads of this process with a warm bench each, which take submissions from one queue.

A submission is never graded in the thread of the caller: a Ctrl-C cannot come between two messages
to a zygote, and a caller can stop waiting for a report at any time.
"""

from __future__ import annotations

import os
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import RLock, Thread, current_thread
from typing import TYPE_CHECKING

from ..errors import GraderFault, RunStopped, UsageError
from ..runner.at_exit import end_with_python
from .grading_worker import Bench
from .tasks import GradingSettings

if TYPE_CHECKING:
    from ..grading.report import Report
    from ..submissions.submission import Submission


@dataclass(eq=False)
class _Order:
    """One submission to grade, and the bench that is at it."""

    submission: Submission
    exercise: str
    framework: str
    future: Future[Report] = field(default_factory=Future)
    bench: Bench | None = None


class BenchThreads:
    """At most `limit` threads, each started when all others are busy."""

    def __init__(self, settings: GradingSettings, limit: int) -> None:
        self._settings = settings
        self._limit = limit
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        # A finalizer may run in a thread that holds it.
        self._lock = RLock()
        self._threads: list[Thread] = []
        #: Orders that are waiting or under way.
        self._open: set[_Order] = set()
        self._ended = False
        self._at_exit = False
        self._owner = os.getpid()
        end_with_python(self)

    def submit(self, submission: Submission, exercise: str, framework: str) -> Future[Report]:
        """Grade a submission when a bench is free; the future's `cancel` stops it at any time.

        Raises UsageError after `end` and in a fork, GraderFault where no thread can be started.
        """
        if self._owner != os.getpid():
            raise UsageError("batch", "forked")
        order = _Order(submission, exercise, framework)
        order.future.add_done_callback(lambda _: self._stop_if_cancelled(order))
        with self._lock:
            if self._ended:
                raise UsageError("batch", "closed")
            if len(self._open) >= len(self._threads) < self._limit:
                self._start_thread()
            self._open.add(order)
            self._orders.put(order)
        return order.future

    def end(self, *, wait: bool = True) -> None:
        """Stop what is under way, refuse what waits, end every process."""
        if self._owner != os.getpid():
            return
        with self._lock:
            self._ended = True
            for order in self._open:
                if order.bench is not None:
                    order.bench.stop()
            for _ in self._threads:
                self._orders.put(None)
            waited_for = [thread for thread in self._threads if thread is not current_thread()]
        if wait:
            for thread in waited_for:
                thread.join()

    def end_at_exit(self) -> None:
        """End without a word to threads that still wait: they would print it."""
        self._at_exit = True
        self.end()

    def _start_thread(self) -> None:
        try:
            bench = Bench(self._settings)
            thread = Thread(target=self._serve, args=(bench,), name="learncnn-grader", daemon=True)
            thread.start()
        except (OSError, RuntimeError) as error:
            if not self._threads:
                raise GraderFault("batch", "no_thread", reason=error) from error
            return  # those that there are take the submission
        self._threads.append(thread)

    def _serve(self, bench: Bench) -> None:
        with bench:
            while (order := self._orders.get()) is not None:
                self._take(order, bench)
                del order

    def _take(self, order: _Order, bench: Bench) -> None:
        """Grade, or refuse after `end`, and answer."""
        with self._lock:
            bench.clear_stop()
            order.bench = bench
            refused = self._ended
        report: Report | None = None
        error: BaseException | None = None
        # One that is cancelled from here on finds the bench that it has to stop.
        if not refused and not order.future.cancelled():
            try:
                report, _ = bench.grade(order.submission, order.exercise, order.framework)
            except RunStopped:
                refused = True
            except BaseException as failure:
                error = failure
        with self._lock:
            order.bench = None
            self._open.discard(order)
        if self._at_exit or not order.future.set_running_or_notify_cancel():
            return
        if refused:
            error = UsageError("batch", "closed")
        if report is not None:
            order.future.set_result(report)
        else:
            order.future.set_exception(error)

    def _stop_if_cancelled(self, order: _Order) -> None:
        if order.future.cancelled():
            with self._lock:
                if order.bench is not None:
                    order.bench.stop()
