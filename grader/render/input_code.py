"""Write a case's input as Python to paste, with exact numbers, dtypes and memory layouts."""

from __future__ import annotations

import base64
import textwrap
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..answer_key.key import PRIVATE, Case
from ..errors import UsageError
from ..grading.report import Provenance
from ..runner.job import ANSWER
from ..sandbox.protocol.values import Array

#: Maximum number of elements written as numbers; larger arrays become compressed bytes.
WRITTEN_ELEMENTS = 400
#: Maximum line length of the code, in columns.
COLUMNS = 88
#: Framework → dtypes that `array` and `tensor` choose for Python's numbers.
_DEFAULTS = {"numpy": ("float64", "int64", "bool"), "torch": ("float32", "int64", "bool")}


def input_code(case: Case, where: Provenance) -> str:
    """Return assignments of all arguments, and the call as a comment; of a question a comment.

    Raises UsageError for a private key, whose inputs no student may see.
    """
    if where.seed.startswith(PRIVATE):
        raise UsageError("checking", "input_private")
    if case.driver == ANSWER:
        return f"# {case.function} = ..."
    written = "\n".join(
        f"{name} = {_written(value, where.framework)}" for name, value in case.arguments.items()
    )
    if where.device != "cpu":
        arrays = [n for n, value in case.arguments.items() if isinstance(value, np.ndarray)]
        written += "".join(f'\n{name} = {name}.to("{where.device}")' for name in arrays)
    lines = [*_imports(written), written, f"# {_call(case)}"]
    return "\n".join(line for line in lines if line)


def _imports(written: str) -> Iterator[str]:
    needed = {
        "import base64": "base64.",
        "import zlib": "zlib.",
        "import numpy as np": "np.",
        "import torch": "torch.",
    }
    yield from (line for line, used in needed.items() if used in written)


def _call(case: Case) -> str:
    names = list(case.arguments)
    parts = [*names[: case.positional], *(f"{n}={n}" for n in names[case.positional :])]
    if case.driver:
        return f"{case.driver}({', '.join([case.function, *parts])})"
    return f"{case.function}({', '.join(parts)})"


def _written(value: Any, framework: str) -> str:
    """Return a value as a Python expression."""
    if isinstance(value, np.ndarray):
        return _array(value, framework)
    if isinstance(value, np.generic):
        return f"np.{value.dtype.name}({_number(value)})"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, (list, tuple)):
        inner = ", ".join(_written(child, framework) for child in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, dict):
        items = (f"{key!r}: {_written(child, framework)}" for key, child in value.items())
        return "{" + ", ".join(items) + "}"
    return repr(value)


def _array(array: Array, framework: str) -> str:
    dtype, name = array.dtype.name, "np" if framework == "numpy" else "torch"
    if array.size > WRITTEN_ELEMENTS:
        made = _packed(array)
        made = made if name == "np" else f"torch.from_numpy({made})"
    elif array.size == 0:
        made = f"{name}.zeros({array.shape}, dtype={name}.{_dtype(dtype, name)})"
    else:
        maker = "np.array" if name == "np" else "torch.tensor"
        typed = "" if dtype in _DEFAULTS[framework] else f", dtype={name}.{_dtype(dtype, name)}"
        made = f"{maker}({_nested(array, len(maker) + len(typed) + 12)}{typed})"
    return _laid_out(made, array, name)


def _dtype(dtype: str, library: str) -> str:
    """Return a dtype's name as an attribute of its library; numpy 1 has no `np.bool`."""
    return "bool_" if dtype == "bool" and library == "np" else dtype


def _laid_out(made: str, array: Array, library: str) -> str:
    """Return an expression that gives `made` the array's memory layout.

    The layout is C order, Fortran order, or every second element of a wider array.
    """
    if array.flags.c_contiguous:
        return made
    if array.flags.f_contiguous:
        if library == "np":
            return f"np.asfortranarray({made})"
        axes = tuple(reversed(range(array.ndim)))
        return f"{made}.permute{axes}.contiguous().permute{axes}"
    if library == "np":
        return f"np.repeat({made}, 2, axis=-1)[..., ::2]"
    return f"{made}.repeat_interleave(2, -1)[..., ::2]"


def _nested(array: Array, indent: int) -> str:
    """Return an array as nested lists, with one row per line if they do not fit into one."""
    if array.ndim == 0:
        return _number(array[()])
    text = "[" + ", ".join(_nested(row, 0) for row in array) + "]"
    if indent == 0 or len(text) <= COLUMNS - indent:
        return text
    return "[\n" + "".join(f"    {line}\n" for line in _rows(array)) + "]"


def _rows(array: Array) -> Iterator[str]:
    if array.ndim == 1:
        numbers = ", ".join(map(_number, array))
        yield from textwrap.wrap(numbers, COLUMNS - 4, break_long_words=False)
        return
    for row in array:
        text = _nested(row, 0)
        if len(text) <= COLUMNS - 5:
            yield f"{text},"
            continue
        yield "["
        yield from (f"    {line}" for line in _rows(row))
        yield "],"


def _number(value: Any) -> str:
    """Return the shortest expression that evaluates to exactly this number."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (complex, np.complexfloating)):
        return repr(complex(value))
    number = float(value)
    if number != number or abs(number) == float("inf"):
        return f'float("{number}")'
    if isinstance(value, np.floating):
        short = np.format_float_scientific(value, unique=True)
        exact = float(short) == number or type(value)(float(short)) == value
        return repr(float(short)) if exact else repr(number)
    return repr(number)


def _packed(array: Array) -> str:
    """Return a numpy expression that restores an array from its compressed bytes."""
    order = array.dtype.newbyteorder("<")
    data = np.ascontiguousarray(array, dtype=order).tobytes()
    text = base64.b64encode(zlib.compress(data, 9)).decode()
    lines = "\n".join(f'    "{part}"' for part in textwrap.wrap(text, COLUMNS - 6))
    shape = ", ".join(map(str, array.shape))
    return (
        f'np.frombuffer(zlib.decompress(base64.b64decode(\n{lines}\n)), "{order.str}")'
        f".reshape({shape}).astype(np.{_dtype(array.dtype.name, 'np')})"
    )
