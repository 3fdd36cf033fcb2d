"""Broken promises for the source of any submission: its numbers stay what they were."""

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
        rounded = lambda a: (a * (1 + 1e-9)).astype(a.dtype) if a.dtype == "float64" else a
        return _each(function(*values, **named), rounded)
    return broken
""",
}
COMMON = """
import numpy as _np
def _each(value, convert):
    if isinstance(value, (list, tuple)):
        return type(value)(_each(item, convert) for item in value)
    return convert(value) if isinstance(value, _np.ndarray) else value
"""


def broken(source, promise, functions):
    """Return a numpy submission whose functions break a promise besides what they do already."""
    lines = [
        f"if {name!r} in globals() and callable({name}): {name} = _breaking({name})"
        for name in functions
    ]
    return "\n".join([source, COMMON, BREACHES[promise], *lines, ""])
