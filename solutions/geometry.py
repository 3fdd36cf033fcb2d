"""Functions that the references of sliding-window exercises share."""

from collections.abc import Sequence
from typing import Any

from array_api_compat import array_namespace, device


def pair(value: Any) -> tuple[int, int]:
    """Return an int or a pair (height, width) as a pair (height, width)."""
    if isinstance(value, (tuple, list)):
        height, width = value
        return int(height), int(width)
    return int(value), int(value)


def wide_enough(X: Any) -> Any:
    """Return integers as int64, so that sums of products do not overflow, and floats unchanged."""
    xp = array_namespace(X)
    return X if xp.isdtype(X.dtype, "real floating") else xp.astype(X, xp.int64)


def pad(X: Any, padding: Any, value: float = 0) -> Any:
    """Return `X[..., H, W]` with `padding` rows and columns of `value` on each side."""
    xp = array_namespace(X)
    ph, pw = pair(padding)
    *batch, height, width = X.shape
    padded = xp.full(
        (*batch, height + 2 * ph, width + 2 * pw), value, dtype=X.dtype, device=device(X)
    )
    padded[..., ph : ph + height, pw : pw + width] = X
    return padded


def output_size(n: int, k: int, padding: int, stride: int) -> int:
    """Return the number of windows of size k that fit; raise ValueError if none does."""
    size = (n + 2 * padding - k) // stride + 1
    if stride < 1 or padding < 0 or k < 1 or n + 2 * padding < k:
        raise ValueError(f"a window of {k} does not fit {n} elements padded by {padding}")
    return size


def windows_inside(sizes: Sequence[int], sides: Sequence[int], stride: Any) -> tuple[int, int]:
    """Return how many windows fit downwards and across without padding, 0 if none does."""
    axes = zip(sizes, sides, pair(stride), strict=True)
    rows, columns = (max((n - k) // s + 1, 0) for n, k, s in axes)
    return rows, columns
