"""Find forbidden operators in a source without executing it.

The scan finds careless uses and gives their line numbers. It is advice, not a boundary, because a
name can be composed at run time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache

from .operators import COPIES, FAMILIES, METHOD, SPELLINGS

#: Number of times that names bound by assignment are followed (`f = F; g = f.conv2d`).
_ROUNDS = 3
_USES = 64
#: What looks up a copy of any operator in Python.
_TABLES = frozenset({"decomposition_table", "global_decomposition_table", "get_decompositions"})
#: Fields of syntax trees that hold a name or a string.
_SAYING = ("id", "attr", "value", "name", "asname", "arg")


def forbidden_uses(
    source: str, forbidden: tuple[str, ...], statements: Sequence[ast.stmt] | None = None
) -> list[tuple[str, int]]:
    """Return pairs (name, line) of the uses of forbidden operators, sorted by line, at most 64.

    If `statements` are given, only these are scanned, else the whole source.
    """
    # A used name occurs in the source, except in full-width letters, which Python normalizes.
    if source.isascii() and not any(word in source for word in words(forbidden)):
        return []
    spelled = _spelled(forbidden)
    tree = ast.parse(source) if statements is None else ast.Module([*statements], [])
    found = {
        (match, line)
        for dotted, line in _Reader(tree).mentions()
        if (match := _match(dotted, spelled) or _copy(dotted, forbidden)) is not None
    }
    return sorted(found, key=lambda use: (use[1], use[0]))[:_USES]


@cache
def words(forbidden: tuple[str, ...]) -> tuple[str, ...]:
    """Return the last parts of all names under which `forbidden` operators can be found."""
    names = (*_spelled(forbidden), *COPIES)
    return tuple(dict.fromkeys(name.rpartition(".")[2] for name in names))


def _spelled(forbidden: tuple[str, ...]) -> dict[str, str]:
    """Return the names of the forbidden operators in Python, with the documented one of each."""
    spelled = {name: name for name in forbidden}
    for name in forbidden:
        spelled.update(dict.fromkeys(SPELLINGS.get(name, ()), name))
    return spelled


def _match(dotted: str, spelled: dict[str, str]) -> str | None:
    """Return the forbidden name that `dotted` equals or lies within (`scipy.signal`: `scipy`)."""
    while dotted:
        if dotted in spelled:
            return spelled[dotted]
        dotted = dotted.rpartition(".")[0]
    return None


def _copy(dotted: str, forbidden: tuple[str, ...]) -> str | None:
    """Return the forbidden name whose work a function of torch's copies in Python does."""
    if not f"{dotted}.".startswith(tuple(f"{module}." for module in COPIES)):
        return None
    word = dotted.rpartition(".")[2]
    families = [name for name in forbidden if name in FAMILIES]
    if word in _TABLES:
        return families[0] if families else None
    return next((name for name in families if FAMILIES[name].has(word)), None)


def _executed(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield all nodes but those below `if __name__ == "__main__":`, where students try out code.

    If the source uses `__name__` in any other way, all nodes are yielded.
    """
    guards = [node for node in tree.body if _is_guard(node)]
    if len(guards) < sum(map(_is_name, ast.walk(tree))):
        guards = []
    for node in tree.body:
        for part in node.orelse if node in guards and isinstance(node, ast.If) else [node]:
            yield from ast.walk(part)


def _is_guard(node: ast.stmt) -> bool:
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    texts = [side.value for side in sides if isinstance(side, ast.Constant)]
    return (
        isinstance(node.test.ops[0], ast.Eq)
        and len(sides) == 2
        and texts == ["__main__"]
        and any(map(_is_name, sides))
    )


def _is_name(node: ast.AST) -> bool:
    """Return whether the node holds `__name__`, as a name, an attribute, a string or a binding."""
    return any(getattr(node, field, None) == "__name__" for field in _SAYING)


class _Reader:
    """Resolves the names of one module to the imported objects that they stand for."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = list(_executed(tree))
        self.names: dict[str, str] = {}
        self.starred: list[str] = []
        self.own = {
            node.name
            for node in self.nodes
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        } | {
            node.attr
            for node in self.nodes
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        }
        for node in self.nodes:
            if isinstance(node, ast.Import):
                self._import(node)
            elif isinstance(node, ast.ImportFrom):
                self._import_from(node)
        for _ in range(_ROUNDS):
            self._assignments()

    def mentions(self) -> Iterator[tuple[str, int]]:
        """Yield the dotted names that the source imports or uses, with their lines."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, node.lineno
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    yield f"{node.module}.{alias.name}", node.lineno
            elif isinstance(node, (ast.Attribute, ast.Call)):
                if dotted := self.resolve(node):
                    yield dotted, node.lineno
                elif isinstance(node, ast.Attribute) and self._may_be_a_tensors(node):
                    yield f"{METHOD}.{node.attr}", node.lineno
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                if node.id in self.names:
                    yield self.names[node.id], node.lineno
                elif node.id not in self.own:
                    for module in self.starred:
                        yield f"{module}.{node.id}", node.lineno

    def _may_be_a_tensors(self, node: ast.Attribute) -> bool:
        """Return whether the node may look up a tensor's method; not if the source defines it."""
        knows_torch = any(name.partition(".")[0] == "torch" for name in self.names.values())
        return knows_torch and isinstance(node.ctx, ast.Load) and node.attr not in self.own

    def resolve(self, node: ast.expr) -> str | None:
        """Return the dotted name of the imported object that an expression stands for, or None.

        Of calls, only `getattr(x, "name")`, `__import__("x")` and `importlib.import_module("x")`
        are resolved.
        """
        parts: list[str] = []
        while True:
            if isinstance(node, ast.Attribute):
                parts.append(node.attr)
                node = node.value
            elif isinstance(node, ast.Call):
                step = self._call(node)
                if step is None:
                    return None
                owner, name = step
                parts.append(name)
                if owner is None:
                    return ".".join(reversed(parts))
                node = owner
            elif isinstance(node, ast.Name) and node.id in self.names:
                return ".".join([self.names[node.id], *reversed(parts)])
            else:
                return None

    def _call(self, node: ast.Call) -> tuple[ast.expr | None, str] | None:
        """Return (object, attribute) for a getattr, (None, module) for an import, else None."""
        texts = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
        function = node.func
        if isinstance(function, ast.Name):
            if function.id == "getattr" and len(texts) >= 2 and isinstance(texts[1], str):
                return node.args[0], texts[1]
            is_import = function.id == "__import__" or (
                self.names.get(function.id) == "importlib.import_module"
            )
        else:
            is_import = isinstance(function, ast.Attribute) and function.attr == "import_module"
        if is_import and texts and isinstance(texts[0], str):
            return None, texts[0]
        return None

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.asname:
                self.names[alias.asname] = alias.name
            else:
                top = alias.name.partition(".")[0]
                self.names[top] = top

    def _import_from(self, node: ast.ImportFrom) -> None:
        if node.level or not node.module:
            return
        for alias in node.names:
            if alias.name == "*":
                self.starred.append(node.module)
            else:
                self.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def _assignments(self) -> None:
        for node in self.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                target, value = node.targets[0], node.value
                known = isinstance(target, ast.Name) and target.id not in self.names
                if known and (dotted := self.resolve(value)):
                    assert isinstance(target, ast.Name)
                    self.names[target.id] = dotted
