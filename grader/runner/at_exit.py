"""End what is still open when Python ends, while everything can still be imported.

In the order in which it was opened: a grader ends its threads, and these their runners, before
the runners that are left are ended.
"""

from __future__ import annotations

import atexit
import os
from typing import Protocol
from weakref import WeakKeyDictionary


class EndsAtExit(Protocol):
    """What has processes or threads that must not outlive Python."""

    def end_at_exit(self) -> None:
        """End them; print and raise nothing."""
        ...


#: With the process in which it was opened: a fork of it must not end the processes of its parent.
_open: WeakKeyDictionary[EndsAtExit, int] = WeakKeyDictionary()


def end_with_python(opened: EndsAtExit) -> None:
    """Have `opened` ended when Python ends, if it still exists then."""
    _open[opened] = os.getpid()


@atexit.register
def _end_all() -> None:
    for opened, owner in list(_open.items()):
        if owner == os.getpid():
            opened.end_at_exit()
