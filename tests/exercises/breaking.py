"""Add broken promises to the source of any submission without changing its numbers."""

BREACHES = {
    "dtype": """
def _breaking(function):
    def broken(*values, **named):
        wide = lambda array: array.astype("float64") if array.dtype.kind == "f" else array
        return _each(function(*values, **named), wide)
    return broken
""",
    "array": """
def _breaking(function):
    def broken(*values, **named):
        listed = lambda array: array.tolist() if array.ndim else array
        return _each(function(*values, **named), listed)
    return broken
""",
    "mutated": """
def _breaking(function):
    def broken(*values, **named):
        result = _each(function(*values, **named), lambda array: array.copy())
        for value in (*values, *named.values()):
            if isinstance(value, _np.ndarray) and value.size:
                value += 1
        return result
    return broken
""",
    "errors": """
def _breaking(function):
    def broken(*values, **named):
        try:
            return function(*values, **named)
        except ValueError:
            return 0
    return broken
""",
    "pair": """
def _breaking(function):
    def broken(*values, **named):
        for value in (*values, *named.values()):
            if isinstance(value, tuple) and len(value) == 2:
                raise TypeError("unsupported operand type(s) for +: 'int' and 'tuple'")
        return function(*values, **named)
    return broken
""",
    "precision": """
def _breaking(function):
    def broken(*values, **named):
        rounded = lambda a: a * (1 + 1e-9) if a.dtype == "float64" and (a % 1).any() else a
        return _each(function(*values, **named), rounded)
    return broken
""",
}
#: Only the outermost call breaks a promise, if functions call each other.
COMMON = """
import numpy as _np
_calls = []
def _outermost(function):
    breaking = _breaking(function)
    def outermost(*values, **named):
        if _calls:
            return function(*values, **named)
        _calls.append(function)
        try:
            return breaking(*values, **named)
        finally:
            _calls.clear()
    return outermost
def _each(value, convert):
    if isinstance(value, (list, tuple)):
        items = [_each(item, convert) for item in value]
        return items if isinstance(value, list) else tuple(items)
    return convert(value) if isinstance(value, _np.ndarray) else value
"""


def broken(source, promise, functions):
    """Return a numpy submission whose functions break one more promise."""
    lines = [
        f"if {name!r} in globals() and callable({name}): {name} = _outermost({name})"
        for name in functions
    ]
    return "\n".join([source, COMMON, BREACHES[promise], *lines, ""])
