"""Run chosen statements one by one; one that fails or takes too long does not stop the others."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from . import alarm
from .absent import Absent
from .alarm import Overdue
from .cell_parsing import FLAGS
from .reach import bound

#: Maximum processor time of one statement, in seconds.
STATEMENT_SECONDS = 1.0


@dataclass(frozen=True)
class Failed:
    """A statement that failed in whole or in part: its line, its names, and what happened."""

    line: int
    names: frozenset[str]
    kind: str
    text: str


@dataclass
class StatementRun:
    """Runs statements in a namespace and records which failed."""

    namespace: dict[str, Any]
    filename: str
    #: Names of the judged functions, which are never bound to a placeholder.
    wanted: tuple[str, ...] = ()
    failed: list[Failed] = field(default_factory=list)
    _flags: int = FLAGS

    def run(self, statements: Sequence[ast.stmt]) -> None:
        """Run each of `statements`. Raises only MemoryError."""
        for statement in statements:
            try:
                self._run_one(statement)
            except MemoryError:
                raise
            except Overdue:
                self._note(statement, "slow", "")
            except BaseException as error:  # no exception may stop the next statement
                if isinstance(statement, (ast.Import, ast.ImportFrom)):
                    for name, package in self._bind_absent(statement):
                        self._note(statement, "absent", package, {name})
                elif not self._run_undecorated(statement):
                    self._note(statement, "left_out", f"{type(error).__name__}: {_text(error)}")

    def _run_one(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            code = self._compiled(statement)
            self._flags |= code.co_flags & _FUTURE
            return
        code = self._compiled(statement)
        alarm.limit(STATEMENT_SECONDS)
        try:
            result = eval(code, self.namespace)
            if code.co_flags & _COROUTINE:
                _finish(result)
        finally:
            alarm.lift()

    def _compiled(self, statement: ast.stmt) -> CodeType:
        tree = ast.Module([statement], [])
        code = compile(tree, self.filename, "exec", self._flags, dont_inherit=True)
        assert isinstance(code, CodeType)
        return code

    def _run_undecorated(self, statement: ast.stmt) -> bool:
        """Run a definition without the decorators of absent packages; return whether it worked."""
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return False
        kept = [d for d in statement.decorator_list if not self._is_absent(d)]
        if len(kept) == len(statement.decorator_list):
            return False
        statement.decorator_list = kept
        try:
            self._run_one(statement)
        except MemoryError:
            raise
        except BaseException:  # the first error is more informative
            return False
        return True

    def _is_absent(self, decorator: ast.expr) -> bool:
        return any(
            isinstance(node, ast.Name) and isinstance(self.namespace.get(node.id), Absent)
            for node in ast.walk(decorator)
        )

    def _bind_absent(self, statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
        """Import name by name, bind placeholders to names that fail, and yield (name, package)."""
        for alias in statement.names:
            single = (
                ast.Import([alias])
                if isinstance(statement, ast.Import)
                else ast.ImportFrom(statement.module, [alias], statement.level)
            )
            ast.copy_location(single, statement)
            try:
                self._run_one(single)
            except MemoryError:
                raise
            except BaseException:
                package = alias.name
                if isinstance(statement, ast.ImportFrom):
                    package = statement.module or alias.name
                for name in bound(single):
                    if name != "*" and name not in self.wanted:
                        self.namespace[name] = Absent(package.partition(".")[0])
                    yield name, package

    def _note(
        self, statement: ast.stmt, kind: str, text: str, names: set[str] | None = None
    ) -> None:
        names = bound(statement) if names is None else names
        self.failed.append(Failed(statement.lineno, frozenset(names), kind, text))


def _finish(coroutine: Any) -> None:
    """Finish a statement with a top-level `await`. Raises RuntimeError if it has to wait."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("it waits for something, and no event loop runs here")


def _text(error: BaseException) -> str:
    try:
        return str(error)[:300]
    except BaseException:  # the exception's own `__str__` may raise
        return ""


_COROUTINE = 0x80  # inspect.CO_COROUTINE, without loading inspect
#: Compiler flags that `from __future__ import …` can set.
_FUTURE = 0x1FE0000
