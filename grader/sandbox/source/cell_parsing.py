"""Parse a source cell by cell, then statement by statement, so that errors stay local."""

from __future__ import annotations
import __future__

import ast
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .scan import LineScanner

#: Compiler flags. Annotations are not evaluated, so that one that names a missing package does not
#: make its function fail.
FLAGS = __future__.annotations.compiler_flag | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
#: Starts of lines in the first column that continue the statement above them.
_GOES_ON = ("else", "elif", "except", "finally", ")", "]", "}", "#", "'''", '"""')


@dataclass(frozen=True)
class Broken:
    """Text that does not parse: its first line, the error, and the names it would define."""

    line: int
    error: SyntaxError
    names: tuple[str, ...]


@dataclass
class SourceStatements:
    """The statements of a source in order, with line numbers in the whole source, and the rest."""

    statements: list[ast.stmt] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)


def parse(source: str, cells: Sequence[int] = ()) -> SourceStatements:
    """Parse `source`; `cells` are the first lines (1-based) of its cells, one cell if empty."""
    lines = source.split("\n")
    starts = [first - 1 for first in cells] or [0]
    parsed = SourceStatements()
    if starts[0] > 0:
        starts.insert(0, 0)
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        _parse_cell(lines[start:end], start, parsed)
    return parsed


def _parse_cell(lines: list[str], offset: int, parsed: SourceStatements) -> None:
    try:
        parsed.statements += _statements("\n".join(lines), offset)
        return
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        pass
    for start, end in _pieces(lines, range(len(lines)), closed=True):
        piece = "\n".join(lines[start:end])
        try:
            parsed.statements += _statements(piece, offset + start)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            _parse_smaller(lines, start, end, offset, error, parsed)


def _parse_smaller(
    lines: list[str], start: int, end: int, offset: int, error: Exception, parsed: SourceStatements
) -> None:
    """Parse a piece again, split at every line that starts in the first column.

    An open bracket or quote may have joined it with the lines below.
    """
    smaller = list(_pieces(lines, range(start, end), closed=False))
    if len(smaller) == 1:
        parsed.broken.append(_broken(lines[start:end], offset + start, error))
        return
    for first, last in smaller:
        try:
            parsed.statements += _statements("\n".join(lines[first:last]), offset + first)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as found:
            parsed.broken.append(_broken(lines[first:last], offset + first, found))


def _statements(text: str, offset: int) -> list[ast.stmt]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # warnings about invalid escapes would be repeated
        tree = compile(text, "<cell>", "exec", FLAGS | ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    if offset:
        ast.increment_lineno(tree, offset)
    return tree.body


def _pieces(lines: list[str], within: range, *, closed: bool) -> Iterator[tuple[int, int]]:
    """Yield (first, end) of each run of lines that starts in the first column.

    With `closed`, lines within open brackets or quotes do not start a piece.
    """
    scanner, decorated = LineScanner(), False
    first = within.start
    for at in within:
        line = lines[at]
        starts = bool(line) and not line[0].isspace() and not line.startswith(_GOES_ON)
        if closed and scanner.goes_on:
            starts = False
        if starts and not decorated and at > first:
            yield first, at
            first = at
        if starts:
            decorated = line.startswith("@")
        scanner.read(line)
    yield first, within.stop


def _broken(lines: Iterable[str], offset: int, error: Exception) -> Broken:
    if not isinstance(error, SyntaxError):
        error = SyntaxError(str(error) or type(error).__name__)
    kept = list(lines)
    names = tuple(name for line in kept if (name := _defined(line)))
    first = next((at for at, line in enumerate(kept) if line.strip()), 0)
    line = error.lineno if error.lineno else first + 1
    error.lineno = offset + line
    return Broken(offset + first + 1, error, names)


def _defined(line: str) -> str:
    """Return the name that a line in the first column defines or binds, or ""."""
    head, _, rest = line.partition(" ")
    if head == "async":
        head, _, rest = rest.partition(" ")
    if head in ("def", "class"):
        return rest.partition("(")[0].partition(":")[0].strip()
    name, equals, _ = line.partition("=")
    return name.strip() if equals and name.strip().isidentifier() else ""
