"""Translate an author's expressions into Moodle formulas, with parameters as wildcards."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from ...errors import Untranslatable
from ..items.expressions import parse
from ..items.item import Item
from ..items.wording import fill_with


def formula(source: str, item: Item) -> str:
    """Return an expression as a Moodle formula without blanks. Raises Untranslatable."""
    return _write(parse(source), item)


def placeholder(source: str, item: Item) -> str:
    """Return the Moodle placeholder for a value in a text: a wildcard, a formula, or a shape.

    Raises Untranslatable.
    """
    tree = parse(source)
    try:
        sizes = _elements(tree, item)
    except Untranslatable:
        written = _write(tree, item)
        return written if _is_wildcard(written) else f"{{={written}}}"
    return "×".join(
        each if _is_wildcard(each) else f"{{={each}}}" for each in (_write(n, item) for n in sizes)
    )


def template(text: str, item: Item) -> str:
    """Return a text with Moodle's placeholders. Raises Untranslatable."""
    if "{{" in text or "}}" in text:
        raise Untranslatable("literal braces")
    return fill_with(text, lambda source: placeholder(source, item))


def _is_wildcard(written: str) -> bool:
    return written.startswith("{") and written.count("{") == 1 and written.endswith("}")


def _elements(node: ast.expr, item: Item) -> Sequence[ast.expr]:
    if isinstance(node, ast.Name) and node.id in item.derived:
        return _elements(parse(item.derived[node.id]), item)
    if not isinstance(node, ast.Tuple):
        raise Untranslatable("not a shape")
    return node.elts


def _write(node: ast.expr, item: Item) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return str(node.value)
    if isinstance(node, ast.Name):
        if node.id in item.params:
            return f"{{{node.id}}}"
        if node.id in item.derived:
            return f"({_write(parse(item.derived[node.id]), item)})"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return f"(0-{_write(node.operand, item)})"
    if isinstance(node, ast.BinOp):
        left, right = _write(node.left, item), _write(node.right, item)
        if write := _BINARY.get(type(node.op)):
            return write(left, right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return _call(node.func.id, node.args, item)
    raise Untranslatable(ast.dump(node))


_BINARY: dict[type[ast.operator], Callable[[str, str], str]] = {
    ast.Add: lambda a, b: f"({a}+{b})",
    ast.Sub: lambda a, b: f"({a}-{b})",
    ast.Mult: lambda a, b: f"({a}*{b})",
    ast.Div: lambda a, b: f"({a}/{b})",
    ast.FloorDiv: lambda a, b: f"floor({a}/{b})",
    ast.Mod: lambda a, b: f"({a}-{b}*floor({a}/{b}))",
    ast.Pow: lambda a, b: f"pow({a},{b})",
}


def _call(name: str, args: Sequence[ast.expr], item: Item) -> str:
    if name == "prod":
        return "(" + "*".join(_write(each, item) for each in _elements(args[0], item)) + ")"
    if name == "entry" and isinstance(args[1], ast.Constant) and isinstance(args[1].value, int):
        return _write(_elements(args[0], item)[args[1].value], item)
    written = [_write(each, item) for each in args]
    if name in ("floor", "ceil", "abs", "min", "max"):
        return f"{name}({','.join(written)})"
    if name == "ceildiv":
        return f"ceil({written[0]}/{written[1]})"
    if name == "out":
        n, k, p, s = (*written, "0", "1")[:4] if len(written) == 2 else (*written, "1")[:4]
        return f"(floor(({n}-{k}+2*{p})/{s})+1)"
    raise Untranslatable(name)
