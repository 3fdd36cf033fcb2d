"""Pages: a check, a student's feedback and the class as self-contained HTML."""

from __future__ import annotations


def need() -> None:
    """Raise UsageError, with advice, if the package of the extra is missing."""
    from importlib.util import find_spec

    from ...errors import UsageError

    if find_spec("jinja2") is None:
        raise UsageError("page", "extra")
