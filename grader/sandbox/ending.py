"""How a process ended, and who ended it: itself, the grader, a limit or somebody else.

A signal alone says nothing: the grader sends SIGKILL, the kernel sends it at the limit of
processor time, and so do the kernel's out-of-memory killer and a batch system, which may send
SIGTERM before. What the grader and its limits have not sent came from outside, and is no answer.
"""

from __future__ import annotations

import os
import signal
import time
from typing import Literal, NamedTuple

Cause = Literal["itself", "grader", "processor", "outside"]

#: Seconds in which a process that closed its socket must have ended; one that is ending needs
#: milliseconds, on a busy machine tenths of a second.
LINGER_SECONDS = 1.0
_LOOK_SECONDS = 0.002
#: No instruction of a program raises these: they are sent. With seccomp a child cannot send any.
#: SIGINT is not among them: the grader sends it to a child that loads a source.
SENT = frozenset(
    getattr(signal, name)
    for name in ("SIGKILL", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
    if hasattr(signal, name)  # Windows knows SIGTERM alone
)
#: The kernel counts processor time in ticks against the limit, which may be a fifth more than it
#: reports of a short time. The limit is far above what a submission's budget of time allows.
_NEARLY = 0.7


class Ending(NamedTuple):
    """`how` is `exit 0` or `signal 11`, empty where it is not known."""

    how: str
    cause: Cause


#: Of a process whose parent was killed before it could say.
UNKNOWN = Ending("", "outside")


def ending(status: int, seconds: float, limit: float, *, killed: bool = False) -> Ending:
    """Read a wait status.

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
    """Wait for a child of this process; kill it if it lives on for `linger` seconds.

    `limit` is its limit of processor time in seconds. UNKNOWN if its status was taken elsewhere.
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
