"""Compute the project's own 64×64 picture: bars, a curve, a disc and a gradient of grey."""

from __future__ import annotations

import numpy as np

from ..sandbox.protocol.values import Array

SIDE = 64


def scene() -> Array:
    """Return a grey image [64, 64] of values 0…255 with edges of all directions and curves."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    image: Array = 40 + 70 * columns / (SIDE - 1)  # a shade from left to right
    image[8:40, 8:13] = 235  # upright bars
    image[8:40, 18:23] = 15
    image[46:51, 6:34] = 235  # level bars
    image[55:58, 6:34] = 15
    slope = np.abs((rows - 30) - (columns - 28))  # a slanting bar
    image[(slope < 2.5) & (columns > 26) & (columns < 44) & (rows < 46)] = 235
    ring = np.hypot(rows - 16, columns - 47)  # a ring
    image[(ring > 8) & (ring < 12)] = 245
    image[np.hypot(rows - 48, columns - 50) < 9] = 15  # a disc
    image[np.hypot(rows - 48, columns - 50) < 4] = 200
    return image.round()
