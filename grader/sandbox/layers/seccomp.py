"""Build and install a seccomp filter: an allowlist of system calls as a small BPF program.

Refused calls fail with EPERM, so that a student sees a PermissionError instead of a killed
process. The program is a binary search, because the kernel runs it once for every system call
number when it is installed. Source: linux/seccomp.h, linux/filter.h.
"""

from __future__ import annotations

import ctypes
import struct

from . import libc
from .syscalls import ARCHITECTURES, CHECKED, CONSTANT, NUMBERS

_SET_MODE_FILTER = 1

# linux/bpf_common.h: load word, jump if equal / greater-or-equal / any bit set, return.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

_ALLOW = 0x7FFF0000
_KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000
_TRAP = 0x00030000
_EPERM, _ENOSYS = 1, 38

_X32_BIT = 0x40000000

#: Access mode, O_CREAT, O_TRUNC, O_APPEND and the bit of O_TMPFILE (asm-generic/fcntl.h; the
#: same on both architectures).
_WRITING = 0o3 | 0o100 | 0o1000 | 0o2000 | 0o20000000
#: TCGETS, TIOCGWINSZ, FIONCLEX, FIOCLEX (asm-generic/ioctls.h).
_IOCTLS = (0x5401, 0x5413, 0x5450, 0x5451)
#: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC (asm-generic/fcntl.h). F_SETFL is missing
#: because its flags belong to the open file, which other processes may share.
_FCNTLS = (0, 1, 2, 3, 1030)
#: Sign bit of a clock's number, an int: negative numbers are the clocks of other processes.
_NEGATIVE = 0x80000000

Program = list[tuple[int, int, int, int]]


class Unsupported(OSError):
    """Raised if there is no filter for this architecture."""


def program(machine: str, *, trace: bool = False, key: int = 0) -> Program:
    """Return the filter for `machine` (`x86_64`, `aarch64`). Raises Unsupported for another one.

    With a `key`, clocks are read only by those who know it; see `clocks`.
    With `trace` a refused call raises SIGSYS, see `syscall_trace`, instead of failing with EPERM.
    """
    refuse = _give(_TRAP if trace else _ERRNO | _EPERM)
    if machine not in ARCHITECTURES:
        raise Unsupported(f"no system call table for {machine}")
    column, arch, _ = ARCHITECTURES[machine]
    leaves = {n: _give(_ALLOW) for n in _column(NUMBERS, column).values()}
    leaves.update({n: _give(_ERRNO) for n in _column(CONSTANT, column).values()})
    checked = _column(CHECKED, column)
    leaves.update({number: _check(name, refuse, key) for name, number in checked.items()})
    head: Program = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, arch),
        *_give(_KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        head += [(_AT_LEAST, 0, 1, _X32_BIT), *_give(_ERRNO | _ENOSYS)]
    return head + _search(_intervals(leaves, refuse))


class Filter:
    """A filter in the kernel's format, built once so that a child only has to install it."""

    def __init__(self, machine: str, *, trace: bool = False, key: int = 0) -> None:
        """Build the filter for `machine`. Raises Unsupported."""
        code = program(machine, trace=trace, key=key)
        packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
        self._instructions = ctypes.create_string_buffer(packed, len(packed))
        header = struct.pack("@HP", len(code), ctypes.addressof(self._instructions))
        self._fprog = ctypes.create_string_buffer(header, len(header))
        self._at = ctypes.addressof(self._fprog)
        *_, self._number = ARCHITECTURES[machine]

    def install(self) -> None:
        """Install it in this thread, irrevocably. Needs no_new_privs. Raises OSError."""
        libc.call(self._number, _SET_MODE_FILTER, 0, self._at)


def _column(table: dict[str, tuple[int | None, int | None]], column: int) -> dict[str, int]:
    return {n: number for n, row in table.items() if (number := row[column]) is not None}


def _give(action: int) -> Program:
    return [(_RETURN, 0, 0, action)]


def _argument(index: int, *, high: bool = False) -> tuple[int, int, int, int]:
    """Return the load of one half of an argument; both architectures are little-endian."""
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index + 4 * high)


def _check(name: str, refuse: Program, key: int) -> Program:
    allow = _give(_ALLOW)
    if name in ("open", "openat"):
        return [_argument(1 if name == "open" else 2), (_ANY_BIT, 1, 0, _WRITING), *allow, *refuse]
    if name in ("ioctl", "fcntl"):
        values = _IOCTLS if name == "ioctl" else _FCNTLS
        tests = [(_EQUAL, len(values) - i, 0, value) for i, value in enumerate(values)]
        return [_argument(1), *tests, *refuse, *allow]
    if name == "prlimit64":  # may read limits, not set them
        zero = [_argument(2), (_EQUAL, 0, 3, 0), _argument(2, high=True), (_EQUAL, 0, 1, 0)]
        return [*zero, *allow, *refuse]
    if name in ("gettimeofday", "time"):
        return refuse if key else allow
    if name == "clock_gettime" and key:
        known = [_argument(0, high=True), (_EQUAL, 0, 3, key)]
        return [*known, _argument(0), (_ANY_BIT, 1, 0, _NEGATIVE), *allow, *refuse]
    if name.startswith("clock_"):
        return [_argument(0), (_ANY_BIT, 1, 0, _NEGATIVE), *allow, *refuse]
    # clone3 takes its flags by pointer, so the filter cannot check them. After ENOSYS the C library
    # falls back to clone, which is refused.
    return _give(_ERRNO | _ENOSYS)


def _intervals(leaves: dict[int, Program], refuse: Program) -> list[tuple[int, Program]]:
    """Return sorted pairs (first number, program), each valid up to the next first number."""
    found: list[tuple[int, Program]] = [(0, leaves.get(0, refuse))]
    for number in sorted({n + step for n in leaves for step in (0, 1)} - {0}):
        action = leaves.get(number, refuse)
        if action != found[-1][1] or len(action) > 1:
            found.append((number, action))
    return found


def _search(intervals: list[tuple[int, Program]]) -> Program:
    if len(intervals) == 1:
        return intervals[0][1]
    middle = len(intervals) // 2
    low, high = _search(intervals[:middle]), _search(intervals[middle:])
    pivot = intervals[middle][0]
    if len(low) < 256:
        return [(_AT_LEAST, len(low), 0, pivot), *low, *high]
    raise AssertionError("the filter is too long for a BPF jump")  # only if the list grows
