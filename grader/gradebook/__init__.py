"""The gradebook: a SQL database of submissions, reports, overrides and the resulting grades."""

from __future__ import annotations


def need() -> None:
    """Raise GradebookError if the packages of the optional extra are not installed."""
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("sqlalchemy", "alembic")):
        from ..errors import GradebookError

        raise GradebookError("gradebook", "extra")
