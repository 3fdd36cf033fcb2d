"""Run a warm checker in a thread, so that a Ctrl-C never interrupts an exchange with a worker."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor, wait

from ..check.checking import Checked, Checker, CheckSettings, Target
from ..errors import RunStopped
from ..runner.wake_pipe import WakePipe

#: Seconds between checks for a Ctrl-C, because Windows does not interrupt waiting for a thread.
_LOOK = 0.25


class _Order:
    """One check, and whether its caller still waits for it."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.stopped = False


class CheckThread:
    """Checks one target after another, with workers that stay alive until Python exits."""

    def __init__(self) -> None:
        self._stop = WakePipe()
        self._checker = Checker(CheckSettings(), stop=self._stop)
        self._thread = ThreadPoolExecutor(1, "learncnn-check")

    def check(self, target: Target) -> Checked:
        """Check one target. A Ctrl-C ends it at once, and the workers can be used again.

        Raises LearncnnError.
        """
        order = _Order(target)
        future = self._thread.submit(self._run, order)
        try:
            while not future.done():
                wait([future], _LOOK)
            return future.result()
        except KeyboardInterrupt:
            self._end(order, future)
            raise

    def prepare(self) -> None:
        """Prepare a child for the next check, without waiting for it."""
        self._thread.submit(self._checker.prepare)

    def _run(self, order: _Order) -> Checked:
        self._stop.clear()
        if order.stopped:
            raise RunStopped
        return self._checker.check(order.target)

    def _end(self, order: _Order, future: Future[Checked]) -> None:
        order.stopped = True
        self._stop.ring()
        wait([future])


_threads: dict[int, CheckThread] = {}


def check_thread() -> CheckThread:
    """Return the thread of this process; a fork gets its own."""
    if os.getpid() not in _threads:
        _threads[os.getpid()] = CheckThread()
    return _threads[os.getpid()]
