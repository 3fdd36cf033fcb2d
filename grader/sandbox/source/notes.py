"""Notes for people on how a source was loaded; made in the process that runs the student's code.

A submission can forge a note, so notes are only shown and never affect points.
"""

from __future__ import annotations

from typing import NamedTuple

#: Maximum number of notes per submission (and of lines per note), and of characters per text.
NOTES, TEXT = 32, 200
KINDS = frozenset(
    {
        "ran", "left_out", "not_parsed", "slow", "absent", "defined_twice", "rebound",
        "in_class", "in_module", "recovered", "renamed", "no_default",
    }
)  # fmt: skip


class LoadNote(NamedTuple):
    """One note: its kind, the name it concerns, lines of the source, and a text (an error)."""

    kind: str
    name: str = ""
    lines: tuple[int, ...] = ()
    text: str = ""
    #: Number of the cell in which each line is counted, added by the grader; empty in a script.
    cells: tuple[int, ...] = ()

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Return pairs (line, cell); the cell is 0 in a script."""
        return tuple(zip(self.lines, self.cells or (0,) * len(self.lines), strict=False))

    def clipped(self) -> LoadNote:
        """Return the note cut to the bounds of the protocol."""
        return LoadNote(self.kind, self.name[:TEXT], self.lines[:NOTES], self.text[:TEXT])
