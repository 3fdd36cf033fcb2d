"""Determine the author of a decision, which is stored with it."""

from __future__ import annotations

import getpass

from ..errors import UsageError


def login(author: str | None) -> str:
    """Return the given author, or else the name of this computer's user.

    Raises UsageError if the user has no name.
    """
    if author and author.strip():
        return author.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:
        raise UsageError("show", "no_author") from error
