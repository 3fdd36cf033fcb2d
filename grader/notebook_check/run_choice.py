"""Choose the runs of cells to submit: those that contain something that the functions need.

Statements are chosen as for a notebook that is handed in; the sandbox repeats the choice on fewer
cells. In the student's process, it shortens the code of a long session.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..sandbox.source.cell_parsing import SourceStatements, parse
from ..sandbox.source.reach import bound, chosen, reached, read, rebinds, touched
from ..submissions.cell_text import python_of
from .cell_runs import CellRun

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_Import = (ast.Import, ast.ImportFrom)
#: What can bind a name that no statement shows.
_BINDING = frozenset({"exec", "eval", "globals", "setattr", "vars", "locals"})


class RunChoice(NamedTuple):
    """The chosen runs, and what the functions need of them."""

    runs: tuple[CellRun, ...]
    #: The runs that hold what the functions need.
    used: tuple[CellRun, ...]
    #: Each statement that they need as text, in the order in which it runs.
    needed: tuple[str, ...]
    #: The names that these statements bind or change.
    names: frozenset[str]


def choose_runs(runs: Sequence[CellRun], wanted: Collection[str]) -> RunChoice:
    """Return which of these runs matter for the functions `wanted`."""
    runs = _without_replaced([run for run in runs if not _binds_nothing(run.text)], wanted)
    statements = [statement for run in runs for statement in parsed(run.text).statements]
    picked = {id(statement) for statement in chosen(statements, wanted)}
    names = reached(statements, wanted) | set(wanted)
    imported = _imported(statements)
    kept, used, needed = [], [], []
    for run in runs:
        own = parsed(run.text)
        parts = [s for s in own.statements if id(s) in picked and touched(s, imported) & names]
        if parts:
            used.append(run)
            needed += [_shown(part) for part in parts]
        if _matters(run, own, picked, statements, wanted):
            kept.append(run)
    missing = set(wanted) - {name for s in statements for name in bound(s)}
    if missing and any(read(s) & _BINDING for s in statements):
        kept = list(runs)  # one of them may be bound in a way that is not read
    return RunChoice(tuple(kept), tuple(used), tuple(needed), frozenset(names))


@lru_cache(maxsize=4096)
def parsed(cell: str) -> SourceStatements:
    """Return the statements of a cell."""
    return parse(python_of(cell).text)


@lru_cache(maxsize=4096)
def _binds_nothing(cell: str) -> bool:
    """Whether a cell is like `check(corr2d)`: of such a cell nothing is ever chosen."""
    own = parsed(cell)
    if own.broken or python_of(cell).dropped or chosen(own.statements, ()):
        return False
    return not any(touched(s) or read(s) & _BINDING for s in own.statements)


def binds(cell: str, names: Collection[str]) -> bool:
    """Whether a cell binds or changes one of these names."""
    return any(touched(statement) & set(names) for statement in parsed(cell).statements)


def definition_of(runs: Iterable[CellRun], name: str) -> tuple[CellRun, ast.stmt] | None:
    """Return the last run that defines a function or class of this name, and the definition."""
    for run in reversed(tuple(runs)):
        for statement in reversed(parsed(run.text).statements):
            if isinstance(statement, (*_Function, ast.ClassDef)) and statement.name == name:
                return run, statement
    return None


def same_code(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two statements are the same but for layout and comments."""
    return _shown(one) == _shown(other)


def _matters(
    run: CellRun,
    own: SourceStatements,
    picked: Collection[int],
    statements: Sequence[ast.stmt],
    wanted: Collection[str],
) -> bool:
    """Whether the sandbox needs a run: to run it, or to say something of it."""
    if own.broken or (not own.statements and python_of(run.text).dropped):
        return True
    return any(id(s) in picked or rebinds(s, statements, wanted) for s in own.statements)


def _without_replaced(runs: Sequence[CellRun], wanted: Collection[str]) -> list[CellRun]:
    """Leave out runs that the next run of the same cell has replaced without a trace.

    That is, their functions are all defined anew, and no statement between the two calls them.
    """
    statements = [statement for run in runs for statement in parsed(run.text).statements]
    picked = {id(statement) for statement in chosen(statements, wanted)}
    kept: list[CellRun] = []
    #: What the run of each cell that follows defines, and what is read in between.
    later: dict[str, set[str]] = {}
    between: dict[str, set[str]] = {}
    for run in reversed(runs):
        parts = [s for s in parsed(run.text).statements if id(s) in picked]
        cell = run.cell or run.text
        names = {name for part in parts for name in bound(part)}
        if (
            cell in later
            and all(isinstance(part, (*_Function, *_Import)) for part in parts)
            and names <= later[cell]
            and not names & between[cell]
        ):
            continue
        kept.append(run)
        later[cell], between[cell] = names, set()
        if at_once := _read_at_once(parts):
            at_once |= reached(statements, at_once)
            for seen in between.values():
                seen |= at_once
    return kept[::-1]


def _read_at_once(statements: Iterable[ast.stmt]) -> set[str]:
    """Return the names that statements read as they run, before they bind them themselves."""
    names: set[str] = set()
    own: set[str] = set()
    for statement in statements:
        parts: list[ast.AST] = [statement]
        if isinstance(statement, _Function):  # its body does not run with it
            arguments = statement.args
            parts = [*statement.decorator_list, *arguments.defaults]
            parts += filter(None, arguments.kw_defaults)
        names |= {name for part in parts for name in read(part)} - own
        own |= bound(statement)
    return names


def _imported(statements: Iterable[ast.stmt]) -> set[str]:
    return {name for s in statements if isinstance(s, _Import) for name in bound(s)}


@lru_cache(maxsize=4096)
def _shown(statement: ast.stmt) -> str:
    return ast.dump(statement)
