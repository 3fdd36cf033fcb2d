"""Choose the kind of child that runs a submission. Imports little, because a check needs it first.

*fork*: a zygote forks a locked child. *spawn*: a locked child is a fresh interpreter (CUDA).
*plain*: a fresh interpreter without a sandbox, on any system.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # `typing` itself is loaded only once the worker is under way
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["fork", "spawn", "plain"]

#: Environment variable that requests plain children although a sandbox is available.
FORCED = "LEARNCNN_PLAIN"


def can_fork() -> bool:
    """Return whether a zygote can be used: only on Linux; elsewhere libraries break on fork."""
    return sys.platform == "linux" and hasattr(os, "fork")


def plain_here() -> bool:
    """Return whether children have no sandbox: none is available, or plain ones are requested."""
    return not can_fork() or os.environ.get(FORCED, "") not in ("", "0")


def kind_of_child(start: str, device: str) -> Kind:
    """Return the kind of child for `start`, which is a kind or `auto`."""
    if start == "plain" or (start == "auto" and plain_here()):
        return "plain"
    return "spawn" if start == "spawn" or device == "cuda" else "fork"
