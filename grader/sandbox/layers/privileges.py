"""Change from root, if the grader runs as root, to a user that owns nothing."""

from __future__ import annotations

import ctypes
import os
import struct

from . import libc

_CAPABILITY_VERSION_3 = 0x20080522  # linux/capability.h
_CAP_DAC_READ_SEARCH = 2

#: First of the user ids, far above those that systems and containers assign. Each process id has
#: its own, so that children have no rights over each other and RLIMIT_NPROC counts only one.
_FIRST_UID = 0x6C630000
#: Odd factor by which consecutive process ids get distant user ids, so that a submission cannot
#: choose by their upper digits either.
_SPREAD = 40503
_NOBODY = 65534


def drop_root(*, keep_reading: bool) -> str:
    """Become an unused user without groups; return a note on what was kept. Raises OSError.

    `keep_reading` keeps CAP_DAC_READ_SEARCH, for an interpreter that lies beneath a folder that
    only root may enter (`/root`). The caller allows it only under Landlock, which limits reading
    to the libraries, and seccomp, which refuses open_by_handle_at.
    """
    if keep_reading:
        libc.prctl(libc.PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    try:
        _become(_FIRST_UID + (os.getpid() * _SPREAD & 0xFFFF))
    except OSError:  # a user namespace that maps few ids
        _become(_NOBODY)
    if not keep_reading:
        return ""
    libc.capset(_HEADER, _READING)
    return "keeps CAP_DAC_READ_SEARCH, bounded by Landlock"


def drop_capabilities() -> None:
    """Drop all capabilities but stay root, which owns the files. Raises OSError."""
    libc.capset(_HEADER, _NOTHING)


def _become(uid: int) -> None:
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


# For capset(2): the header (version, this process) and the sets (effective, permitted,
# inheritable; low words first). Made at import, so that a child does not have to.
_HEADER = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), 8)
_READING = ctypes.create_string_buffer(
    struct.pack("=6I", 1 << _CAP_DAC_READ_SEARCH, 1 << _CAP_DAC_READ_SEARCH, 0, 0, 0, 0), 24
)
_NOTHING = ctypes.create_string_buffer(struct.pack("=6I", *[0] * 6), 24)
