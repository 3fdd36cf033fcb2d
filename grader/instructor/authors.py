"""Determine the author of a decision, which is stored with it."""

from __future__ import annotations

import getpass

from ..errors import UsageError


def login(author: str | None) -> str:
    """Return who decides: the one named, or the user of this computer. Raises UsageError."""
    if author and author.strip():
        return author.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:
        raise UsageError("show", "no_author") from error
