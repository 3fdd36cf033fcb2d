"""Fill a CSV exported by an LMS, preserving its delimiter and other content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError
from ..submissions.csv_table import read_csv

_POINT = re.compile(r"-?\d+\.\d+")
_COMMA = re.compile(r"-?\d+,\d+")


@dataclass(frozen=True)
class Sheet:
    """The header of a CSV, its other rows (none shorter than the header), and the delimiter."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    delimiter: str

    def comma(self, columns: Sequence[int]) -> bool:
        """Return whether numbers have a decimal comma, judging by those in these columns.

        If none of them has a decimal point, a semicolon as delimiter is proof enough: programs use
        it where the comma is the decimal mark.
        """
        cells = [row[at].strip() for row in self.rows for at in columns if at < len(row)]
        if any(_POINT.fullmatch(cell) for cell in cells):
            return False
        return self.delimiter == ";" or any(_COMMA.fullmatch(cell) for cell in cells)


def read_sheet(path: Path) -> Sheet:
    """Read a CSV exported by an LMS. Raises UsageError if it cannot be read or is empty."""
    table = read_csv(path)
    rows = [row for _, row in table.rows]
    if not rows:
        raise UsageError("exchange", "empty", file=path)
    width = len(rows[0])
    return Sheet(rows[0], [row + [""] * (width - len(row)) for row in rows[1:]], table.delimiter)
