"""Determine how a process ended, and who ended it: itself, the grader, a limit or others.

A signal does not show its sender: SIGKILL may come from the grader, from the limit on processor
time, from the kernel's out-of-memory killer, or from a batch system, which may send SIGTERM first.
A signal that neither the grader nor its limits sent came from outside and is not an answer.
"""

from __future__ import annotations

import os
import signal
import time
from typing import Literal, NamedTuple

Cause = Literal["itself", "grader", "processor", "outside"]

#: Seconds that a process may take to end after closing its socket. A normal exit takes
#: milliseconds, on a busy machine tenths of a second.
LINGER_SECONDS = 1.0
_LOOK_SECONDS = 0.002
#: Signals that are always sent, never raised by an instruction. With seccomp a child cannot send
#: any. SIGINT is excluded because the grader sends it to a child that is loading a source.
SENT = frozenset(
    getattr(signal, name)
    for name in ("SIGKILL", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
    if hasattr(signal, name)  # Windows has only SIGTERM
)
#: Share of the processor limit that counts as reaching it. The kernel counts ticks against the
#: limit, which for short times may be a fifth more than it reports. The limit is far above a
#: submission's time budget.
_NEARLY = 0.7


class Ending(NamedTuple):
    """`how` is `exit 0` or `signal 11`, or empty if unknown."""

    how: str
    cause: Cause


#: Ending of a process whose parent was killed before it could report.
UNKNOWN = Ending("", "outside")


def ending(status: int, seconds: float, limit: float, *, killed: bool = False) -> Ending:
    """Return the ending that a wait status describes.

    `seconds` of processor time were used of `limit`; `killed` if the caller sent a SIGKILL.
    """
    if not os.WIFSIGNALED(status):
        return Ending(f"exit {os.WEXITSTATUS(status)}", "itself")
    number = os.WTERMSIG(status)
    cause: Cause = "itself"
    if number == signal.SIGXCPU or (number == signal.SIGKILL and seconds >= _NEARLY * limit):
        cause = "processor"
    elif number in SENT:
        cause = "grader" if killed and number == signal.SIGKILL else "outside"
    return Ending(f"signal {number}", cause)


def wait_for_end(pid: int, limit: float = float("inf"), linger: float = LINGER_SECONDS) -> Ending:
    """Wait for a child of this process; kill it if it is still running after `linger` seconds.

    `limit` is its limit on processor time, in seconds. Returns UNKNOWN if it was reaped elsewhere.
    """
    deadline = time.monotonic() + linger
    killed = False
    try:
        while True:
            found, status, usage = os.wait4(pid, 0 if killed else os.WNOHANG)
            if found:
                seconds = usage.ru_utime + usage.ru_stime
                return ending(status, seconds, limit, killed=killed)
            if time.monotonic() >= deadline:
                os.kill(pid, signal.SIGKILL)
                killed = True
            else:
                time.sleep(_LOOK_SECONDS)
    except (ChildProcessError, ProcessLookupError):
        return UNKNOWN
