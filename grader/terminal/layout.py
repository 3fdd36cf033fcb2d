"""Lay out text on a terminal: widths of wide characters, optional colour, blocks in rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

#: Default width and maximum width of a screen, in columns.
WIDTH = 80
MAX_WIDTH = 100
#: Space at which no line is broken.
NO_BREAK = "\xa0"

_ESCAPES = r"\x1b\[[0-9;]*m"
_CODES = {
    "bold": "1",
    "dim": "2",
    "italic": "3",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}
#: Characters that must not start a line in Chinese typesetting.
_NO_LINE_START = "，。；：、！？）》”’,.;:!?)"
#: Pattern of pieces that stay on one line: spaces, a word, or a Chinese character with opening
#: brackets before it; each with the punctuation after it.
_PIECE = (
    r"[ \t]+|(?:[(\[（《“]{1,8}[\u2e80-\u9fff]|[^ \t\u2e80-\u9fff\uff00-\uffef]+|.)"
    rf"[{re.escape(_NO_LINE_START)}]*"
)
#: The same for text without Chinese characters, because compiling `_PIECE` takes 2 ms.
_WORD = r"[ \t]+|[^ \t]+"
_FIRST_CHINESE = "\u2e80"
#: Control characters, line separators, and characters that change the direction of writing.
_UNSAFE = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"


class Paint(NamedTuple):
    """Adds escape sequences for styles to text if `color` is set, else returns it unchanged."""

    color: bool = False

    def __call__(self, text: str, *styles: str) -> str:
        if not self.color or not styles or not text:
            return text
        codes = ";".join(_CODES[style] for style in styles)
        return f"\x1b[{codes}m{text}\x1b[0m"


def clean(text: str) -> str:
    """Return untrusted text made safe for a terminal: no control characters, tabs as spaces."""
    return re.sub(_UNSAFE, "", text.expandtabs(4))


def width_of(text: str) -> int:
    """Return the width of a line in columns; colours take none, wide characters two."""
    if text.isascii() and "\x1b" not in text:
        return len(text)
    return sum(map(_columns, re.sub(_ESCAPES, "", text)))


def padded(text: str, width: int) -> str:
    """Return `text` padded with spaces to `width` columns."""
    return text + " " * max(0, width - width_of(text))


def clipped(text: str, width: int) -> str:
    """Return a plain line cut to at most `width` columns, with an ellipsis if it was cut."""
    return text if width_of(text) <= width else _fitting(text, width - 1) + "…"


def wrapped(text: str, width: int) -> list[str]:
    """Break plain text into lines of at most `width` columns, at words or Chinese characters."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if width_of(paragraph) <= width:
            lines.append(paragraph.strip() if lines else paragraph.rstrip())
            continue
        line = ""
        chinese = max(paragraph) >= _FIRST_CHINESE
        for piece in re.findall(_PIECE, paragraph) if chinese else re.findall(_WORD, paragraph):
            if line and width_of(line) + width_of(piece.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            *full, piece = _cut(piece, width)
            lines += full
            if line or not piece.isspace() or not lines:
                line += piece
        lines.append(line.rstrip())
    return [line.replace(NO_BREAK, " ") for line in lines]


def _cut(word: str, width: int) -> list[str]:
    """Split a word into pieces of at most `width` columns; most words stay whole."""
    if width_of(word.rstrip()) <= width:
        return [word]
    pieces, start, used = [], 0, 0
    for at, character in enumerate(word):
        columns = _columns(character)
        if used + columns > width and at > start:
            pieces.append(word[start:at])
            start, used = at, 0
        used += columns
    return [*pieces, word[start:]]


def _fitting(text: str, width: int) -> str:
    """Return the longest prefix of a plain line that fits into `width` columns."""
    used = 0
    for count, character in enumerate(text):
        used += _columns(character)
        if used > width:
            return text[:count]
    return text


def indented(lines: Sequence[str], by: int) -> list[str]:
    """Return lines indented by `by` spaces; empty lines stay empty."""
    return [" " * by + line if line else "" for line in lines]


def joined(first: str, second: str, gap: int, width: int) -> list[str]:
    """Return two texts on one line, or on two lines if one would be wider than `width`."""
    fits = width_of(first) + gap + width_of(second) <= width
    return [first + " " * gap + second] if fits else [first, second]


def beside(blocks: Sequence[Sequence[str]], gap: int, width: int) -> list[str]:
    """Place blocks side by side, starting a new row if `width` is exceeded."""
    rows: list[list[Sequence[str]]] = []
    used = 0
    for block in blocks:
        wide = max(map(width_of, block), default=0)
        if rows and used + gap + wide <= width:
            rows[-1].append(block)
            used += gap + wide
        else:
            rows.append([block])
            used = wide
    lines: list[str] = []
    for row in rows:
        if lines:
            lines.append("")
        lines += _side_by_side(row, gap)
    return lines


def _side_by_side(blocks: Sequence[Sequence[str]], gap: int) -> list[str]:
    widths = [max(map(width_of, block), default=0) for block in blocks]
    lines = []
    for number in range(max(map(len, blocks))):
        cells = [block[number] if number < len(block) else "" for block in blocks]
        padded_cells = [padded(c, w) for c, w in zip(cells, widths, strict=True)]
        lines.append((" " * gap).join(padded_cells).rstrip())
    return lines


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
