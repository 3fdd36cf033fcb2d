"""Escape cells of a CSV that may be opened in a spreadsheet, and text for other formats."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

#: Characters with which a formula begins in a spreadsheet, also in full width.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_STARTS = re.compile(r"((?:^|[,;|])\s*)('*[" + re.escape("".join(_FORMULA)) + "])")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
#: A backslash that could be mistaken for the start of an escape written by `safe_id`.
_ESCAPED = re.compile(r"\\(?=u[0-9a-f]{4})")
_TURNING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_EDGES = re.compile(r"^\s+|\s+$")
Cell = str | int | float | None


def safe(text: str) -> str:
    """Return untrusted text as a cell of one line that no spreadsheet takes for a formula.

    The parts between commas, semicolons and bars are protected too, because a spreadsheet may split
    the text there. The mark is an apostrophe, also before apostrophes that precede a formula, so
    that marking never makes two texts equal.
    """
    return _no_formula(_TURNING.sub("", _CONTROL.sub(" ", text)).strip())


def safe_id(text: str) -> str:
    """Return an id as a cell; different ids stay different.

    Invisible characters, and spaces at the edges, are written like `\\u200b` instead of removed.
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
    """Return rows as CSV. Untrusted text must have been passed through `safe` or `safe_id`."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    for row in rows:
        writer.writerow("" if cell is None else cell for cell in row)
    return out.getvalue()
