"""Give up root, if the grader runs as root, for a user that owns nothing."""

from __future__ import annotations

import ctypes
import os
import struct

from . import libc

_CAPABILITY_VERSION_3 = 0x20080522  # linux/capability.h
_CAP_DAC_READ_SEARCH = 2

#: Far above the ids that systems and containers hand out; one for each process id, so that
#: two children are strangers to each other and RLIMIT_NPROC counts one of them alone.
_FIRST_UID = 0x6C630000
_NOBODY = 65534


def drop_root(*, keep_reading: bool) -> str:
    """Become an unused user without groups; returns a note of what was kept. Raises OSError.

    `keep_reading` keeps CAP_DAC_READ_SEARCH, for an interpreter that lies beneath a folder
    which only root may enter (`/root`). The caller allows it only under Landlock and seccomp:
    the one limits reading to the libraries, the other has no open_by_handle_at.
    """
    if keep_reading:
        libc.prctl(libc.PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    try:
        _become(_FIRST_UID + (os.getpid() & 0xFFFF))
    except OSError:  # a user namespace that maps few ids
        _become(_NOBODY)
    if not keep_reading:
        return ""
    libc.capset(_HEADER, _READING)
    return "keeps CAP_DAC_READ_SEARCH, bounded by Landlock"


def drop_capabilities() -> None:
    """Stay root for its files, without any capability. Raises OSError."""
    libc.capset(_HEADER, _NOTHING)


def _become(uid: int) -> None:
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


# For capset(2): the header (version, this process) and the sets (effective, permitted,
# inheritable; low words first). Made here, so that a child does not have to.
_HEADER = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), 8)
_READING = ctypes.create_string_buffer(
    struct.pack("=6I", 1 << _CAP_DAC_READ_SEARCH, 1 << _CAP_DAC_READ_SEARCH, 0, 0, 0, 0), 24
)
_NOTHING = ctypes.create_string_buffer(struct.pack("=6I", *[0] * 6), 24)
