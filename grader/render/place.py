"""Format the position of a line: `line 14`, or `cell 5, line 3` in a notebook."""

from __future__ import annotations

from ..i18n.texts import say


def line_place(line: int, cell: int = 0) -> str:
    """Return the position of a line, which is counted within `cell` unless that is 0."""
    if cell:
        return say("loading", "cell", cell=cell, line=line)
    return say("loading", "line", line=line)
