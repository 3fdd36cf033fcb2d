"""Slide a window over two-dimensional arrays, with plain loops, for figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..sandbox.protocol.values import Array

Pair = tuple[int, int]


class Slide(NamedTuple):
    """A window of `kernel` elements that slides over `size` elements with padding and stride."""

    size: Pair
    kernel: Pair
    padding: Pair
    stride: Pair

    @property
    def padded(self) -> Pair:
        """Return height and width including padding on both sides."""
        return (self.size[0] + 2 * self.padding[0], self.size[1] + 2 * self.padding[1])

    @property
    def fits(self) -> bool:
        """Return whether there is at least one window."""
        return all(k <= n for k, n in zip(self.kernel, self.padded, strict=True))

    @property
    def output(self) -> Pair:
        """Return the number of windows in each direction: ⌊(n + 2p − k) / s⌋ + 1."""
        (h, w), (kh, kw), (sh, sw) = self.padded, self.kernel, self.stride
        return ((h - kh) // sh + 1, (w - kw) // sw + 1)

    def start(self, index: Pair) -> Pair:
        """Return the position of a window's first element in the padded array."""
        return (index[0] * self.stride[0], index[1] * self.stride[1])

    def windows(self) -> Iterator[tuple[Pair, tuple[slice, slice]]]:
        """Yield each output's index with the slices of its window in the padded array."""
        for i in range(self.output[0]):
            for j in range(self.output[1]):
                top, left = self.start((i, j))
                rows = slice(top, top + self.kernel[0])
                yield (i, j), (rows, slice(left, left + self.kernel[1]))

    def covered(self) -> Array:
        """Return a mask of the elements of the padded array that a window covers."""
        found = np.zeros(self.padded, dtype=bool)
        for _, window in self.windows():
            found[window] = True
        return found


def padded_with(plane: Array, padding: Pair, value: float = 0.0) -> Array:
    """Return a plane [H, W] padded with `value` to [H + 2·ph, W + 2·pw]."""
    (ph, pw) = padding
    return np.pad(plane, ((ph, ph), (pw, pw)), constant_values=value)


def correlate(plane: Array, kernel: Array, slide: Slide) -> Array:
    """Return the cross-correlation of a plane [H, W] with a kernel [kh, kw]."""
    around = padded_with(plane, slide.padding)
    result = np.zeros(slide.output)
    for index, window in slide.windows():
        result[index] = (around[window] * kernel).sum()
    return result
