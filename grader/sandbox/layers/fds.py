"""Arrange a child's file descriptors: four stay open while a submission runs, no others."""

from __future__ import annotations

import fcntl
import os
from typing import NamedTuple

#: The socket to the grader; 0 is /dev/null, 1 and 2 are the file that receives printed output.
CHANNEL = 3
#: The file of large inputs, if there is one; it is closed before the submission runs.
INPUTS = 4
#: A number above all final descriptors, and above those that a zygote has open.
_LIFTED = 200


class Given(NamedTuple):
    """The descriptors that a child starts with, whatever their numbers; -1 means none."""

    null: int
    output: int
    channel: int
    inputs: int = -1


def arrange(given: Given, ruleset: int, *, close_rest: bool) -> int:
    """Move the descriptors to their final numbers, close all others, and return the ruleset's.

    All are first duplicated to high numbers, so that none is overwritten before it is moved.
    """
    null, output, channel, inputs = given
    kept = [null, output, output, channel, *(fd for fd in (inputs, ruleset) if fd >= 0)]
    lifted = [fcntl.fcntl(fd, fcntl.F_DUPFD, _LIFTED) for fd in kept]
    for place, fd in enumerate(lifted):
        os.dup2(fd, place, inheritable=False)
    if close_rest:
        os.closerange(len(kept), _LIFTED + 2 * len(kept))
    else:
        for fd in lifted:
            os.close(fd)
    return len(kept) - 1 if ruleset >= 0 else -1


def close_inherited() -> None:
    """Close all other descriptors that a fresh interpreter inherited; done before any child.

    A child then only has to close descriptors up to a known number.
    """
    os.closerange(INPUTS + 1, _highest() + 1)


def _highest() -> int:
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            return max(int(name) for name in os.listdir(folder) if name.isdigit())
        except (OSError, ValueError):
            continue
    return os.sysconf("SC_OPEN_MAX")
