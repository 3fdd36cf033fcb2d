"""The lines of a Python source, read without parsing: which go on, and what is code in them.

Each character is looked at a bounded number of times, whatever the source holds: sources are
strangers'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: What opens a string or a comment, counts as a bracket, or joins the next line to this one.
_MARK = re.compile(r"""#|\"{3}|'{3}|["'()\[\]{}]|\\$""")
#: What matters within a string: an escape, or the quotes that close it.
_WITHIN = {quotes: re.compile(rf"\\|{quotes}") for quotes in ('"""', "'''", '"', "'")}


class Statement:
    """Follow a source line by line: strings, brackets, and backslashes at ends of lines."""

    def __init__(self) -> None:
        self._quotes = ""
        self._depth = 0
        self._joined = False

    @property
    def goes_on(self) -> bool:
        """Whether the statement of the lines read so far goes on in the next one."""
        return bool(self._quotes or self._depth or self._joined)

    @property
    def joined(self) -> bool:
        """Whether a backslash joins the next line to the last one."""
        return self._joined

    def read(self, line: str) -> str:
        """Read one more line; return its code, without strings and comments."""
        self._joined = False
        code: list[str] = []
        place = self._after_string(line, 0) if self._quotes else 0
        while mark := _MARK.search(line, place):
            code.append(line[place : mark.start()])
            place = mark.end()
            if mark[0] in _WITHIN:
                code.append('""')
                self._quotes = mark[0]
                place = self._after_string(line, place)
            elif mark[0] == "#":
                return "".join(code)
            elif mark[0] == "\\":
                self._joined = True
            else:
                code.append(mark[0])
                self._depth = max(0, self._depth + (1 if mark[0] in "([{" else -1))
        code.append(line[place:])
        return "".join(code)

    def _after_string(self, line: str, place: int) -> int:
        """Return where the open string ends; the line's end if it does not end here."""
        while found := _WITHIN[self._quotes].search(line, place):
            place = found.end()
            if found[0] == self._quotes:
                self._quotes = ""
                return place
            place += 1  # what is escaped; behind the end of the line, the end itself
        if len(self._quotes) == 1 and place <= len(line):
            self._quotes = ""
        return len(line)


def code_lines(source: str) -> Iterator[str]:
    """Yield the code of each line, without strings and comments; lines joined by \\ are one."""
    statement = Statement()
    joined: list[str] = []
    for line in source.split("\n"):
        joined.append(statement.read(line))
        if not statement.joined:
            yield " ".join(joined)
            joined = []
    if joined:
        yield " ".join(joined)
