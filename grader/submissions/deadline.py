"""Limit the time for reading one untrusted file, so that a slow one does not stop the class."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import SlowFileError

#: Maximum processor time for one file, in seconds; every reader is linear and takes far less.
CPU_SECONDS = 2.0
#: Maximum time on the clock, in seconds: a file system that does not answer. Longer, because a
#: busy machine must not cost anybody a submission.
WALL_SECONDS = 20.0
#: Seconds between checks of the clocks.
_TICK = 0.1


class _Expired(BaseException):
    """Derived from BaseException, so that no library handles it as one of its own errors."""


@contextmanager
def deadline(
    name: str, *, cpu_seconds: float = CPU_SECONDS, wall_seconds: float = WALL_SECONDS
) -> Iterator[None]:
    """Raise SlowFileError, which names the file, if the block takes too long.

    Works in the main thread where the system has interval timers; elsewhere, and where a timer is
    in use already, the block runs without a deadline.
    """
    if not _possible():
        yield
        return
    cpu, start = time.thread_time(), time.monotonic()

    def look(*_: object) -> None:
        if time.thread_time() - cpu > cpu_seconds or time.monotonic() - start > wall_seconds:
            raise _Expired

    before = signal.signal(signal.SIGALRM, look)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, _TICK, _TICK)
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _Expired:
        raise SlowFileError("submission", "slow", file=name) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _possible() -> bool:
    return (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        and signal.getsignal(signal.SIGALRM) is not None
    )
