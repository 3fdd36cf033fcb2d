"""Load a submission: a script as a whole, of a notebook only what its functions need."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import NamedTuple

from .. import loading
from . import alarm, stand_ins
from .alarm import Overdue
from .cell_parsing import SourceStatements, parse
from .notes import LoadNote
from .reach import bound, chosen, read
from .remarks import remarks
from .run import StatementRun

#: Share of the loading time that a script run as a whole may take.
_AS_A_WHOLE = 0.3
#: Statements that can take long or end the process.
_RISKY = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Expr)
_DEFINITIONS = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
)
#: Names whose calls, outside of functions, a careful child runs: they create plain values.
_HARMLESS_CALLS = frozenset(
    [
        "np",
        "numpy",
        "torch",
        "math",
        "array",
        "zeros",
        "ones",
        "list",
        "tuple",
        "dict",
        "set",
        "range",
        "len",
        "int",
        "float",
        "str",
        "bool",
        "abs",
        "min",
        "max",
        "sum",
        "sorted",
        "zip",
        "enumerate",
        "round",
        "reversed",
    ]
)


class LoadTask(NamedTuple):
    """A source to load, as the grader requests it."""

    source: str
    filename: str
    #: The names of the functions that will be called.
    wanted: tuple[str, ...]
    #: The first line of each cell of a notebook; empty for a script.
    cells: tuple[int, ...] = ()
    #: Whether a child was lost while it loaded this source before.
    careful: bool = False
    #: Seconds until the grader stops waiting.
    seconds: float = 10.0


class Loaded(NamedTuple):
    """The loaded module, and notes for people on how it was loaded."""

    module: ModuleType
    notes: tuple[LoadNote, ...] = ()


def load(task: LoadTask, about_to_run: Callable[[Sequence[ast.stmt] | None], None]) -> Loaded:
    """Load the source as far as possible.

    `about_to_run` is called before any statement runs, with the statements that will run, or None
    for all. Raises what the source raises if it binds none of the wanted functions, and
    MemoryError.
    """
    stand_ins.install(task.source)
    try:
        if task.cells:
            return _notebook(task, about_to_run)
        if task.careful:
            about_to_run(None)
            return _recovered(task, Overdue())
        return _script(task, about_to_run)
    finally:
        alarm.lift()
        stand_ins.end_loading(task.source)


def _script(task: LoadTask, about_to_run: Callable[[Sequence[ast.stmt] | None], None]) -> Loaded:
    """Load a script as a whole; if that fails, only what its functions need."""
    try:
        code = loading.compiled(task.source, task.filename)
    except (SyntaxError, ValueError) as error:
        return _recovered(task, error, about_to_run)
    about_to_run(None)
    module = loading.module(loading.module_name(task.filename), task.filename)
    try:
        alarm.limit(_AS_A_WHOLE * task.seconds)
        exec(code, vars(module))
        alarm.lift()
    except MemoryError:
        raise
    except BaseException as error:  # includes sys.exit, which must not end the child
        alarm.lift()
        return _recovered(task, error)
    if all(name in vars(module) for name in task.wanted):
        return Loaded(module)
    parsed = parse(task.source)
    return Loaded(module, remarks(parsed, task, vars(module), parsed.statements, []))


def _recovered(
    task: LoadTask,
    error: BaseException,
    about_to_run: Callable[[Sequence[ast.stmt] | None], None] | None = None,
) -> Loaded:
    """Load what a script's functions need. Raises `error` if that binds none of them."""
    parsed = parse(task.source)
    if any(name in task.wanted for broken in parsed.broken for name in broken.names):
        raise error
    statements = _safe(chosen(parsed.statements, task.wanted), task)
    if about_to_run is not None:
        about_to_run(statements)
    loaded = _run(task, parsed, statements)
    if not any(name in vars(loaded.module) for name in task.wanted):
        raise error
    where = _line_of(error, task.filename)
    text = type(error).__name__ if not str(error) else f"{type(error).__name__}: {error}"
    if isinstance(error, Overdue):
        text = ""
    note = LoadNote("recovered", lines=(where,) if where else (), text=text).clipped()
    return Loaded(loaded.module, (note, *loaded.notes))


def _notebook(task: LoadTask, about_to_run: Callable[[Sequence[ast.stmt] | None], None]) -> Loaded:
    loading.register(task.source, task.filename)
    parsed = parse(task.source, task.cells)
    statements = chosen(parsed.statements, task.wanted)
    missing = set(task.wanted) - {name for s in statements for name in bound(s)}
    if any(_may_bind(s, name) for name in missing for s in parsed.statements):
        statements = parsed.statements
    statements = _safe(statements, task)
    about_to_run(statements)
    loaded = _run(task, parsed, statements)
    if not any(name in vars(loaded.module) for name in task.wanted) and parsed.broken:
        raise parsed.broken[0].error
    return loaded


def _may_bind(statement: ast.stmt, name: str) -> bool:
    """Return whether a statement may bind a name indirectly: `exec`, `globals()[…]`."""
    if not read(statement) & {"exec", "eval", "globals", "setattr", "vars", "locals"}:
        return False
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and name in node.value
        for node in ast.walk(statement)
    )


def _safe(statements: list[ast.stmt], task: LoadTask) -> list[ast.stmt]:
    if not task.careful:
        return statements
    return [s for s in statements if isinstance(s, _DEFINITIONS) or _is_plain(s)]


def _is_plain(statement: ast.stmt) -> bool:
    """Return whether a statement has no loop and calls only what is known to be harmless."""
    if isinstance(statement, _RISKY):
        return False
    called = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return all(_root(function) in _HARMLESS_CALLS for function in called)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _run(task: LoadTask, parsed: SourceStatements, statements: Sequence[ast.stmt]) -> Loaded:
    module = loading.module(loading.module_name(task.filename), task.filename)
    steps = StatementRun(vars(module), task.filename, task.wanted)
    steps.run(statements)
    return Loaded(module, remarks(parsed, task, vars(module), statements, steps.failed))


def _line_of(error: BaseException, filename: str) -> int:
    """Return the last line of the submission that an exception passed through, or 0."""
    if isinstance(error, SyntaxError):
        return error.lineno or 0
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
