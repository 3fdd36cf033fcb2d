"""Run chosen statements one by one: a statement that fails or takes too long costs only itself."""

from __future__ import annotations

import ast
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic, process_time
from types import CodeType, FrameType
from typing import Any

from .absent import Absent
from .cell_parsing import FLAGS
from .reach import bound

#: Seconds of processor time that one statement may take.
STATEMENT_SECONDS = 1.0
#: On a busy machine, or asleep, it may take this many times as long by the clock.
WALL_FACTOR = 3.0


class Overdue(BaseException):
    """Raised in the student's code when its time for loading is over."""


@dataclass(frozen=True)
class Failed:
    """A statement that did not do all it should: its line, the names it binds, what happened."""

    line: int
    names: frozenset[str]
    kind: str
    text: str


class Alarm:
    """Raises Overdue when the grader's SIGINT finds the time over.

    Timers and threads are refused in the sandbox; the grader sends a signal every quarter of a
    second while a source is loaded.
    """

    def __init__(self) -> None:
        self._over = False, 0.0, 0.0
        signal.signal(signal.SIGINT, self._ring)

    def set(self, seconds: float) -> None:
        """Let the time of what runs next be over after `seconds` of work."""
        self._over = True, process_time() + seconds, monotonic() + WALL_FACTOR * seconds

    def rest(self) -> None:
        """Let nothing be overdue."""
        self._over = False, 0.0, 0.0

    def stop(self) -> None:
        """Ignore the signal from now on."""
        self.rest()
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        armed, worked, waited = self._over
        if armed and (process_time() > worked or monotonic() > waited):
            raise Overdue


@dataclass
class StatementRun:
    """Runs statements in a namespace and keeps what failed."""

    namespace: dict[str, Any]
    filename: str
    alarm: Alarm
    #: Names that nothing stands for: a function to judge is there or is not.
    wanted: tuple[str, ...] = ()
    failed: list[Failed] = field(default_factory=list)
    _flags: int = FLAGS

    def run(self, statements: Sequence[ast.stmt]) -> None:
        """Run each of `statements`. Raises MemoryError only."""
        for statement in statements:
            try:
                self._run_one(statement)
            except MemoryError:
                raise
            except Overdue:
                self._note(statement, "slow", "")
            except BaseException as error:  # whatever it is, the next statement is judged too
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
        self.alarm.set(STATEMENT_SECONDS)
        try:
            result = eval(code, self.namespace)
            if code.co_flags & _COROUTINE:
                _finish(result)
        finally:
            self.alarm.rest()

    def _compiled(self, statement: ast.stmt) -> CodeType:
        tree = ast.Module([statement], [])
        code = compile(tree, self.filename, "exec", self._flags, dont_inherit=True)
        assert isinstance(code, CodeType)
        return code

    def _run_undecorated(self, statement: ast.stmt) -> bool:
        """Make a function without the decorators of packages that are not there."""
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
        except BaseException:  # the first error says more
            return False
        return True

    def _is_absent(self, decorator: ast.expr) -> bool:
        return any(
            isinstance(node, ast.Name) and isinstance(self.namespace.get(node.id), Absent)
            for node in ast.walk(decorator)
        )

    def _bind_absent(self, statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
        """Bind what can be imported, name by name, and to the rest what says that it is absent.

        Yields pairs (name, package) of the latter.
        """
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
    """Run a top-level `await` that waits for nothing; there is no event loop here."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("it waits for something, and no event loop runs here")


def _text(error: BaseException) -> str:
    try:
        return str(error)[:300]
    except BaseException:  # a message that fails
        return ""


_COROUTINE = 0x80  # inspect.CO_COROUTINE, without loading inspect
#: What `from __future__ import …` can switch on.
_FUTURE = 0x1FE0000
