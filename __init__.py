"""learncnn: learn, and grade, how convolutional networks work.

`learncnn.grade(source, "ex01")` grades one submission, `learncnn.Grader` one after another with a
worker that stays warm, `learncnn.grade_many(pairs)` many at once. In a notebook
`learncnn.check(corr2d)` checks what its cells define. All are imported when they are first used.
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

#: Names that bring reports, which a notebook shows as HTML.
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
