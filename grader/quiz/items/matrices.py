"""The few matrix operations that items use, on tuples of rows of whole numbers.

Plain Python on purpose: a quiz must start without numpy, and no drawn matrix exceeds 12 × 12.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Matrix = tuple[tuple[Any, ...], ...]
MAX_SIDE = 40


def build(rows: int, cols: int, cell: Callable[[int, int], Any]) -> Matrix:
    """The matrix whose entry at row i and column j is cell(i, j)."""
    if not (0 < rows <= MAX_SIDE and 0 < cols <= MAX_SIDE):
        raise ValueError(f"a {rows}×{cols} matrix cannot be drawn")
    return tuple(tuple(cell(i, j) for j in range(cols)) for i in range(rows))


def at(x: Matrix, i: int, j: int) -> Any:
    """One entry; a negative index is an error and not the other end."""
    if not (0 <= i < len(x) and 0 <= j < len(x[0])):
        raise ValueError(f"({i}, {j}) lies outside the matrix")
    return x[i][j]


def flip(x: Matrix) -> Matrix:
    """Turned by 180°."""
    return flip_rows(flip_cols(x))


def flip_rows(x: Matrix) -> Matrix:
    """Upside down."""
    return x[::-1]


def flip_cols(x: Matrix) -> Matrix:
    """Left to right."""
    return tuple(row[::-1] for row in x)


def transpose(x: Matrix) -> Matrix:
    """Rows become columns."""
    return tuple(zip(*x, strict=True))


def pad(x: Matrix, ph: int, pw: int | None = None, value: int = 0) -> Matrix:
    """`ph` rows and `pw` columns of `value` on each side."""
    pw = ph if pw is None else pw
    blank = (value,) * (len(x[0]) + 2 * pw)
    middle = tuple((value,) * pw + row + (value,) * pw for row in x)
    return (blank,) * ph + middle + (blank,) * ph


def window(x: Matrix, i: int, j: int, height: int, width: int) -> Matrix:
    """The block of the given size whose upper left entry is (i, j)."""
    at(x, i, j), at(x, i + height - 1, j + width - 1)
    return tuple(row[j : j + width] for row in x[i : i + height])


def dot(x: Matrix, k: Matrix, i: int = 0, j: int = 0) -> Any:
    """The sum of products of `k` and the window of `x` at (i, j)."""
    block = window(x, i, j, len(k), len(k[0]))
    return sum(
        a * b
        for row, kernel in zip(block, k, strict=True)
        for a, b in zip(row, kernel, strict=True)
    )


def correlate(x: Matrix, k: Matrix, sh: int = 1, sw: int | None = None) -> Matrix:
    """The cross-correlation map of `x` and `k` at stride (sh, sw)."""
    sw = sh if sw is None else sw
    rows = (len(x) - len(k)) // sh + 1
    cols = (len(x[0]) - len(k[0])) // sw + 1
    return build(rows, cols, lambda i, j: dot(x, k, i * sh, j * sw))


def matmul(a: Matrix, b: Matrix) -> Matrix:
    """The matrix product."""
    return tuple(
        tuple(sum(x * y for x, y in zip(row, col, strict=True)) for col in zip(*b, strict=True))
        for row in a
    )


def flat(x: Matrix) -> tuple[Any, ...]:
    """The entries in row order."""
    return tuple(entry for row in x for entry in row)


def argmax(x: Matrix) -> int:
    """The flat index of the first maximum in row order."""
    entries = flat(x)
    return entries.index(max(entries))


def prod(x: tuple[int, ...]) -> int:
    """The product of a shape."""
    result = 1
    for factor in x:
        result *= factor
    return result


def out(n: int, k: int, p: int = 0, s: int = 1) -> int:
    """The output size of a window: kernel k, padding p per side, stride s."""
    return (n - k + 2 * p) // s + 1


def ceildiv(a: int, b: int) -> int:
    """a / b rounded up."""
    return -(-a // b)


#: What an author's expression may call.
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
