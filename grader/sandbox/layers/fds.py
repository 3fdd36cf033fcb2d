"""A child keeps four file descriptors and no other while a submission runs."""

from __future__ import annotations

import fcntl
import os
from typing import NamedTuple

#: The socket to the grader; 0 is /dev/null, 1 and 2 are the file that takes what is printed.
CHANNEL = 3
#: A file of inputs, if there is one, until the submission is loaded; it is shut before that runs.
INPUTS = 4
#: Above every place, and above what a zygote has open.
_LIFTED = 200


class Given(NamedTuple):
    """The descriptors that a child starts with, wherever they are; -1 is none."""

    null: int
    output: int
    channel: int
    inputs: int = -1


def arrange(given: Given, ruleset: int, *, close_rest: bool) -> int:
    """Put the descriptors at their places and close all others; returns the ruleset's place.

    Every one is lifted above the places first, so that none is overwritten before it moves.
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
    """Close what a fresh interpreter got beside its places; done once, before any child.

    So a child only has to close up to a number that is known.
    """
    os.closerange(INPUTS + 1, _highest() + 1)


def _highest() -> int:
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            return max(int(name) for name in os.listdir(folder) if name.isdigit())
        except (OSError, ValueError):
            continue
    return os.sysconf("SC_OPEN_MAX")
