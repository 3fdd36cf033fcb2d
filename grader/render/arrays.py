"""Format arrays and other values: small ones in full, large ones around the relevant position."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeGuard

import numpy as np

from ..sandbox.protocol.values import Array
from ..terminal.layout import Paint, clean, clipped

#: Maximum number of rows and columns drawn of an array.
ROWS, COLUMNS = 8, 10
#: Maximum number of elements of an array that is shown in one line.
INLINE = 12


#: Default and maximum number of significant digits of a number.
DIGITS, ALL_DIGITS = 6, 17


def number_text(value: Any, digits: int = DIGITS) -> str:
    """Return a number as a short text: 19 rather than 19.0, else `digits` significant digits."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isfinite(number) and number == int(number) and abs(number) < 1e9:
            return str(int(number))
        return f"{number:.{digits}g}"
    return clipped(clean(str(value)), 40)


def digits_apart(one: Any, other: Any) -> int:
    """Return the number of significant digits with which two numbers look different."""
    for digits in range(DIGITS, ALL_DIGITS):
        if number_text(one, digits) != number_text(other, digits):
            return digits
    return ALL_DIGITS if one != other else DIGITS


def typed_text(value: Any) -> str:
    """Return a value as a text that shows its type: 4.0 rather than 4 for a float."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return f"{float(value):.1f}"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(typed_text(child) for child in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    return value_text(value)


def shape_text(shape: Sequence[Any]) -> str:
    """Return a shape in the notation of the lessons: [2, 3, 5]."""
    return "[" + ", ".join(str(n) for n in shape) + "]"


def value_text(value: Any, room: int = 60, digits: int = DIGITS) -> str:
    """Return a plain value in one line; of a large array only the dtype and shape."""
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return number_text(value.item(), digits)
        if value.ndim == 1 and value.size <= INLINE:
            text = "[" + " ".join(number_text(v, digits) for v in value.tolist()) + "]"
            if len(text) <= room:
                return text
        return f"{value.dtype.name} {shape_text(value.shape)}"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(value_text(child, room, digits) for child in value)
        if isinstance(value, tuple):
            inner = f"({inner},)" if len(value) == 1 else f"({inner})"
        else:
            inner = f"[{inner}]"
        return clipped(inner, room)
    if isinstance(value, dict):
        inner = ", ".join(
            f"{clean(str(k))}: {value_text(v, room, digits)}" for k, v in value.items()
        )
        return clipped("{" + inner + "}", room)
    if isinstance(value, str):
        return clipped(repr(clean(value)), room)
    return number_text(value, digits)


def matrix_lines(
    array: Array,
    mark: tuple[int, ...] | None = None,
    paint: Paint | None = None,
    style: str = "",
    digits: int = DIGITS,
) -> list[str]:
    """Return an array as rows of numbers, with the element `mark` in square brackets.

    Of an array with more than two dimensions, the plane with the mark (else the first) is drawn
    under its index; of a large plane, the part around the mark.
    """
    paint = paint or Paint()
    if array.ndim == 0:
        array = array.reshape(1)
    if array.size == 0:
        return [f"{array.dtype.name} {shape_text(array.shape)}"]
    if array.ndim == 1:
        array, mark = array[None], (0, *mark) if mark else None
    outer = mark[:-2] if mark else (0,) * (array.ndim - 2)
    plane = array[outer] if outer else array
    lines = _plane_lines(plane, mark[-2:] if mark else None, paint, style, digits)
    if outer and array.ndim > 2:
        place = ", ".join(str(i) for i in outer)
        lines.insert(0, paint(f"[{place}, :, :]", "dim"))
    return lines


def drawable(value: object) -> TypeGuard[Array]:
    """Return whether a value is an array that is drawn as a block rather than in one line."""
    return isinstance(value, np.ndarray) and value.ndim >= 1 and value.size > 0


def _plane_lines(
    plane: Array, mark: tuple[int, ...] | None, paint: Paint, style: str, digits: int
) -> list[str]:
    row, column = mark or (0, 0)
    top, left = start_of(plane.shape[0], ROWS, row), start_of(plane.shape[1], COLUMNS, column)
    part = plane[top : top + ROWS, left : left + COLUMNS]
    texts = [[number_text(v, digits) for v in line] for line in part.tolist()]
    widths = [max(len(line[j]) for line in texts) for j in range(part.shape[1])]
    before, after = left > 0, left + part.shape[1] < plane.shape[1]
    lines = []
    for i, line in enumerate(texts):
        cells = []
        for j, text in enumerate(line):
            cell = text.rjust(widths[j])
            if mark and (i + top, j + left) == mark:
                cell = paint(f"[{cell}]", "bold", style) if style else f"[{cell}]"
            else:
                cell = f" {cell} "
            cells.append(cell)
        lines.append(("… " if before else "") + "".join(cells) + (" …" if after else ""))
    if top > 0:
        lines.insert(0, "  ⋮")
    if top + part.shape[0] < plane.shape[0]:
        lines.append("  ⋮")
    return lines


def start_of(length: int, shown: int, wanted: int) -> int:
    """Return the start of a range of `shown` out of `length` elements that contains `wanted`."""
    return max(0, min(wanted - shown // 2, length - shown))
