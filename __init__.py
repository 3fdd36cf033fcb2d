"""learncnn: learn, and grade, how convolutional networks work.

`learncnn.grade(source, "ex01")` grades one submission, `learncnn.Grader` grades submissions one
after another with a warm worker, and `learncnn.grade_many(pairs)` grades many at once. In a
notebook, `learncnn.check(corr2d)` checks the function that its cells define. Each name is imported
on first use.
"""

from __future__ import annotations

from .grader import VERSION as __version__

TYPE_CHECKING = False  # importing `typing` here would delay the start of a check's worker
if TYPE_CHECKING:
    from typing import Any

    from .grader.batch.api import Graded, grade, grade_many
    from .grader.batch.warm_grader import Grader
    from .grader.errors import LearncnnError
    from .grader.grading.report import Report
    from .grader.notebook_check.check_call import check

_HOMES = {
    "Graded": "batch.api",
    "Grader": "batch.warm_grader",
    "LearncnnError": "errors",
    "Report": "grading.report",
    "check": "notebook_check.check_call",
    "grade": "batch.api",
    "grade_many": "batch.api",
}

#: Names through which a notebook gets reports, which it shows as HTML.
_REPORTING = ("Grader", "Report", "grade", "grade_many")

__all__ = [
    "Graded",
    "Grader",
    "LearncnnError",
    "Report",
    "__version__",
    "check",
    "grade",
    "grade_many",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if name in _REPORTING:
        import_module(".grader.notebook_check.report_shown", __name__)
    return getattr(import_module(f".grader.{_HOMES[name]}", __name__), name)
