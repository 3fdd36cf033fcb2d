"""Convert lines of a notebook's joined code to what a person sees: a cell, and a line in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ..sandbox.protocol.outcome import Outcome, Raised
from ..sandbox.source.notes import LoadNote
from .job import ForbiddenUse, Run

_MARKER = "# %% cell "


class CellPlaces:
    """The first lines of the cells of one submission; a script has no cells."""

    def __init__(self, source: str, cells: Sequence[int]) -> None:
        self._lines = source.split("\n")
        self._starts = list(cells)
        self._numbers = [_number(self._lines, first) for first in cells]

    def of(self, line: int) -> tuple[int, int]:
        """Return (cell, line in it); the cell is 0 for a line of a script."""
        at = bisect_right(self._starts, line) - 1
        if at < 0:
            return 0, line
        return self._numbers[at], line - self._starts[at] + 1

    def text(self, line: int, cell: int = 0) -> str | None:
        """Return a line of the source; None if the cell or script has no such line."""
        if not self._starts:
            return self._lines[line - 1] if cell == 0 and 0 < line <= len(self._lines) else None
        if cell not in self._numbers or line < 1:
            return None
        at = self._numbers.index(cell)
        first = self._starts[at]
        end = self._starts[at + 1] if at + 1 < len(self._starts) else len(self._lines) + 1
        return self._lines[first + line - 2] if first + line <= end else None

    def holds(self, line: int, text: str) -> bool:
        """Whether a line of any cell, or of a script, has this text, ignoring indentation."""
        cells = self._numbers or [0]
        return any((self.text(line, cell) or "").strip() == text.strip() for cell in cells)

    def place(self, run: Run) -> Run:
        """Return the run of a notebook with every line counted within its cell."""
        return run._replace(
            outcomes={id: self._outcome(outcome) for id, outcome in run.outcomes.items()},
            load_error=run.load_error and self._outcome(run.load_error),
            forbidden=tuple(self._use(use) for use in run.forbidden),
            notes=tuple(self._note(note) for note in run.notes),
        )

    def _outcome(self, outcome: Outcome) -> Outcome:
        if outcome.error is None or outcome.error.line is None:
            return outcome
        return outcome._replace(error=self._raised(outcome.error, outcome.error.line))

    def _raised(self, error: Raised, line: int) -> Raised:
        cell, line = self.of(line)
        return error._replace(line=line, cell=cell)

    def _note(self, note: LoadNote) -> LoadNote:
        places = [self.of(line) for line in note.lines]
        return note._replace(
            lines=tuple(line for _, line in places), cells=tuple(cell for cell, _ in places)
        )

    def _use(self, use: ForbiddenUse) -> ForbiddenUse:
        cell, line = self.of(use.line)
        return use._replace(line=line, cell=cell)


def _number(lines: list[str], first: int) -> int:
    """Return the number in the marker line above a cell."""
    marker = lines[first - 2] if 2 <= first <= len(lines) + 1 else ""
    digits = marker.removeprefix(_MARKER)
    return int(digits) if marker.startswith(_MARKER) and digits.isdecimal() else 0
