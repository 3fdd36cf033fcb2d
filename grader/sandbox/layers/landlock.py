"""Restrict a process to the files that it was given, by Landlock.

Source: linux/landlock.h and Documentation/userspace-api/landlock.rst. The ruleset is built
once (`build`) and each child only enters it (`restrict`), so rules cost nothing per submission.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from . import libc

# The numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_RULE_PATH_BENEATH, _RULE_NET_PORT = 1, 2

WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
READ_DIR = 1 << 3
IOCTL_DEV = 1 << 15
#: Rights that exist for a file that is not a directory.
_FILE_RIGHTS = 1 << 0 | WRITE_FILE | READ_FILE | 1 << 14 | IOCTL_DEV

#: ABI → number of file system rights: 2 added REFER, 3 TRUNCATE, 5 IOCTL_DEV.
_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15}
_NET = 0b11  # bind and connect TCP, since NET_ABI
_CONNECT_TCP = 1 << 1
#: The first ABI that restricts TCP.
NET_ABI = 4
_SCOPE = 0b11  # abstract unix sockets and signals, since ABI 6


def abi() -> int:
    """Return the kernel's Landlock ABI. Raises OSError if Landlock is absent or disabled."""
    return libc.call(_CREATE_RULESET, 0, 0, _VERSION_FLAG)


def build(rules: Iterable[tuple[str, int]], ports: Iterable[int] = ()) -> int:
    """Build a ruleset that denies all but `rules` (path, rights), and return its descriptor.

    Paths that do not exist are skipped. `ports` are the TCP ports that may be connected to, on any
    machine; before NET_ABI, connections are not restricted. Raises OSError if Landlock is not
    available.
    """
    version = abi()
    rights = (1 << _RIGHTS_BY_ABI.get(version, 16)) - 1
    if version >= 6:
        attributes = struct.pack("=QQQ", rights, _NET, _SCOPE)
    elif version >= NET_ABI:
        attributes = struct.pack("=QQ", rights, _NET)
    else:
        attributes = struct.pack("=Q", rights)
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    ruleset = libc.call(_CREATE_RULESET, ctypes.addressof(buffer), len(attributes), 0)
    try:
        for path, access in rules:
            _allow(ruleset, path, access & rights)
        for port in ports if version >= NET_ABI else ():
            _add_rule(ruleset, _RULE_NET_PORT, struct.pack("=QQ", _CONNECT_TCP, port))
    except BaseException:
        os.close(ruleset)
        raise
    return ruleset


def restrict(ruleset: int) -> None:
    """Enter the ruleset, irrevocably.

    Needs no_new_privs or CAP_SYS_ADMIN. Raises OSError.
    """
    libc.call(_RESTRICT_SELF, ruleset, 0)


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(target).st_mode):
            access &= _FILE_RIGHTS
        if access:
            _add_rule(ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", access, target))
    finally:
        os.close(target)


def _add_rule(ruleset: int, kind: int, attributes: bytes) -> None:
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    libc.call(_ADD_RULE, ruleset, kind, ctypes.addressof(buffer), 0)
