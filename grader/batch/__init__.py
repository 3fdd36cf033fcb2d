"""Grading many submissions at once: a worker process for each core, each with its own zygote.

Import is lazy: a worker imports no more of this package than it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import Graded, grade, grade_many
    from .pool import Pool
    from .progress_bar import Progress
    from .tasks import Done, Settings, Task

_HOMES = {
    "Done": "tasks",
    "Graded": "api",
    "Pool": "pool",
    "Progress": "progress_bar",
    "Settings": "tasks",
    "Task": "tasks",
    "grade": "api",
    "grade_many": "api",
}

__all__ = ["Done", "Graded", "Pool", "Progress", "Settings", "Task", "grade", "grade_many"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
