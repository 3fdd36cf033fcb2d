"""Detect Git's conflict markers of an unfinished merge."""

from __future__ import annotations

_MARKS = (b"\n<<<<<<< ", b"\n=======", b"\n>>>>>>> ")


def has_merge_marks(content: bytes) -> bool:
    """Return whether a file contains all three markers, each at the beginning of a line."""
    return all(mark in content or content.startswith(mark[1:]) for mark in _MARKS)
