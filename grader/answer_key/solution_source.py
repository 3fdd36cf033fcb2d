"""The source of an exercise's references, as a student is shown it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from textwrap import dedent
from typing import Any

from ..course.catalog import ExerciseInfo
from ..errors import KeyUnavailable
from .find import load_exercise, solutions_installed


def solution_source(info: ExerciseInfo) -> str:
    """The references of an exercise with the helpers they use, as Python source.

    Raises KeyUnavailable where the solutions, or the library that they need, are not installed.
    """
    try:
        exercise = load_exercise(info)
    except KeyUnavailable as error:
        if solutions_installed():
            raise
        raise KeyUnavailable("guidance", "no_solutions") from error
    answers = {name: exercise.references[name]() for name in exercise.questions}
    references = [r for name, r in exercise.references.items() if name not in answers]
    helpers: dict[str, Callable[..., Any]] = {}
    for reference in references:
        _collect_helpers(reference, helpers)
    for name in exercise.references:
        helpers.pop(name, None)
    items = [*helpers.values(), *references]
    parts = [_imports(items), *(inspect.getsource(item) for item in items)]
    shown = [part.replace("@exercise.function\n", "").rstrip() + "\n" for part in parts if part]
    if answers:
        shown.append("".join(f"{name} = {answer!r}\n" for name, answer in answers.items()))
    return "\n\n".join(shown)


def _imports(items: list[Callable[..., Any]]) -> str:
    """The import lines of the items' modules that their code and annotations need."""
    used = set().union(*map(_names, items))
    lines = set()
    for module in {inspect.getmodule(item) for item in items}:
        assert module is not None
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.Import):
                lines |= {ast.unparse(ast.Import([n])) for n in node.names if _bound(n) in used}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [
                    ast.ImportFrom(node.module, [n], 0) for n in node.names if _bound(n) in used
                ]
                lines |= {ast.unparse(name) for name in names}
    return "\n".join(sorted(line for line in lines if " learncnn" not in line))


def _bound(name: ast.alias) -> str:
    return (name.asname or name.name).partition(".")[0]


def _collect_helpers(item: Any, found: dict[str, Callable[..., Any]]) -> None:
    """Functions and classes of the solutions that `item` names, theirs first."""
    known = vars(inspect.getmodule(item))
    for name in _names(item):
        helper = known.get(name)
        module = getattr(helper, "__module__", "") or ""
        if callable(helper) and module.startswith("learncnn_solutions") and name not in found:
            found[name] = helper  # so that one that calls itself is not asked again
            _collect_helpers(helper, found)
            found[name] = found.pop(name)


def _names(item: Callable[..., Any]) -> list[str]:
    """The names that a function or class takes from outside."""
    nodes = list(ast.walk(ast.parse(dedent(inspect.getsource(item)))))
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return [id for id in dict.fromkeys(name.id for name in names) if id not in own]
