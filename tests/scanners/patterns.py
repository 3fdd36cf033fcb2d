"""Find every regular expression of the package in its syntax trees, and make inputs for it."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import learncnn

if sys.version_info >= (3, 11):
    from re import _parser as sre  # the only way to see the parts of a pattern
else:
    import sre_parse as sre

ROOT = Path(learncnn.__file__).parent
METHODS = {"match", "fullmatch", "search", "sub", "subn", "findall", "finditer", "split"}


@dataclass(frozen=True)
class Use:
    """A pattern, its location and its methods; `pattern` is None if it is built at run time."""

    where: str
    pattern: re.Pattern[Any] | None
    methods: frozenset[str]


def modules() -> Iterator[tuple[str, Path]]:
    """Yield (name below the package, path) of every module of the grader and the command line."""
    for path in [ROOT / "cli.py", *sorted((ROOT / "grader").rglob("*.py"))]:
        name = path.relative_to(ROOT).as_posix()
        if "/template/" not in name:
            yield name, path


def uses() -> list[Use]:
    """Return every call of `re` in the package: compiled under a name, or used directly."""
    trees = {name: ast.parse(path.read_text("utf-8")) for name, path in modules()}
    called = _methods_called(trees.values())
    found = []
    for name, tree in trees.items():
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (method := _of_re(node.func)):
                label = _bound_to(node, parents) if method == "compile" else ""
                methods = called.get(label, METHODS) if method == "compile" else {method}
                where = f"{name}: {label or ast.unparse(node.args[0])}"
                for pattern in _patterns(name, node, label):
                    found.append(Use(where, pattern, frozenset(methods)))
    return found


def _of_re(function: ast.expr) -> str:
    """Return the method of `re` that is called, or an empty string."""
    if isinstance(function, ast.Attribute) and function.attr in {*METHODS, "compile"}:
        owner = function.value
        return function.attr if isinstance(owner, ast.Name) and owner.id == "re" else ""
    return ""


def _bound_to(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    """Return the module-level name to which a call is assigned, or an empty string."""
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.Assign) and isinstance(parents[node], ast.Module):
            return node.targets[0].id if isinstance(node.targets[0], ast.Name) else ""
    return ""


def _methods_called(trees: Any) -> dict[str, set[str]]:
    """Map the name of each pattern to the methods of it that the package calls."""
    called: dict[str, set[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                owner = node.value.value if isinstance(node.value, ast.Subscript) else node.value
                if isinstance(owner, ast.Name):
                    called.setdefault(owner.id, set()).add(node.attr)
    return called


def _patterns(name: str, node: ast.Call, label: str) -> list[re.Pattern[Any] | None]:
    module = importlib.import_module(
        "learncnn." + name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    )
    if label:
        value = getattr(module, label)
        return list(value.values()) if isinstance(value, dict) else [value]
    flags = [word.value for word in node.keywords if word.arg == "flags"]
    if _of_re(node.func) in ("compile", "match", "fullmatch", "search", "findall", "finditer"):
        flags += node.args[1 if _of_re(node.func) == "compile" else 2 :]
    try:
        pattern = _value(node.args[0], module)
        number = _value(flags[0], module) if flags else 0
    except NameError:
        return [None]
    return [re.compile(pattern, number)]


def _value(node: ast.expr, module: Any) -> Any:
    return eval(compile(ast.Expression(node), "<pattern>", "eval"), vars(module))


def alphabet(pattern: re.Pattern[Any]) -> list[str]:
    """Return words and characters that the parts of a pattern match."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = sre.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    return list(dict.fromkeys(word for word in _words(tree) if word))


_CATEGORIES = {
    "CATEGORY_SPACE": [" ", "\n"],
    "CATEGORY_DIGIT": ["1"],
    "CATEGORY_WORD": ["a", "_"],
    "CATEGORY_NOT_SPACE": ["a"],
    "CATEGORY_NOT_DIGIT": ["a", " "],
    "CATEGORY_NOT_WORD": [" ", "-"],
}


def _words(tree: Any) -> Iterator[str]:
    """Yield the literal words of a pattern, and samples of its classes."""
    word = ""
    for kind, value in tree:
        name = str(kind)
        if name == "LITERAL":
            word += chr(value)
            continue
        yield word
        word = ""
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield from _words(value[2])
        elif name == "SUBPATTERN":
            yield from _words(value[-1])
        elif name == "ATOMIC_GROUP":
            yield from _words(value)
        elif name == "BRANCH":
            for branch in value[1]:
                yield from _words(branch)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from _words(value[1])
        elif name == "IN":
            yield from _samples(value)
        elif name == "NOT_LITERAL":
            yield "a" if value != ord("a") else "b"
        elif name == "ANY":
            yield "a"
        elif name == "CATEGORY":
            yield from _CATEGORIES[str(value)]
    yield word


def _samples(members: Any) -> Iterator[str]:
    negated = False
    for kind, value in members:
        name = str(kind)
        if name == "NEGATE":
            negated = True
            yield from ("a", "中")
        elif name == "LITERAL":
            yield chr(value)
        elif name == "RANGE" and not negated:
            yield chr(value[0])
            yield chr(value[1])
        elif name == "CATEGORY":
            yield from _CATEGORIES[str(value)]


def sample(pattern: re.Pattern[Any]) -> str:
    """Return a text that begins like one that the pattern matches."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _sample(sre.parse(pattern.pattern, pattern.flags & ~re.DEBUG))


def _sample(tree: Any) -> str:
    text = ""
    for kind, value in tree:
        name = str(kind)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            text += _sample(value[2]) * max(value[0], 1)
        elif name == "SUBPATTERN":
            text += _sample(value[-1])
        elif name == "BRANCH":
            text += _sample(value[1][0])
        elif name not in ("ASSERT", "ASSERT_NOT", "AT", "GROUPREF"):
            text += next(iter([word for word in _words([(kind, value)]) if word]), "")
    return text
