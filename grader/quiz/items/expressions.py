"""Evaluate exact, bounded arithmetic over parameters with simpleeval, never with `eval`.

Integers stay integers, `/` gives an exact fraction, and no number grows past `MAX_BITS`. The
same evaluator reads an author's expressions (with matrix functions) and a learner's answer
(arithmetic alone), each with its own set of names and functions.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from ...errors import ExpressionError
from .item import Value
from .matrices import FUNCTIONS as MATRIX_FUNCTIONS

#: Maximum size of a number, in bits: 78 digits, far above any count of parameters.
MAX_BITS = 256
#: Maximum absolute value of an exponent.
MAX_EXPONENT = 64
#: Maximum length of an expression, in characters.
MAX_LENGTH = 400
#: Maximum depth of nested brackets.
MAX_DEPTH = 40


def evaluate(source: str, names: Mapping[str, Any]) -> Value:
    """Return the value of an author's expression. Raises ExpressionError."""
    return _run(_authors, source, names)


def evaluate_arithmetic(source: str, names: Mapping[str, Any]) -> Value:
    """Return the value of a learner's expression, which has only numbers, `names` and arithmetic.

    Raises ExpressionError.
    """
    return _run(_learners, source, names)


@lru_cache(maxsize=8192)
def parse(source: str) -> ast.expr:
    """Return the syntax tree of one expression. Raises ExpressionError."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"longer than {MAX_LENGTH} characters")
    depth = deepest = 0
    for character in source:
        depth += (character in "([") - (character in ")]")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise ExpressionError("brackets nested too deep")
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"not an expression: {source!r}") from error
    return tree


def _run(load: Callable[[], Any], source: str, names: Mapping[str, Any]) -> Value:
    tree = parse(source)
    if isinstance(tree, ast.Name) and tree.id in names:
        known: Value = names[tree.id]  # most placeholders are plain names, which need no evaluator
        return known
    evaluator = load()
    outer = evaluator.names
    evaluator.names = names
    try:
        value: Value = whole(evaluator.eval(source, previously_parsed=tree))
        return value
    except ExpressionError:
        raise
    # An expression may fail in any operator or function that it uses.
    except Exception as error:
        raise ExpressionError(f"{source!r}: {error}") from error
    finally:
        evaluator.names = outer


def whole(value: Any) -> Any:
    """Convert a fraction with denominator 1 into an integer; return other values unchanged."""
    if not isinstance(value, int) and getattr(value, "denominator", 0) == 1:
        return value.numerator
    return value


def _bounded(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def run(a: Any, b: Any) -> Any:
        if not (_is_number(a) and _is_number(b)):
            raise ExpressionError("arithmetic on something that is not a number")
        return _checked(whole(compute(a, b)))

    return run


def _checked(value: Any) -> Any:
    if any(part.bit_length() > MAX_BITS for part in (value.numerator, value.denominator)):
        raise ExpressionError("the number is too large")
    return value


def _is_number(value: Any) -> bool:
    return hasattr(value, "denominator") and not isinstance(value, bool)


def _divisor(b: Any) -> Any:
    if b == 0:
        raise ExpressionError("division by zero")
    return b


def _divide(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int) and a % _divisor(b) == 0:
        return a // b
    from fractions import Fraction  # slow to import, and most questions need no fractions

    return Fraction(a) / Fraction(_divisor(b))


def _power(a: Any, b: Any) -> Any:
    if not isinstance(b, int):
        raise ExpressionError("the exponent is not a whole number")
    if abs(b) > MAX_EXPONENT:
        raise ExpressionError("the number is too large")
    if a == 0 and b < 0:
        raise ExpressionError("division by zero")
    if max(a.numerator.bit_length(), a.denominator.bit_length()) * abs(b) > MAX_BITS:
        raise ExpressionError("the number is too large")
    return a**b if b >= 0 else _divide(1, a**-b)


def _floor(x: Any) -> int:
    return int(x.numerator // x.denominator)


def _ceil(x: Any) -> int:
    return -_floor(-x)


_ARITHMETIC: dict[type, Callable[..., Any]] = {
    ast.Add: _bounded(operator.add),
    ast.Sub: _bounded(operator.sub),
    ast.Mult: _bounded(operator.mul),
    ast.Div: _bounded(_divide),
    ast.FloorDiv: _bounded(lambda a, b: a // _divisor(b)),
    ast.Mod: _bounded(lambda a, b: a % _divisor(b)),
    ast.Pow: _bounded(_power),
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_COMPARISONS: dict[type, Callable[..., Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
    ast.Not: operator.not_,
}


@cache
def _authors() -> Any:
    allowed = (
        ast.Constant,
        ast.Name,
        ast.UnaryOp,
        ast.BinOp,
        ast.BoolOp,
        ast.Compare,
        ast.IfExp,
        ast.Call,
        ast.Tuple,
    )
    functions: dict[str, Callable[..., Any]] = {
        "floor": _floor,
        "ceil": _ceil,
        "min": min,
        "max": max,
        "abs": abs,
    }
    operators = {**_ARITHMETIC, **_COMPARISONS}
    return _evaluator(allowed, operators, {**functions, **MATRIX_FUNCTIONS})


@cache
def _learners() -> Any:
    allowed = (ast.Constant, ast.Name, ast.UnaryOp, ast.BinOp, ast.Call)
    return _evaluator(allowed, dict(_ARITHMETIC), {"floor": _floor, "ceil": _ceil})


def _evaluator(
    allowed: tuple[type, ...],
    operators: dict[type, Callable[..., Any]],
    functions: dict[str, Callable[..., Any]],
) -> Any:
    from simpleeval import EvalWithCompoundTypes

    evaluator = EvalWithCompoundTypes(operators=operators, functions=functions, names={})
    # The class adds container constructors (list, set …) that no expression here needs.
    evaluator.functions = functions
    evaluator.nodes = {node: run for node, run in evaluator.nodes.items() if node in allowed}
    evaluator.nodes[ast.Constant] = _constant
    return evaluator


def _constant(node: ast.Constant) -> Any:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ExpressionError(f"{value!r} is not a whole number")
    return _checked(value) if isinstance(value, int) else value
