"""Which kind of child runs a submission here. Imports little, for a check asks it first.

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

#: The environment variable that asks for plain children where there could be a sandbox.
FORCED = "LEARNCNN_PLAIN"


def can_fork() -> bool:
    """Whether a zygote can be used: Linux alone, for elsewhere libraries do not survive fork."""
    return sys.platform == "linux" and hasattr(os, "fork")


def plain_here() -> bool:
    """Whether children have no sandbox here: there is none on this system, or it is not wanted."""
    return not can_fork() or os.environ.get(FORCED, "") not in ("", "0")


def kind_of_child(start: str, device: str) -> Kind:
    """Return the kind for `start`, which is a kind or `auto`."""
    if start == "plain" or (start == "auto" and plain_here()):
        return "plain"
    return "spawn" if start == "spawn" or device == "cuda" else "fork"
