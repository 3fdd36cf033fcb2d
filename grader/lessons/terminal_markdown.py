"""Render Markdown for a terminal, with the line-breaking rules of Chinese and of formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ..terminal.layout import NO_BREAK, Paint, indented, padded, width_of, wrapped
from .unbroken import unbroken, unbroken_code

if TYPE_CHECKING:
    from markdown_it.token import Token

#: Indentation of code, in columns.
CODE_INDENT = 4
#: Minimum width of a table's column, in characters.
_NARROW = 8

_BULLETS = "•◦"
#: Tag of a heading → character of its underline; the others have "─".
_RULES = {"h1": "═"}


class Styled(NamedTuple):
    """Plain text, and the styles of each character."""

    text: str
    styles: tuple[tuple[str, ...], ...]


def markdown_lines(text: str, width: int, paint: Paint) -> list[str]:
    """Return Markdown as lines of at most `width` columns; code keeps its own width."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return _spaced(_blocks(tokens, width, paint))


def _spaced(blocks: Iterable[list[str]]) -> list[str]:
    """Return the lines of blocks, with an empty line between blocks."""
    lines: list[str] = []
    for block in blocks:
        lines += [*([""] if lines else []), *block]
    return lines


def _blocks(tokens: Sequence[Token], width: int, paint: Paint) -> Iterator[list[str]]:
    """Yield the lines of each block of one level."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = _end(tokens, at)
        inside = tokens[at + 1 : end]
        if token.type == "heading_open":
            title = _wrapped(_styled(inside[0], ("bold",)), width, paint)
            yield [*title, _RULES.get(token.tag, "─") * max(map(width_of, title))]
        elif token.type in ("paragraph_open", "inline"):
            yield _wrapped(_styled(inside[0] if inside else token), width, paint)
        elif token.type in ("fence", "code_block"):
            yield indented(token.content.rstrip("\n").split("\n"), CODE_INDENT)
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield _list(token, inside, width, paint)
        elif token.type == "table_open":
            yield _table(inside, width, paint)
        elif token.type == "blockquote_open":
            yield [f"│ {line}" for line in _spaced(_blocks(inside, width - 2, paint))]
        at = end + 1


def _end(tokens: Sequence[Token], at: int) -> int:
    """Return the index of the token that closes the one at `at`, or `at`."""
    if tokens[at].nesting != 1:
        return at
    depth = 0
    for end in range(at, len(tokens)):
        depth += tokens[end].nesting
        if depth == 0:
            return end
    return len(tokens) - 1


def _list(token: Token, inside: Sequence[Token], width: int, paint: Paint) -> list[str]:
    """Return the lines of a list."""
    lines: list[str] = []
    number = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else 0
    at = 0
    while at < len(inside):
        end = _end(inside, at)
        mark = f"{number}. " if number else f"{_BULLETS[token.level // 2 % 2]} "
        by = width_of(mark)
        item = _spaced(_blocks(inside[at + 1 : end], width - by - 1, paint)) or [""]
        lines += [f" {mark}{item[0]}", *indented(item[1:], by + 1)]
        number += number > 0
        at = end + 1
    return lines


def _table(inside: Sequence[Token], width: int, paint: Paint) -> list[str]:
    """Return the lines of a table, with columns narrowed until it fits into `width`."""
    rows: list[list[Styled]] = []
    for before, token in pairwise(inside):
        if before.type == "tr_open":
            rows.append([])
        if token.type == "inline":
            rows[-1].append(_styled(token, ("bold",) if before.type == "th_open" else ()))
    widths = [max(width_of(row[i].text) for row in rows) for i in range(len(rows[0]))]
    while sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > _NARROW:
        widths[widths.index(max(widths))] -= 1
    lines: list[str] = []
    for number, row in enumerate(rows):
        cells = [_wrapped(cell, columns, paint) for cell, columns in zip(row, widths, strict=True)]
        for i in range(max(map(len, cells))):
            parts = [
                padded(cell[i] if i < len(cell) else "", columns)
                for cell, columns in zip(cells, widths, strict=True)
            ]
            lines.append("  ".join(parts).rstrip())
        if number == 0:
            lines.append("  ".join("─" * columns for columns in widths))
    return lines


def _styled(inline: Token, styles: tuple[str, ...] = ()) -> Styled:
    """Return the text of an inline token, with the styles of each character."""
    text: list[str] = []
    marks: list[tuple[str, ...]] = []
    open_styles = list(styles)
    for token in inline.children or []:
        style = {"strong": "bold", "em": "italic"}.get(token.type.rpartition("_")[0])
        if style and token.nesting == 1:
            open_styles.append(style)
        elif style:
            open_styles.remove(style)
        code = token.type == "code_inline"
        content = " " if token.type in ("softbreak", "hardbreak") else token.content
        text.append(unbroken_code(content) if code else content)
        marks += [(*open_styles, "cyan") if code else tuple(open_styles)] * len(content)
    return Styled("".join(text), tuple(marks))


def _wrapped(styled: Styled, width: int, paint: Paint) -> list[str]:
    """Return styled text as lines of at most `width` columns."""
    lines, at = [], 0
    for line in wrapped(unbroken(styled.text), width):
        parts: list[tuple[tuple[str, ...], str]] = []
        for character in line:
            while styled.text[at].replace(NO_BREAK, " ") != character:
                at += 1
            if parts and parts[-1][0] == styled.styles[at]:
                parts[-1] = (parts[-1][0], parts[-1][1] + character)
            else:
                parts.append((styled.styles[at], character))
            at += 1
        lines.append("".join(paint(part, *styles) for styles, part in parts))
    return lines
