"""Change a solution's source slightly at random, like typing errors and slips of thought."""

import ast
import copy
import random
from collections.abc import Callable, Iterator

SWAPS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.MatMult: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
#: Changes its tree in place.
Change = Callable[[], None]


def mutated(source: str, random: random.Random) -> str:
    """Return `source` with one or two changes."""
    tree = copy.deepcopy(ast.parse(source))
    for _ in range(random.choice((1, 1, 2))):
        random.choice(list(changes(tree)))()
    return ast.unparse(ast.fix_missing_locations(tree))


def changes(tree: ast.AST) -> Iterator[Change]:
    """Yield every single change that can be made within a tree's functions."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                yield from _changes(node)


def _changes(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in SWAPS:
        yield _set(node, "op", SWAPS[type(node.op)]())
    if isinstance(node, ast.AugAssign):
        yield _set(node, "op", ast.Mult())
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        yield _set(node, "ops", [SWAPS[type(node.ops[0])](), *node.ops[1:]])
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield _set(node, "value", node.value + 1)
        yield _set(node, "value", node.value - 1)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield _set(node, "value", not node.value)
    if isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) > 1:
        yield _set(node, "elts", node.elts[::-1])
    if isinstance(node, ast.Call) and len(node.args) > 1:
        yield _set(node, "args", [node.args[1], node.args[0], *node.args[2:]])
    if isinstance(node, ast.Slice):
        for name in ("lower", "upper", "step"):
            if getattr(node, name) is not None:
                yield _set(node, name, None)
    for name in ("body", "orelse"):
        statements = getattr(node, name, None)
        if isinstance(statements, list):
            for at in range(len(statements)):
                yield _set(node, name, [*statements[:at], ast.Pass(), *statements[at + 1 :]])


def _set(node: ast.AST, name: str, value: object) -> Change:
    return lambda: setattr(node, name, value)
