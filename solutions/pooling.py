"""Positions of pooling windows, and other functions that the references of pooling share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from array_api_compat import array_namespace, device

from .geometry import output_size, pair


class WindowOutsideError(ValueError):
    """Raised by mistakes whose window lies outside the image, or does not fit into it."""


def whatever_the_count(same: Callable[[], Any], apart: Callable[[], Any]) -> Any:
    """Return `same()`, or `apart()` if that refuses the number of windows.

    A mistake in the stride takes any number of them, so its answer comes first.
    """
    try:
        return same()
    except WindowOutsideError:
        raise
    except (IndexError, RuntimeError, ValueError):
        return apart()


@dataclass(frozen=True)
class Windows:
    """The windows of a pooling layer; every pair is (height, width)."""

    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    #: Number of windows downwards and across.
    size: tuple[int, int]

    def shifts(self) -> Iterator[tuple[Any, slice, slice]]:
        """Yield for each kernel element, in row order, an index of that element in every window.

        The index is meant for padded arrays [..., H + 2 ph, W + 2 pw] and selects [..., H', W'].
        """
        (kh, kw), (sh, sw), (rows, columns) = self.kernel, self.stride, self.size
        for i in range(kh):
            for j in range(kw):
                down = slice(i, i + (rows - 1) * sh + 1, sh)
                across = slice(j, j + (columns - 1) * sw + 1, sw)
                yield ..., down, across


def windows_on(shape: Any, kernel_size: Any, stride: Any = None, padding: Any = 0) -> Windows:
    """Return the windows on an input [..., H, W]; by default the stride is the kernel size.

    Raises ValueError if no window fits or, as torch does, if the padding exceeds half the kernel.
    """
    kernel, padding = pair(kernel_size), pair(padding)
    stride = kernel if stride is None else pair(stride)
    if any(2 * p > k for p, k in zip(padding, kernel, strict=True)):
        raise ValueError("the padding is larger than half the kernel")
    rows, columns = map(output_size, shape[-2:], kernel, padding, stride)
    return Windows(kernel, stride, padding, (rows, columns))


def lowest(X: Any) -> Any:
    """Return the value that never wins a maximum in X: minus infinity, or the smallest integer."""
    xp = array_namespace(X)
    return -float("inf") if xp.isdtype(X.dtype, "real floating") else xp.iinfo(X.dtype).min


def without_nan(X: Any) -> Any:
    """Return X with minus infinity in place of NaN: `x > best` is false for both."""
    xp = array_namespace(X)
    return xp.where(X != X, xp.asarray(lowest(X), dtype=X.dtype, device=device(X)), X)


def cropped(padded: Any, padding: Any) -> Any:
    """Return `padded` [..., H + 2 ph, W + 2 pw] without its padding: [..., H, W]."""
    ph, pw = pair(padding)
    height, width = padded.shape[-2:]
    return padded[..., ph : height - ph, pw : width - pw]
