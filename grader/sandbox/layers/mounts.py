"""Give a zygote its own view of the file system: read-only, and without the kernel's own files.

Landlock decides which files a child may open, but stat and readlink are allowed everywhere. What a
child reads or looks at could leave traces that a later child of any zygote finds:

- Reading a file, a folder or a symbolic link sets its time of last access, unless its mount is
  read-only.
- The kernel makes the inode of a file in /proc, /sys or a cgroup when it is looked up, with the
  current time as its times, and keeps it.

So all mounts become read-only, and those of the kernel's own file systems are covered by empty
ones, in a mount namespace that only the zygote and its children have. Source: mount_setattr(2),
user_namespaces(7), proc_pid_mountinfo(5).
"""

from __future__ import annotations

import ctypes
import os
import re
import struct
from collections.abc import Iterable, Iterator

from . import libc, privileges

# linux/sched.h
_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
# linux/mount.h, linux/fcntl.h
_RDONLY, _NOSUID, _NODEV, _NOEXEC = 1, 2, 4, 8
_PRIVATE = 1 << 18
_RECURSIVE = 0x8000
_HERE = -100  # AT_FDCWD

#: System calls unshare, mount and mount_setattr, by `uname -m`.
_NUMBERS = {"x86_64": (272, 165, 442), "aarch64": (97, 40, 442)}
#: File systems whose inodes the kernel makes when they are looked up.
_KERNELS = frozenset(
    [
        *("proc", "sysfs", "cgroup", "cgroup2", "debugfs", "tracefs", "securityfs", "configfs"),
        *("efivarfs", "bpf", "pstore", "fusectl", "mqueue", "binfmt_misc", "rpc_pipefs", "nfsd"),
        *("selinuxfs", "smackfs"),
    ]
)
_MOUNTS = "/proc/self/mountinfo"


def enter() -> None:
    """Move this process, which has one thread, to its own read-only view. Raises OSError.

    An ordinary user needs a user namespace for this, in which the process is left without any
    rights and with an unmapped user id. Call it when the libraries have read what they need of
    /proc, and after `own_process.keep`.
    """
    covered = list(_outermost(_kernels_mounts()))
    if not hasattr(os, "uname") or os.uname().machine not in _NUMBERS:
        raise OSError(38, "no table of system calls for this machine")
    unshare, mount, set_attributes = _NUMBERS[os.uname().machine]
    root = os.geteuid() == 0
    libc.call(unshare, _CLONE_NEWNS if root else _CLONE_NEWNS | _CLONE_NEWUSER)
    try:
        _make_read_only(set_attributes)
        for path in covered:
            _cover(mount, path)
    finally:
        if not root:
            privileges.drop_capabilities()


def _make_read_only(set_attributes: int) -> None:
    """Make all mounts of this namespace read-only and deaf to changes of others."""
    attributes = _buffer(struct.pack("=4Q", _RDONLY, 0, _PRIVATE, 0))
    size = len(attributes)
    top = _buffer(b"/\0")
    arguments = _HERE, ctypes.addressof(top), _RECURSIVE, ctypes.addressof(attributes), size
    libc.call(set_attributes, *arguments)


def _cover(mount: int, path: bytes) -> None:
    """Mount an empty folder over `path`, unless it is hidden already or a file."""
    kind, options = _buffer(b"tmpfs\0"), _buffer(b"size=4k,mode=0\0")
    target, name = _buffer(path + b"\0"), ctypes.addressof(kind)
    flags = _RDONLY | _NOSUID | _NODEV | _NOEXEC
    try:
        libc.call(mount, name, ctypes.addressof(target), name, flags, ctypes.addressof(options))
    except (FileNotFoundError, NotADirectoryError):
        return


def _kernels_mounts() -> Iterator[bytes]:
    """Yield where the kernel's own file systems are mounted. Raises OSError without /proc."""
    with open(_MOUNTS, "rb") as file:
        for line in file:
            before, _, after = line.partition(b" - ")
            if os.fsdecode(after.split()[0]) in _KERNELS:
                yield re.sub(rb"\\([0-7]{3})", lambda m: bytes([int(m[1], 8)]), before.split()[4])


def _outermost(paths: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the paths that lie beneath no other one."""
    last = None
    for path in sorted(set(paths), key=lambda path: path + b"/"):
        if last is None or not path.startswith(last + b"/"):
            last = path
            yield path


def _buffer(content: bytes) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(content, len(content))
