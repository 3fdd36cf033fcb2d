"""Try a child's lock in a separate process, and report what failed.

A kernel may list a mechanism and still refuse it, because of a container's filter or an emulated
system. No submission is involved.
"""

from __future__ import annotations

import os

from .layers import libc, mounts, seccomp


def main(fd: int) -> None:
    """Write to descriptor `fd`, one line each, why filter and mounts failed, and exit."""
    try:
        mounts.enter()
        no_mounts = ""
    except OSError as error:
        no_mounts = error.strerror or str(error)
    try:
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        seccomp.Filter(os.uname().machine).install()
        reason = "it is installed and refuses nothing" if _forks() else ""
    except OSError as error:
        reason = error.strerror or str(error)
    os.write(fd, f"{reason}\n{no_mounts}\n".encode())
    os._exit(0)


def _forks() -> bool:
    try:
        if os.fork() == 0:
            os._exit(0)
    except OSError:
        return False
    return True
