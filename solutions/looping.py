"""Sliding windows as a student's loop takes them: clipped at the image's end, and broadcast."""

from collections.abc import Callable
from typing import Any

from array_api_compat import array_namespace, device

from .geometry import wide_enough

Window = tuple[slice, slice]


def looped(
    correlate: Callable[[Any, Any], Any],
    X: Any,
    K: Any,
    size: tuple[int, int],
    window: Callable[[int, int], Window],
    maps: tuple[int, ...] = (),
) -> Any:
    """Return [*maps, *size], whose element (i, j) is the sum of X[..., window(i, j)] * K.

    The sums are computed with `correlate`, so that a mistake in it shows in the result. Raises
    ValueError if a window cannot be broadcast to the kernel, or if the size is negative.
    """
    if min(size) < 0:
        raise ValueError("negative dimensions are not allowed")
    xp = array_namespace(X)
    Y = xp.zeros((*maps, *size), dtype=wide_enough(X).dtype, device=device(X))
    for i in range(size[0]):
        for j in range(size[1]):
            cells = X[(..., *window(i, j))]
            common = [_common(n, k) for n, k in zip(cells.shape[-2:], K.shape[-2:], strict=True)]
            if 0 not in common:
                both = (xp.broadcast_to(A, (*A.shape[:-2], *common)) for A in (cells, K))
                Y[..., i, j] = correlate(*both)[..., 0, 0]
    return Y


def first_part(Y: Any, rows: int, columns: int, zeros: bool) -> Any:
    """Return the first rows and columns of Y[..., H, W]; the others are zeros, or left out."""
    if not zeros:
        return Y[..., :rows, :columns]
    out = array_namespace(Y).zeros_like(Y)
    out[..., :rows, :columns] = Y[..., :rows, :columns]
    return out


def running_sums(Y: Any, axes: int) -> Any:
    """Return Y with each sum added to those before it, along its last `axes` axes.

    This is what a loop computes if its sum starts from 0 only before the last `axes` loops.
    """
    xp = array_namespace(Y)
    lines = xp.reshape(Y, (*Y.shape[: Y.ndim - axes], -1))
    return xp.reshape(xp.cumulative_sum(lines, axis=-1), Y.shape)


def _common(n: int, k: int) -> int:
    """Return the size to which n and k are broadcast; raise ValueError if they do not match."""
    if n != k and 1 not in (n, k):
        raise ValueError("operands could not be broadcast together")
    return n if k == 1 else k
