"""Tell an exercise's untouched stub from work on it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import SubmissionError

if TYPE_CHECKING:
    from .course.catalog import ExerciseInfo


def is_untouched(path: Path, info: ExerciseInfo) -> bool:
    """Return whether a script or notebook holds the stub's code and no more.

    Language, framework, comments and imports do not matter. What cannot be read or parsed was
    changed by someone.
    """
    from .course.stubs import stub_source
    from .submissions.submission import read_submission

    try:
        code = _code_of(read_submission(path).source)
    except (SubmissionError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return not code or code == _code_of(stub_source(info, info.libraries[0]))


def _code_of(source: str) -> list[str]:
    """Return the statements of a source without docstrings and imports."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)):
            node.body = [each for each in node.body if not _is_text(each)]
    return [ast.dump(n) for n in tree.body if not isinstance(n, (ast.Import, ast.ImportFrom))]


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
