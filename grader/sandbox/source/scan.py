"""Scan Python line by line, for statements that continue and for IPython's own syntax.

A tokenizer would need valid source, which notebooks and unfinished files are not. Every character
is read once, so the time is linear for any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_MARK = re.compile(r"""[#"'()\[\]{}\\!?%]""")
#: Bracket → change in the number of open brackets.
_STEPS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
#: Quote → pattern of what can end a string, or escape its end.
_STOPS = {quote: re.compile(rf"[{quote}\\]") for quote in "\"'"}


class ScannedLine(NamedTuple):
    """The result of scanning one line."""

    #: The line's code without the contents of strings and without comments.
    code: str
    #: Position of a `!`, `?` or `%` that is not Python syntax, or -1.
    escape: int = -1


class LineScanner:
    """Scans lines in order; tracks open quotes and brackets, and a backslash at a line's end."""

    def __init__(self) -> None:
        self._quotes = ""
        self._depth = 0
        self._joined = False

    @property
    def goes_on(self) -> bool:
        """Return whether the next line belongs to the same statement."""
        return bool(self._quotes or self._depth or self._joined)

    @property
    def in_text(self) -> bool:
        """Return whether the next line starts within a string."""
        return bool(self._quotes)

    @property
    def joined(self) -> bool:
        """Return whether a backslash joins the next line to the last one."""
        return self._joined

    def read(self, line: str) -> ScannedLine:
        """Scan one line, given without its line end.

        Text after an escape is IPython's, so the scan and the statement end there.
        """
        place, self._joined = 0, False
        code: list[str] = []
        while place < len(line):
            if self._quotes:
                place = self._string_end(line, place)
                continue
            mark = _MARK.search(line, place)
            if mark is None or mark[0] == "#":
                code.append(line[place : mark.start() if mark else len(line)])
                break
            code.append(line[place : mark.start()])
            place = mark.end()
            if mark[0] in "\"'":
                code.append('""')
                self._quotes = mark[0] * (3 if line.startswith(mark[0] * 3, mark.start()) else 1)
                place = mark.start() + len(self._quotes)
            elif mark[0] == "\\":
                self._joined = place == len(line)
            else:
                if mark[0] in "!?%" and not self._depth and _is_escape(line, mark.start()):
                    return ScannedLine("".join(code), mark.start())
                self._depth = max(0, self._depth + _STEPS.get(mark[0], 0))
                code.append(mark[0])
        if len(self._quotes) == 1:
            # A single-quoted string ends with its line, unless a backslash continues it.
            self._joined = line.endswith("\\")
            self._quotes = self._quotes if self._joined else ""
        return ScannedLine("".join(code))

    def _string_end(self, line: str, place: int) -> int:
        """Return the position after the string's end or its next escape, or the line's end."""
        stop = _STOPS[self._quotes[0]].search(line, place)
        if stop is None:
            return len(line)
        if stop[0] == "\\":
            return stop.end() + 1
        if line.startswith(self._quotes, stop.start()):
            place = stop.start() + len(self._quotes)
            self._quotes = ""
            return place
        return stop.end()


def code_lines(source: str) -> Iterator[str]:
    """Yield the code of each line, without strings and comments; joined lines count as one."""
    scanner = LineScanner()
    joined: list[str] = []
    for line in source.split("\n"):
        joined.append(scanner.read(line).code)
        if not scanner.joined:
            yield " ".join(joined)
            joined = []
    if joined:
        yield " ".join(joined)


def _is_escape(line: str, place: int) -> bool:
    """Return whether the mark is not Python: `!=` is a comparison, `%` usually a remainder."""
    if line[place] == "?":
        return True
    if line[place] == "!":
        return not line.startswith("=", place + 1)
    before = line[:place].rstrip()
    return not before or (before[-1] in "=:" and line[place + 1 : place + 2].isalpha())
