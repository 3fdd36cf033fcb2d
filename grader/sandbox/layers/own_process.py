"""Read a process's own entries of /proc, also after `mounts` has covered them."""

from __future__ import annotations

import os

#: Descriptor of this process's folder in /proc, if that is covered. A child closes it.
_folder = [-1]


def keep() -> None:
    """Open the folder, if there is one, so that it stays readable."""
    try:
        _folder[0] = os.open("/proc/self", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return


def open_entry(name: str) -> int:
    """Open a file or folder beneath the folder for reading. Raises OSError."""
    if _folder[0] >= 0:
        return os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=_folder[0])
    return os.open(f"/proc/self/{name}", os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))


def threads() -> int:
    """Return the number of this process's threads. Raises OSError."""
    folder = open_entry("task")
    try:
        return len(os.listdir(folder))
    finally:
        os.close(folder)
