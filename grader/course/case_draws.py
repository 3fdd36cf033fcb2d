"""Seeded draws for case generators: small whole numbers first, so that a case fits on paper."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..sandbox.protocol.values import Array

Shape = int | Sequence[int]


class Draw:
    """Draw arrays in the dtypes of the framework that a key is made for.

    `float_dtype` is what a student gets from `np.zeros` or `torch.zeros`: float64 or float32.
    Every drawn number is exact in float32. The same (seed, framework) gives the same draws.
    """

    def __init__(self, seed: str, framework: str = "numpy", device: str = "cpu") -> None:
        self.framework = framework
        self.device = device
        self.float_dtype = "float32" if framework == "torch" else "float64"
        digest = hashlib.sha256(seed.encode()).digest()
        self._rng = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))

    def integers(
        self, shape: Shape, low: int = -4, high: int = 9, dtype: str | None = None
    ) -> Array:
        """Return whole numbers from low to high, both included; floats unless `dtype` is given."""
        drawn: Array = self._rng.integers(low, high, size=shape, endpoint=True)
        return drawn.astype(dtype or self.float_dtype)

    def distinct(
        self, shape: Shape, low: int = 1, high: int | None = None, dtype: str | None = None
    ) -> Array:
        """Return shuffled whole numbers, no two equal; raise `high` if the range is too small."""
        count = int(np.prod(shape))
        top = max(high or 0, low + count - 1)
        drawn: Array = self._rng.permutation(np.arange(low, top + 1))[:count]
        return drawn.reshape(shape).astype(dtype or self.float_dtype)

    def kernel(self, shape: Sequence[int], dtype: str | None = None) -> Array:
        """Return distinct whole numbers, so that no flip, transpose or mirror image is equal."""
        return self.distinct(shape, low=-2, dtype=dtype)

    def reals(self, shape: Shape, dtype: str | None = None) -> Array:
        """Return multiples of 1/8 from -5 to 5, excluding 0."""
        eighths: Array = self._rng.integers(1, 40, size=shape, endpoint=True)
        signs: Array = self._rng.choice([-1, 1], size=shape)
        return (eighths * signs / 8).astype(dtype or self.float_dtype)

    def noise(self, shape: Shape) -> Array:
        """Return normally distributed float32 numbers, for arrays too large for the exact draws."""
        drawn: Array = self._rng.standard_normal(shape, dtype=np.float32)
        return drawn

    def image(self, shape: Shape) -> Array:
        """Return grey values from 0 to 255, many of them above 127.

        uint8 for numpy, int64 for torch: torch's products refuse mixed dtypes, so a uint8 image
        would make correct solutions fail.
        """
        drawn: Array = self._rng.integers(90, 255, size=shape, endpoint=True)
        return drawn.astype("uint8" if self.framework == "numpy" else "int64")

    def whole(self, low: int, high: int) -> int:
        """Return one Python int from low to high, both included."""
        return int(self._rng.integers(low, high, endpoint=True))

    def choice(self, options: Sequence[Any]) -> Any:
        """Return one of `options`."""
        return options[int(self._rng.integers(len(options)))]

    def array(self, nested: Any, dtype: str | None = None) -> Array:
        """Return the given numbers as an array."""
        return np.array(nested, dtype=dtype or self.float_dtype)

    def arange(self, *shape: int) -> Array:
        """Return 0, 1, 2 … in the given shape."""
        return self.array(np.arange(int(np.prod(shape))).reshape(shape))

    @staticmethod
    def strided(array: Array) -> Array:
        """Return the same numbers non-contiguous in memory, as every second element of an array."""
        wide = np.zeros((*array.shape[:-1], array.shape[-1] * 2), array.dtype)
        wide[..., ::2] = array
        return wide[..., ::2]
