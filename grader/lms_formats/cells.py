"""Cells of a CSV that somebody will open in a spreadsheet, and text for other formats."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

#: A cell that begins so is a formula to a spreadsheet (also in full width).
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_TURNING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
Cell = str | int | float | None


def safe(text: str) -> str:
    """Text from outside as a cell: on one line, and no formula."""
    flat = _TURNING.sub("", _CONTROL.sub(" ", text)).strip()
    return f"'{flat}" if flat.startswith(_FORMULA) else flat


def number(value: float | None, digits: int = 4, *, comma: bool = False) -> str:
    """Return a number without needless zeros, or an empty cell; `comma` is its decimal mark."""
    if value is None:
        return ""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return text.replace(".", ",") if comma else text


def csv_text(rows: Iterable[Sequence[Cell]], delimiter: str = ",") -> str:
    """Rows as CSV. Text must be `safe` already; numbers and what we write ourselves are."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    for row in rows:
        writer.writerow("" if cell is None else cell for cell in row)
    return out.getvalue()
