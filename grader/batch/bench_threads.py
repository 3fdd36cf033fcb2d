"""Run threads with one warm bench each, which take submissions from a common queue.

A submission is never graded in the caller's thread. So a Ctrl-C cannot interrupt an exchange with
a zygote, and a caller can stop waiting for a report at any time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import RLock, Thread, current_thread
from typing import Any, Generic, Protocol, TypeVar

from ..errors import GraderFault, RunStopped, UsageError
from ..runner.at_exit import end_with_python

T = TypeVar("T")


class StoppableBench(Protocol):
    """A bench at which a thread grades."""

    def stop(self) -> None:
        """Make the run on this bench, in another thread, raise RunStopped at once."""

    def clear_stop(self) -> None:
        """Reset the stop signal for the next submission."""

    def close(self) -> None:
        """End every process."""


B = TypeVar("B", bound=StoppableBench)


@dataclass(eq=False)
class _Order(Generic[B]):
    """The work for a bench, with the caller's context, and the bench that does it."""

    work: Callable[[B], Any]
    context: Context = field(default_factory=copy_context)
    future: Future[Any] = field(default_factory=Future)
    bench: B | None = None


class BenchThreads(Generic[B]):
    """At most `limit` threads; a new one is started when all others are busy."""

    def __init__(self, make_bench: Callable[[], B], limit: int) -> None:
        self._make_bench = make_bench
        self._limit = limit
        self._orders: SimpleQueue[_Order[B] | None] = SimpleQueue()
        # Reentrant, because a finalizer may run in a thread that holds the lock.
        self._lock = RLock()
        self._threads: list[Thread] = []
        #: Orders that are waiting or running.
        self._open: set[_Order[B]] = set()
        self._ended = False
        self._at_exit = False
        self._owner = os.getpid()
        end_with_python(self)

    def submit(self, work: Callable[[B], T]) -> Future[T]:
        """Do `work` when a bench is free; the future's `cancel` stops it at any time.

        Raises UsageError after `end` and in a fork, GraderFault if no thread can be started.
        """
        if self._owner != os.getpid():
            raise UsageError("batch", "forked")
        order = _Order(work)
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
        """Stop running orders, refuse waiting ones, and end every process."""
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
        """End without answering threads that still wait, because they would print the error."""
        self._at_exit = True
        self.end()

    def _start_thread(self) -> None:
        try:
            bench = self._make_bench()
            thread = Thread(target=self._serve, args=(bench,), name="learncnn-grader", daemon=True)
            thread.start()
        except (OSError, RuntimeError) as error:
            if not self._threads:
                raise GraderFault("batch", "no_thread", reason=error) from error
            return  # the existing threads take the submission
        self._threads.append(thread)

    def _serve(self, bench: B) -> None:
        with closing(bench):
            while (order := self._orders.get()) is not None:
                self._take(order, bench)
                del order

    def _take(self, order: _Order[B], bench: B) -> None:
        """Do an order, or refuse it after `end`, and answer it."""
        with self._lock:
            bench.clear_stop()
            order.bench = bench
            refused = self._ended
        result: Any = None
        error: BaseException | None = None
        # An order that is cancelled after this line finds the bench to stop.
        if not refused and not order.future.cancelled():
            try:
                result = order.context.run(order.work, bench)
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
        if error is not None:
            order.future.set_exception(error)
        else:
            order.future.set_result(result)

    def _stop_if_cancelled(self, order: _Order[B]) -> None:
        if order.future.cancelled():
            with self._lock:
                if order.bench is not None:
                    order.bench.stop()
