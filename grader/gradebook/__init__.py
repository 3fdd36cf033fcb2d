"""The gradebook: submissions, reports, overrides and the grades that follow from them, in SQL.

Import is lazy, for a worker of a batch needs `records` alone and `check` nothing of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .connection import Gradebook, open_gradebook
    from .grades import Attempt, Grade, StudentGrades
    from .queries import grades_of, report_document
    from .rubric import Rubric, read_rubric

_HOMES = {
    "Attempt": "grades",
    "Grade": "grades",
    "Gradebook": "connection",
    "Rubric": "rubric",
    "StudentGrades": "grades",
    "grades_of": "queries",
    "open_gradebook": "connection",
    "report_document": "queries",
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
        from ..i18n.texts import say

        raise GradebookError(say("gradebook", "extra"))


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    need()
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
