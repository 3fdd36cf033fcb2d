"""End open processes and threads when Python exits, while modules can still be imported.

They are ended in the order in which they were opened: a grader ends its threads, and these their
runners, before the remaining runners are ended.
"""

from __future__ import annotations

import atexit
import os
from typing import Protocol
from weakref import WeakKeyDictionary


class EndsAtExit(Protocol):
    """An owner of processes or threads that must not outlive Python."""

    def end_at_exit(self) -> None:
        """End the processes and threads; print and raise nothing."""
        ...


#: Owner → id of the process that opened it, because a fork must not end its parent's processes.
_open: WeakKeyDictionary[EndsAtExit, int] = WeakKeyDictionary()


def end_with_python(opened: EndsAtExit) -> None:
    """Register `opened` to be ended when Python exits, if it still exists then."""
    _open[opened] = os.getpid()


@atexit.register
def _end_all() -> None:
    for opened, owner in list(_open.items()):
        if owner == os.getpid():
            opened.end_at_exit()
