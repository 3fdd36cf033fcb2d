"""Choose which statements of a notebook run: definitions, and what the judged functions reach.

In an experiment on 65 real notebooks this loaded as many functions as running everything, without
running demonstrations or training.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_Import = (ast.Import, ast.ImportFrom)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def chosen(statements: Sequence[ast.stmt], wanted: Collection[str]) -> list[ast.stmt]:
    """Return the statements that the functions `wanted` need, in their order.

    An assignment that rebinds the name of a function defined above to something else is left out.
    """
    kept = [s for at, s in enumerate(statements) if not rebinds(s, statements[:at], wanted)]
    imported = {name for s in kept if isinstance(s, _Import) for name in bound(s)}
    needed = _needed(kept, wanted, imported)
    return [
        s
        for s in kept
        if isinstance(s, (*_Definition, *_Import)) or _sets_up(s) or touched(s, imported) & needed
    ]


def reached(statements: Sequence[ast.stmt], wanted: Collection[str]) -> set[str]:
    """Return all global names that the functions `wanted` read, directly or indirectly."""
    imported = {name for s in statements if isinstance(s, _Import) for name in bound(s)}
    return _closure(statements, set(wanted), imported)


def rebinds(statement: ast.stmt, before: Sequence[ast.stmt], wanted: Collection[str]) -> set[str]:
    """Return the names in `wanted`, defined as functions `before`, that a statement rebinds.

    `f = jit(f)` does not count; `conv2d = nn.Conv2d(3, 4)` after the definition does.
    """
    if isinstance(statement, _Definition):
        return set()
    names = bound(statement) & set(wanted)
    if not names or (not isinstance(statement, _Import) and names & read(statement)):
        return set()
    return {s.name for s in before if isinstance(s, _Definition)} & names


def bound(statement: ast.stmt) -> set[str]:
    """Return the global names that the statement binds."""
    if isinstance(statement, _Definition):
        return {statement.name}
    names: set[str] = set()
    for node in _outside_functions(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, _Import):
            names |= {a.asname or a.name.partition(".")[0] for a in node.names}
        elif isinstance(node, _Definition) or (isinstance(node, ast.ExceptHandler) and node.name):
            names.add(node.name or "")
    return names


def touched(statement: ast.stmt, imported: Collection[str] = ()) -> set[str]:
    """Return the names that the statement binds or changes: `x = 1`, `x[0] = 1`, `x.append(1)`."""
    names = bound(statement)
    for node in _outside_functions(statement):
        owner: ast.expr | None = None
        if isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
            owner = node
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            owner = node.value.func if isinstance(node.value.func, ast.Attribute) else None
        elif isinstance(node, ast.AugAssign):
            owner = node.target
        while isinstance(owner, (ast.Subscript, ast.Attribute)):
            owner = owner.value
        if isinstance(owner, ast.Name) and owner.id not in imported:
            names.add(owner.id)
    return names


def read(statement: ast.AST) -> set[str]:
    """Return the global names that the statement and the functions defined in it read."""
    names: set[str] = set()
    for node in _outside_functions(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, _SCOPES):
            names |= _read_within(node)
    return names


def _read_within(scope: ast.AST) -> set[str]:
    """Return the names that a function or class reads and does not bind itself."""
    names: set[str] = set()
    own: set[str] = set()
    for child in ast.iter_child_nodes(scope):
        if isinstance(child, ast.arguments):
            own |= {a.arg for a in ast.walk(child) if isinstance(a, ast.arg)}
        names |= read(child)
        if not isinstance(scope, ast.ClassDef) and isinstance(child, ast.stmt):
            own |= bound(child)
    for node in ast.walk(scope):
        if isinstance(node, ast.Global):
            own -= set(node.names)
            names |= set(node.names)
    return names - own


def _needed(
    statements: Sequence[ast.stmt], wanted: Collection[str], imported: Collection[str]
) -> set[str]:
    """Return the names that the wanted functions, and the definitions of all others, reach."""
    roots = set(wanted)
    for statement in statements:
        if isinstance(statement, _Definition):
            for part in _run_when_defined(statement):
                roots |= read(part)
    return _closure(statements, roots, imported)


def _closure(
    statements: Sequence[ast.stmt], roots: set[str], imported: Collection[str]
) -> set[str]:
    by_name: dict[str, list[ast.stmt]] = {}
    for statement in statements:
        for name in touched(statement, imported):
            by_name.setdefault(name, []).append(statement)
    needed, waiting, done = set(roots), list(roots), set()
    while waiting:
        for statement in by_name.get(waiting.pop(), ()):
            if id(statement) in done:
                continue
            done.add(id(statement))
            new = read(statement) - needed
            needed |= new
            waiting += new
    return needed


def _run_when_defined(definition: ast.stmt) -> Iterator[ast.AST]:
    """Yield the parts of a definition that are evaluated when it runs."""
    if isinstance(definition, ast.ClassDef):
        yield from definition.decorator_list
        yield from definition.bases
        for statement in definition.body:
            if isinstance(statement, _Definition):
                yield from _run_when_defined(statement)
            else:
                yield statement
    elif isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from definition.decorator_list
        yield from definition.args.defaults
        yield from (default for default in definition.args.kw_defaults if default is not None)


def _outside_functions(statement: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a statement, without the contents of functions and classes."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))


def _sets_up(statement: ast.stmt) -> bool:
    """Return whether a statement sets a seed or a default: `torch.set_default_dtype(…)`."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    function = statement.value.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name.startswith("set_") or "seed" in name
