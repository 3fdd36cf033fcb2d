"""A CSV of an LMS that is to be filled: as it is, with its delimiter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError
from ..i18n.texts import say
from ..submissions.csv_table import read_csv


@dataclass(frozen=True)
class Sheet:
    """Its first row, the others, none shorter than the first, and what separates cells."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    delimiter: str


def read_sheet(path: Path) -> Sheet:
    """Read it. Raises UsageError."""
    table = read_csv(path)
    rows = [row for _, row in table.rows]
    if not rows:
        raise UsageError(say("exchange", "empty", file=path))
    width = len(rows[0])
    return Sheet(rows[0], [row + [""] * (width - len(row)) for row in rows[1:]], table.delimiter)
