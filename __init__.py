"""learncnn: learn, and grade, how convolutional networks work.

`learncnn.grade(source, "ex01")` grades one submission, `learncnn.Grader` one after another with a
worker that stays warm, `learncnn.grade_many(pairs)` many at once. All are imported when they are
first used.
"""

from __future__ import annotations

from .grader import VERSION as __version__

TYPE_CHECKING = False  # `typing` itself would be loaded before a check's worker is started
if TYPE_CHECKING:
    from typing import Any

    from .grader.batch.api import Graded, grade, grade_many
    from .grader.batch.warm_grader import Grader
    from .grader.errors import LearncnnError
    from .grader.grading.report import Report

_HOMES = {
    "Graded": "batch.api",
    "Grader": "batch.warm_grader",
    "LearncnnError": "errors",
    "Report": "grading.report",
    "grade": "batch.api",
    "grade_many": "batch.api",
}

__all__ = ["Graded", "Grader", "LearncnnError", "Report", "__version__", "grade", "grade_many"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".grader.{_HOMES[name]}", __name__), name)
