"""Read CSV files as spreadsheets write them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import SubmissionError, UsageError
from .folder import read_regular

MAX_BYTES = 16 << 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Signatures of Excel workbooks, new and old.
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: A first line that tells Excel the delimiter.
_SEP = re.compile(r"\ufeff?\"?sep=(.)\"?\r?\n", re.IGNORECASE)
#: Bytes above ASCII, and the letter after them.
_HIGH = re.compile(rb"([\x80-\xff]+)([A-Za-z]?)")


@dataclass(frozen=True)
class Table:
    """A CSV that was read."""

    #: The rows that are not blank, with the numbers of the lines where they end.
    rows: list[tuple[int, list[str]]]
    delimiter: str


def read_csv(path: Path) -> Table:
    """Read a CSV. Raises UsageError.

    Detects UTF-8, UTF-16 (Excel), GB 18030 and Windows-1252, and a comma, semicolon or tab as
    the delimiter.
    """
    text = _text(path)
    told = _SEP.match(text)
    start = told.end() if told else 0
    delimiter = told[1] if told else _delimiter(text)
    return Table(list(_rows(path, text[start:], delimiter, 1 if told else 0)), delimiter)


def _rows(path: Path, text: str, delimiter: str, above: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield above + reader.line_num, row
    except csv.Error as error:
        line = above + reader.line_num
        raise UsageError(
            "containers", "csv.line", name=path.name, line=line, reason=error
        ) from error


def _text(path: Path) -> str:
    resolved = path.resolve()
    try:
        content = read_regular(resolved.parent, resolved.name, MAX_BYTES)
    except SubmissionError as error:
        if not isinstance(system := error.__cause__, OSError):
            raise UsageError("containers", "csv.refused", name=path, reason=error) from error
        reason = system.strerror
        raise UsageError("containers", "csv.unreadable", name=path, reason=reason) from error
    if content.startswith(_WORKBOOK):
        raise UsageError("containers", "csv.workbook", name=path.name)
    text = _decoded(content)
    if "\0" in text:
        raise UsageError("containers", "csv.no_text", name=path.name)
    return text


def _delimiter(text: str) -> str:
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(",;\t", key=first.count)


def _decoded(content: bytes) -> str:
    if content.startswith(_UTF16):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    # In GB 18030, Chinese has these bytes in pairs; a western one is alone between letters.
    pairs = western = 0
    for run in _HIGH.finditer(content):
        odd = len(run[1]) % 2
        pairs += not odd
        western += bool(odd and run[2])
    if western <= pairs:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError:
            pass
    return content.decode("cp1252", "replace")
