"""Implement `similar`: find suspiciously similar submissions without running them."""

from __future__ import annotations


def need() -> None:
    """Raise UsageError if a package of the extra `similar` is missing."""
    from importlib.util import find_spec

    from ..errors import UsageError

    if not all(find_spec(name) for name in ("copydetect", "jinja2")):
        raise UsageError("similar", "extra")
