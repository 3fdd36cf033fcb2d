"""What a person should know of how a source was loaded; made beside the student's code.

A note can be forged by a submission: it is text for people, never a mark.
"""

from __future__ import annotations

from typing import NamedTuple

#: Maximum number of notes of one submission, and of characters in each text.
NOTES, TEXT = 32, 200
KINDS = frozenset(
    {
        "ran", "left_out", "not_parsed", "slow", "absent", "defined_twice", "rebound",
        "in_class", "in_module", "recovered",
    }
)  # fmt: skip


class LoadNote(NamedTuple):
    """One remark: its kind, the name it concerns, lines of the source, and the error's words."""

    kind: str
    name: str = ""
    lines: tuple[int, ...] = ()
    text: str = ""
    #: The cell in which each line is counted, as the grader knows it; empty in a script.
    cells: tuple[int, ...] = ()

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Pairs (line, cell); the cell is 0 in a script."""
        return tuple(zip(self.lines, self.cells or (0,) * len(self.lines), strict=False))

    def clipped(self) -> LoadNote:
        """The note within the bounds of the protocol."""
        return LoadNote(self.kind, self.name[:TEXT], self.lines[:NOTES], self.text[:TEXT])
