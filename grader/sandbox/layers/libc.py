"""System calls that the standard library does not offer, made by ctypes. Linux only."""

from __future__ import annotations

import ctypes
import os

# linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_KEEPCAPS = 8
PR_SET_NO_NEW_PRIVS = 38

# linux/mman.h, since Linux 6.1
MADV_COLLAPSE = 25
# sys/mman.h
_PROT_READ, _PROT_WRITE, _MAP_PRIVATE, _MAP_ANONYMOUS = 1, 2, 2, 32
# sys/personality.h
ADDR_NO_RANDOMIZE = 0x0040000
_MAP_FAILED = ctypes.c_void_p(-1).value

_libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


def call(number: int, *arguments: int) -> int:
    """Call `syscall(number, ...)` and return its result. Raises OSError with the errno."""
    if _libc is None:
        raise OSError(38, "no system calls on this platform")
    result = int(_libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)))
    if result < 0:
        raise _failure()
    return result


def capset(header: ctypes.Array[ctypes.c_char], data: ctypes.Array[ctypes.c_char]) -> None:
    """Call `capset(header, data)`. Raises OSError."""
    if _libc is None or _libc.capset(header, data):
        raise _failure()


def madvise(start: int, length: int, advice: int) -> None:
    """Call `madvise(start, length, advice)`. Raises OSError."""
    pointer, size = ctypes.c_void_p(start), ctypes.c_size_t(length)
    if _libc is None or _libc.madvise(pointer, size, ctypes.c_int(advice)):
        raise _failure()


def mapped(fd: int, size: int) -> memoryview:
    """Map the first `size` bytes of a file, read-only, until the process ends.

    `mmap.mmap` would keep a descriptor of its own. Raises OSError.
    """
    if _libc is None:
        raise OSError(38, "no mmap on this platform")
    _libc.mmap.restype = ctypes.c_void_p
    length, offset = ctypes.c_size_t(size), ctypes.c_long(0)
    address = _libc.mmap(None, length, _PROT_READ, _MAP_PRIVATE, ctypes.c_int(fd), offset)
    if address in (None, _MAP_FAILED):
        raise _failure()
    return memoryview((ctypes.c_ubyte * size).from_address(address)).toreadonly()


def page() -> int:
    """Return the address of a new writable page, which stays until the process ends.

    Raises OSError.
    """
    if _libc is None:
        raise OSError(38, "no mmap on this platform")
    _libc.mmap.restype = ctypes.c_void_p
    length, rights = ctypes.c_size_t(os.sysconf("SC_PAGE_SIZE")), _PROT_READ | _PROT_WRITE
    no_file, offset = ctypes.c_int(-1), ctypes.c_long(0)
    address = _libc.mmap(None, length, rights, _MAP_PRIVATE | _MAP_ANONYMOUS, no_file, offset)
    if address in (None, _MAP_FAILED):
        raise _failure()
    return int(address)


def personality(value: int) -> int:
    """Set this thread's execution domain, unless `value` is 2³² − 1, and return the previous one.

    Raises OSError.
    """
    function = getattr(_libc, "personality", None)
    if function is None:
        raise OSError(38, "no personality on this platform")
    before = int(function(ctypes.c_ulong(value)))
    if before < 0:
        raise _failure()
    return before


def mprotect(start: int, length: int, rights: int) -> None:
    """Call `mprotect(start, length, rights)`. Raises OSError."""
    pointer, size = ctypes.c_void_p(start), ctypes.c_size_t(length)
    if _libc is None or _libc.mprotect(pointer, size, ctypes.c_int(rights)):
        raise _failure()


def prctl(option: int, value: int) -> None:
    """Call `prctl(option, value, 0, 0, 0)`. Raises OSError, also if there is no prctl."""
    function = getattr(_libc, "prctl", None)
    if function is None:
        raise OSError(38, "no prctl on this platform")
    zero = ctypes.c_ulong(0)
    if function(ctypes.c_int(option), ctypes.c_ulong(value), zero, zero, zero):
        raise _failure()


def _failure() -> OSError:
    """Return the errno of the last call as an OSError."""
    error = ctypes.get_errno()
    return OSError(error, os.strerror(error))
