"""Try in a process of its own what a child is locked with, and say what failed.

A kernel may list a mechanism and refuse it all the same: a container's own filter, an emulated
system. Nothing of a submission is here.
"""

from __future__ import annotations

import os

from .layers import libc, seccomp


def main(fd: int) -> None:
    """Install the system call filter, and write to descriptor `fd` why it cannot be; then end."""
    try:
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        seccomp.Filter(os.uname().machine).install()
        reason = "it is installed and refuses nothing" if _forks() else ""
    except OSError as error:
        reason = error.strerror or str(error)
    os.write(fd, f"{reason}\n".encode())
    os._exit(0)


def _forks() -> bool:
    try:
        if os.fork() == 0:
            os._exit(0)
    except OSError:
        return False
    return True
