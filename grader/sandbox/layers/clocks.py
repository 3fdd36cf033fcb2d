"""Stop the clocks that a process reads without a system call, except for those who know a key.

The kernel maps a few functions into each process (the vDSO, see vdso(7)) by which C code reads a
clock unnoticed: SQLite, numpy's `datetime64("now")`, `datetime.now()`, profilers. After `stop`
these functions return the past midnight, and 0 for all clocks but the time of day, so they tell
nothing that differs between processes. The system call itself is then allowed only with a key in
the half of its first argument that the kernel ignores; see `seccomp`. This module's functions have
the key, so Python's clocks go on, and their use is noticed; see `consulting`.

The processor's own counter (rdtsc) stays readable by machine code, because oneDNN reads it. Only
x86-64 is known; on other machines the clocks go on.
"""

from __future__ import annotations

import ctypes
import os
import struct
import time
from collections.abc import Callable
from typing import Any

from . import libc, own_process

_GETTIME, _NANOSLEEP = 228, 35  # asm/unistd_64.h
_REALTIME, _MONOTONIC, _PROCESS, _THREAD = range(4)
_WRITE, _READ_AND_EXECUTE = 2, 1 | 4  # sys/mman.h
_DAY = 86400
_SECOND = 10**9
_EINTR = 4
#: Machine code: what each function of the vDSO does instead, by name. `{}` is the time of day.
#: clock_gettime: eax = 0; if (edi == 0) rax = time; *rsi = {rax, 0}; return 0
#: gettimeofday: if (rdi) *rdi = {time, 0}; return 0
#: time: rax = time; if (rdi) *rdi = rax; return rax
_CODE = {
    "__vdso_clock_gettime": "31c0 85ff 750a 48b8{} 488906 48c7460800000000 31c0 c3",
    "__vdso_gettimeofday": "4885ff 7415 48b8{} 488907 48c7470800000000 31c0 c3",
    "__vdso_time": "48b8{} 4885ff 7403 488907 c3",
}
#: Jump to an absolute address: rax = address; jump to rax. The functions lie 16 bytes apart.
_JUMP = "48b8{} ffe0"

#: CLOCK_REALTIME, its coarse form and CLOCK_TAI; all clocks but those of this process are shifted.
_OF_DAY = (_REALTIME, 5, 11)
#: Maximum shift of an uptime, in seconds.
_UPTIME = 10**6
#: Nanoseconds added, by clock; the number of the monotonic clock stands for the remaining clocks.
_shifts = {**dict.fromkeys(_OF_DAY, 0), _MONOTONIC: 0, _PROCESS: 0, _THREAD: 0}
_key = [0]
_urandom = os.urandom  # `consulting` replaces it
_vdso_clock = getattr(time, "clock_gettime_ns", None)
_word = ctypes.c_long * 2
#: Where the kernel writes a time, and `syscall` of the C library, prepared for speed: each case of
#: a submission is timed.
_found = _word()
_AT = ctypes.addressof(_found)
_call: list[Callable[[int, int, int], int]] = []


def stop() -> int:
    """Stop the clocks of this process and its children, and return the key. Raises OSError."""
    if not hasattr(os, "uname") or os.uname().machine != "x86_64":
        raise OSError(38, "no code for this machine")
    vdso = ctypes.CDLL("linux-vdso.so.1")
    places = {}
    for name in _CODE:
        function = getattr(vdso, name, None)
        if function is None:
            raise OSError(38, f"the kernel maps no {name}")
        places[name] = ctypes.cast(function, ctypes.c_void_p).value or 0
    midnight = struct.pack("<q", int(time.time()) // _DAY * _DAY)
    code = {name: bytes.fromhex(text.format(midnight.hex())) for name, text in _CODE.items()}
    start = at = libc.page()
    jumps = {}
    for name, function_code in code.items():
        ctypes.memmove(at, function_code, len(function_code))
        jumps[places[name]] = bytes.fromhex(_JUMP.format(struct.pack("<q", at).hex()))
        at += -(-len(function_code) // 16) * 16
    libc.mprotect(start, os.sysconf("SC_PAGE_SIZE"), _READ_AND_EXECUTE)
    kind = ctypes.CFUNCTYPE(*[ctypes.c_long] * 4, use_errno=True)
    _call[:] = [kind(("syscall", ctypes.CDLL(None)))]
    first, last = _mapping(min(jumps))
    if max(jumps) >= last:
        raise OSError(38, "more than one mapping")
    libc.mprotect(first, last - first, _READ_AND_EXECUTE | _WRITE)
    _key[0] = 1 + int.from_bytes(_urandom(4), "little") % 0x7FFFFFFE
    for place, jump in jumps.items():
        ctypes.memmove(place, jump, len(jump))
    libc.mprotect(first, last - first, _READ_AND_EXECUTE)
    return _key[0]


def _mapping(place: int) -> tuple[int, int]:
    """Return where the mapping that holds an address starts and ends. Raises OSError."""
    with open(own_process.open_entry("maps"), encoding="ascii", errors="replace") as file:
        for line in file:
            first, _, last = line.split(maxsplit=1)[0].partition("-")
            if int(first, 16) <= place < int(last, 16):
                return int(first, 16), int(last, 16)
    raise OSError(38, "not mapped")


def shift() -> None:
    """Set this process's clocks to another time of the same day and another uptime, at random.

    The processes in which a submission is asked follow each other in a moment, so a choice by the
    hour, say, would be the same in all of them. Does nothing while the clocks go on.
    """
    if not _key[0]:
        return
    of_day, uptime = (int.from_bytes(_urandom(8), "little") for _ in range(2))
    now = nanoseconds(_REALTIME) - _shifts[_REALTIME]
    day = _DAY * _SECOND
    for clock in _OF_DAY:
        _shifts[clock] = of_day % day - now % day
    _shifts[_MONOTONIC] = uptime % (_UPTIME * _SECOND)


def nanoseconds(clock: int) -> int:
    """Read a clock by its number, as `time.clock_gettime_ns` does. Raises OSError."""
    if not _key[0]:
        return int(_vdso_clock(clock))  # type: ignore[misc]
    if _call[0](_GETTIME, _key[0] << 32 | clock & 0xFFFFFFFF, _AT):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return _found[0] * _SECOND + _found[1] + _shifts.get(clock, _shifts[_MONOTONIC])


def sleep(seconds: float) -> None:
    """Sleep as `time.sleep` does, whose deadline would be that of a stopped clock."""
    if not _key[0]:
        _sleep(seconds)
        return
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    whole = int(seconds)
    left = _word(whole, int((seconds - whole) * _SECOND))
    while True:
        try:
            libc.call(_NANOSLEEP, ctypes.addressof(left), ctypes.addressof(left))
        except InterruptedError:  # the handler has run, and raised nothing
            continue
        break


_sleep = time.sleep


def _reader(name: str, clock: int) -> Callable[[], Any]:
    original = getattr(time, name, None)
    if name.endswith("_ns"):
        return lambda: nanoseconds(clock) if _key[0] else original()  # type: ignore[misc]
    return lambda: nanoseconds(clock) / _SECOND if _key[0] else original()  # type: ignore[misc]


def _with_now(name: str) -> Callable[..., Any]:
    """Return a function of the time of day whose time is now if none is given."""
    original = getattr(time, name)
    return lambda seconds=None: original(READERS["time"]() if seconds is None else seconds)


def _of_local_time(name: str, before: int) -> Callable[..., Any]:
    original = getattr(time, name)

    def formatted(*arguments: Any) -> Any:
        if len(arguments) == before:
            arguments = (*arguments, READERS["localtime"]())
        return original(*arguments)

    return formatted


#: Functions of `time`, by name, that go on when the clocks are stopped.
READERS: dict[str, Callable[..., Any]] = {
    name + suffix: _reader(name + suffix, clock)
    for name, clock in (
        ("time", _REALTIME),
        ("monotonic", _MONOTONIC),
        ("perf_counter", _MONOTONIC),
        ("process_time", _PROCESS),
        ("thread_time", _THREAD),
    )
    for suffix in ("", "_ns")
    if hasattr(time, name + suffix)
}
READERS |= {name: _with_now(name) for name in ("localtime", "gmtime", "ctime")}
READERS |= {"strftime": _of_local_time("strftime", 1), "asctime": _of_local_time("asctime", 0)}
if _vdso_clock is not None:
    READERS["clock_gettime_ns"] = nanoseconds
    READERS["clock_gettime"] = lambda clock: nanoseconds(clock) / _SECOND

perf_counter = READERS["perf_counter"]
monotonic = READERS["monotonic"]
process_time = READERS["process_time"]
