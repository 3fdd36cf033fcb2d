"""Compute the matrix operations that items use, on tuples of rows of whole numbers.

In plain Python, because a quiz must start without importing numpy. Drawn matrices are small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Matrix = tuple[tuple[Any, ...], ...]
#: Maximum number of rows and of columns.
MAX_SIDE = 40


def build(rows: int, cols: int, cell: Callable[[int, int], Any]) -> Matrix:
    """Return the matrix whose entry at row i and column j is cell(i, j). Raises ValueError."""
    if not (0 < rows <= MAX_SIDE and 0 < cols <= MAX_SIDE):
        raise ValueError(f"a {rows}×{cols} matrix cannot be drawn")
    return tuple(tuple(cell(i, j) for j in range(cols)) for i in range(rows))


def at(x: Matrix, i: int, j: int) -> Any:
    """Return one entry. Raises ValueError for an index outside the matrix, also a negative one."""
    if not (0 <= i < len(x) and 0 <= j < len(x[0])):
        raise ValueError(f"({i}, {j}) lies outside the matrix")
    return x[i][j]


def flip(x: Matrix) -> Matrix:
    """Rotate a matrix by 180°."""
    return flip_rows(flip_cols(x))


def flip_rows(x: Matrix) -> Matrix:
    """Reverse the order of the rows."""
    return x[::-1]


def flip_cols(x: Matrix) -> Matrix:
    """Reverse the order of the columns."""
    return tuple(row[::-1] for row in x)


def transpose(x: Matrix) -> Matrix:
    """Return the transposed matrix."""
    return tuple(zip(*x, strict=True))


def pad(x: Matrix, ph: int, pw: int | None = None, value: int = 0) -> Matrix:
    """Add `ph` rows and `pw` columns (`ph` by default) of `value` on each side."""
    pw = ph if pw is None else pw
    blank = (value,) * (len(x[0]) + 2 * pw)
    middle = tuple((value,) * pw + row + (value,) * pw for row in x)
    return (blank,) * ph + middle + (blank,) * ph


def window(x: Matrix, i: int, j: int, height: int, width: int) -> Matrix:
    """Return the block of a given size whose upper left entry is (i, j). Raises ValueError."""
    at(x, i, j), at(x, i + height - 1, j + width - 1)
    return tuple(row[j : j + width] for row in x[i : i + height])


def dot(x: Matrix, k: Matrix, i: int = 0, j: int = 0) -> Any:
    """Return the sum of products of `k` and the window of `x` at (i, j)."""
    block = window(x, i, j, len(k), len(k[0]))
    return sum(
        a * b
        for row, kernel in zip(block, k, strict=True)
        for a, b in zip(row, kernel, strict=True)
    )


def correlate(x: Matrix, k: Matrix, sh: int = 1, sw: int | None = None) -> Matrix:
    """Return the cross-correlation of `x` and `k` at stride (sh, sw)."""
    sw = sh if sw is None else sw
    rows = (len(x) - len(k)) // sh + 1
    cols = (len(x[0]) - len(k[0])) // sw + 1
    return build(rows, cols, lambda i, j: dot(x, k, i * sh, j * sw))


def matmul(a: Matrix, b: Matrix) -> Matrix:
    """Return the matrix product."""
    return tuple(
        tuple(sum(x * y for x, y in zip(row, col, strict=True)) for col in zip(*b, strict=True))
        for row in a
    )


def flat(x: Matrix) -> tuple[Any, ...]:
    """Return the entries in row order."""
    return tuple(entry for row in x for entry in row)


def argmax(x: Matrix) -> int:
    """Return the flat index of the first maximum in row order."""
    entries = flat(x)
    return entries.index(max(entries))


def prod(x: tuple[int, ...]) -> int:
    """Return the product of the sizes of a shape."""
    result = 1
    for factor in x:
        result *= factor
    return result


def out(n: int, k: int, p: int = 0, s: int = 1) -> int:
    """Return the output size for input size n, kernel k, padding p per side and stride s."""
    return (n - k + 2 * p) // s + 1


def ceildiv(a: int, b: int) -> int:
    """Return a / b, rounded up."""
    return -(-a // b)


#: Functions that an author's expression may call.
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "at": at,
    "flip": flip,
    "flip_rows": flip_rows,
    "flip_cols": flip_cols,
    "transpose": transpose,
    "pad": pad,
    "window": window,
    "dot": dot,
    "correlate": correlate,
    "matmul": matmul,
    "argmax": argmax,
    "prod": prod,
    "out": out,
    "ceildiv": ceildiv,
    "sumof": lambda x: sum(flat(x)),
    "maxof": lambda x: max(flat(x)),
    "minof": lambda x: min(flat(x)),
    "count": lambda x, value: flat(x).count(value),
    "rows": len,
    "cols": lambda x: len(x[0]),
    "entry": lambda t, index: t[index],
}
