"""Escape cells of a CSV that may be opened in a spreadsheet, and text for other formats."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

#: A cell that begins so is a formula to a spreadsheet (also in full width).
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_STARTS = re.compile(r"((?:^|[,;|])\s*)('*[" + re.escape("".join(_FORMULA)) + "])")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
#: A mark that would be taken for one that `safe_id` writes.
_ESCAPED = re.compile(r"\\(?=u[0-9a-f]{4})")
_TURNING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_EDGES = re.compile(r"^\s+|\s+$")
Cell = str | int | float | None


def safe(text: str) -> str:
    """Return text from outside as a cell: on one line, and no formula.

    Nor is any part of it that a spreadsheet makes a cell of which splits at semicolons or bars. An
    apostrophe stands before each formula and before apostrophes before one, so that no two texts
    become one by it.
    """
    return _no_formula(_TURNING.sub("", _CONTROL.sub(" ", text)).strip())


def safe_id(text: str) -> str:
    """Return an id as a cell; different ids stay different.

    What cannot be seen is written as `\\u200b` instead of being left out.
    """
    marked = _ESCAPED.sub(lambda _: _mark("\\"), text)
    for pattern in (_CONTROL, _TURNING, _EDGES):
        marked = pattern.sub(lambda found: "".join(map(_mark, found.group())), marked)
    return _no_formula(marked)


def _no_formula(text: str) -> str:
    return _STARTS.sub(r"\1'\2", text)


def _mark(character: str) -> str:
    return f"\\u{ord(character):04x}"


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
