"""Report the system calls that the filter refuses, to find out what a submission needs.

The kernel raises SIGSYS in the thread; the handler writes the call's number to standard error and
lets the call fail with EPERM, as it does without the trace.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
from typing import Any

#: Text before the number of a refused call in the submission's output.
REFUSED = "learncnn: refused system call "

_SA_SIGINFO = 4
_SIGSET_BYTES = 128
#: Offsets of the number in siginfo_t (asm-generic/siginfo.h), and of the register that holds a
#: call's result in ucontext_t (asm/ucontext.h), by architecture.
_SIGINFO_SYSCALL = 24
_RESULT = {"x86_64": 144, "aarch64": 184}
_EPERM = 1

_Handler = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class _Action(ctypes.Structure):
    """`struct sigaction` of the C library."""

    _fields_ = (
        ("handler", _Handler),
        ("mask", ctypes.c_char * _SIGSET_BYTES),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    )


_kept: list[Any] = []


def listen(machine: str) -> None:
    """Install the handler in this process. Raises OSError on an unknown architecture."""
    result = _RESULT.get(machine)
    if result is None:
        raise OSError(38, f"refused calls cannot be named on {machine}")

    def refused(_: int, info: int, context: int) -> None:
        number = ctypes.c_int.from_address(info + _SIGINFO_SYSCALL).value
        os.write(2, f"{REFUSED}{number}\n".encode())
        ctypes.c_long.from_address(context + result).value = -_EPERM

    action = _Action(_Handler(refused), b"", _SA_SIGINFO, None)
    _kept.append(action)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.sigaction(int(signal.SIGSYS), ctypes.byref(action), None):
        raise OSError(ctypes.get_errno(), "sigaction")


def names_of(printed: str, machine: str) -> tuple[str, ...]:
    """Return the refused system calls in a submission's output, in order, each once."""
    from .syscalls import ARCHITECTURES, CHECKED, CONSTANT, NUMBERS, REFUSED_NAMES

    column = ARCHITECTURES[machine][0]
    tables = (NUMBERS, CONSTANT, CHECKED, REFUSED_NAMES)
    known = {row[column]: name for table in tables for name, row in table.items()}
    numbers = re.findall(rf"^{REFUSED}([0-9]{{1,4}})$", printed, re.MULTILINE)
    return tuple(dict.fromkeys(known.get(int(n), f"number {n}") for n in numbers))
