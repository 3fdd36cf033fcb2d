"""Make the notes on loading, from the events that concern the judged functions."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .cell_parsing import SourceStatements
from .notes import NOTES, LoadNote
from .reach import bound, reached, rebinds
from .run import Failed

if TYPE_CHECKING:
    from .load import LoadTask

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def remarks(
    parsed: SourceStatements,
    task: LoadTask,
    namespace: Mapping[str, Any],
    run: Sequence[ast.stmt],
    failed: Sequence[Failed],
) -> tuple[LoadNote, ...]:
    """Return the notes on a submission, most important first; `run` are the executed statements."""
    missing = [name for name in task.wanted if name not in namespace]
    notes = [
        *_elsewhere(parsed.statements, missing),
        *_failures(parsed, task, failed),
        *_definitions(parsed.statements, task),
    ]
    left = sum(not _does_nothing(s) for s in parsed.statements) - sum(
        not _does_nothing(s) for s in run
    )
    if left > 0:
        lines = tuple(dict.fromkeys(_cell_start(s.lineno, task.cells) for s in run))
        notes.append(LoadNote("ran", lines=lines if task.cells else (), text=str(left)))
    return tuple(note.clipped() for note in notes[:NOTES])


def _elsewhere(statements: Sequence[ast.stmt], missing: Collection[str]) -> Iterator[LoadNote]:
    """Yield notes on functions in a class, or in a module that was not handed in."""
    for name in missing:
        for statement in statements:
            if isinstance(statement, ast.ClassDef):
                for inner in statement.body:
                    if isinstance(inner, _Function) and inner.name == name:
                        yield LoadNote("in_class", name, (inner.lineno,), statement.name)
            elif isinstance(statement, ast.ImportFrom) and bound(statement) & {name, "*"}:
                module = "." * statement.level + (statement.module or "")
                yield LoadNote("in_module", name, (statement.lineno,), module)


def _failures(
    parsed: SourceStatements, task: LoadTask, failed: Sequence[Failed]
) -> Iterator[LoadNote]:
    for broken in parsed.broken:
        for name in task.wanted:
            if not set(broken.names) & reached(parsed.statements, {name}):
                continue
            others = [s.lineno for s in parsed.statements if _defines(s, name)]
            lines = (broken.error.lineno or broken.line, *others[-1:])
            yield LoadNote("not_parsed", name, lines, broken.error.msg or "")
            break
    for failure in failed:
        if failure.kind == "absent" and failure.names & set(task.wanted):
            continue  # the note that the function is in another module exists already
        for name in task.wanted:
            if failure.names & reached(parsed.statements, {name}):
                yield LoadNote(failure.kind, name, (failure.line,), failure.text)
                break


def _definitions(statements: Sequence[ast.stmt], task: LoadTask) -> Iterator[LoadNote]:
    """Yield notes on functions that are defined more than once, or whose name is rebound."""
    for name in task.wanted if task.cells else ():
        lines = [s.lineno for s in statements if _defines(s, name)]
        if len(lines) > 1:
            yield LoadNote("defined_twice", name, tuple(lines))
    for at, statement in enumerate(statements):
        for name in rebinds(statement, statements[:at], task.wanted) if task.cells else ():
            line = [s.lineno for s in statements[:at] if _defines(s, name)][-1]
            yield LoadNote("rebound", name, (statement.lineno, line))


def _defines(statement: ast.stmt, name: str) -> bool:
    return isinstance(statement, _Function) and name in bound(statement)


def _does_nothing(statement: ast.stmt) -> bool:
    """Return whether a statement is `pass`, which replaces dropped lines, or only a constant."""
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, ast.Pass)


def _cell_start(line: int, cells: Sequence[int]) -> int:
    return max((first for first in cells if first <= line), default=1)
