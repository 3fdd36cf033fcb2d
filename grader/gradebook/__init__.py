"""The gradebook: submissions, reports, overrides and the grades that follow from them, in SQL.

Import is lazy, for a worker of a batch needs `records` alone and `check` nothing of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .grades import Attempt, Grade, StudentGrades
    from .opening import Gradebook, open_gradebook
    from .reading import grades_of, report_document
    from .rubric import Rubric, read_rubric

_HOMES = {
    "Attempt": "grades",
    "Grade": "grades",
    "Gradebook": "opening",
    "Rubric": "rubric",
    "StudentGrades": "grades",
    "grades_of": "reading",
    "open_gradebook": "opening",
    "report_document": "reading",
    "read_rubric": "rubric",
}

__all__ = [
    "Attempt",
    "Grade",
    "Gradebook",
    "Rubric",
    "StudentGrades",
    "grades_of",
    "need",
    "open_gradebook",
    "read_rubric",
    "report_document",
]


def need() -> None:
    """Raise GradebookError, with the way out, if the packages of the extra are missing."""
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("sqlalchemy", "alembic")):
        from ..errors import GradebookError
        from ..texts import say

        raise GradebookError(say("gradebook", "extra"))


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    need()
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
