"""The gradebook: submissions, reports, overrides and the grades that follow from them, in SQL."""

from __future__ import annotations


def need() -> None:
    """Raise GradebookError, with the way out, if the packages of the extra are missing."""
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("sqlalchemy", "alembic")):
        from ..errors import GradebookError

        raise GradebookError("gradebook", "extra")
