"""Draw a picture and its feature maps: each filter responds where its pattern occurs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import FigureError
from ...i18n.texts import say
from ...sandbox.protocol.values import Array
from ..panels import Drawing, Matrix, Panel, Picture, Sign, squares_of
from ..parameters import Parameters
from ..sliding import Slide, correlate

#: Maximum number of filters.
MOST = 6
#: Side of a generated pattern, in pixels.
PATTERN = 16


def draw_feature_maps(given: Parameters) -> Drawing:
    """Return an image, and for each filter its weights and its feature map."""
    image = given.array("image", 2) / 255
    tables = given.tables("filters")
    if len(tables) > MOST:
        raise FigureError("figure", "too_many", most=MOST)
    relu, pool = given.switch("relu", True), given.integer("pool", 1, least=1)
    panels: list[Panel] = []
    for number, table in enumerate(tables, 1):
        name, kernel = _filter(number, table, image)
        found = map_of(image, kernel, relu=relu, pool=pool)
        weights = Matrix(name, "kernel", squares_of(kernel))
        panels += [weights, Sign("→"), Picture(say("figure", "feature_map"), "output", found)]
    return Drawing([[Picture(say("figure", "image"), "input", image)], panels])


def _filter(number: int, table: Mapping[str, Any], image: Array) -> tuple[str, Array]:
    inside = Parameters(table)
    try:
        name, kernel = inside.text("name"), inside.array("kernel", 2)
        inside.finish()
        if max(kernel.shape) > min(7, *image.shape):
            raise FigureError("figure", "too_large", size=list(kernel.shape), most=7)
    except FigureError as error:
        raise FigureError("figure", "in_filter", number=number, error=error) from error
    return name, kernel


def map_of(image: Array, kernel: Array, *, relu: bool, pool: int) -> Array:
    """Return a pooled feature map [H', W'] as brightness from 0 to 1.

    The value 0 is black after ReLU, and middle grey without it.
    """
    slide = Slide(
        (image.shape[0], image.shape[1]), (kernel.shape[0], kernel.shape[1]), (0, 0), (1, 1)
    )
    found = correlate(image, kernel, slide)
    if relu:
        found = np.maximum(found, 0)
    height, width = (n - n % pool for n in found.shape)
    blocks = found[:height, :width].reshape(height // pool, pool, width // pool, pool)
    largest: Array = blocks.max(axis=(1, 3))
    return brightness(largest, signed=not relu)


def brightness(values: Array, *, signed: bool) -> Array:
    """Return values as brightness from 0 to 1; for signed values, 0 is middle grey."""
    largest = float(np.abs(values).max()) or 1.0
    scaled: Array = values / largest
    return (scaled + 1) / 2 if signed else scaled


def draw_patterns(given: Parameters) -> Drawing:
    """Return kernels as pictures: waves of the given widths in evenly spaced directions."""
    directions = given.integer("directions", 8, least=1)
    widths = given.numbers("widths", [6, 8, 11])
    if directions > 12 or len(widths) > 4 or min(widths) < 2:
        raise FigureError("figure", "too_many", most=12)
    rows: list[list[Panel]] = []
    for width in widths:
        waves = (wave(math.pi * d / directions, width) for d in range(directions))
        pictures = (brightness(pixels, signed=True) for pixels in waves)
        rows.append([Picture("", "kernel", pixels, small=True) for pixels in pictures])
    return Drawing(rows)


def wave(angle: float, width: float) -> Array:
    """Return a kernel [16, 16] with mean 0: a wave along `angle` that fades towards the border.

    `angle` is in radians, `width` (the wavelength) in pixels.
    """
    rows, columns = np.mgrid[0:PATTERN, 0:PATTERN] - (PATTERN - 1) / 2
    across = columns * math.cos(angle) + rows * math.sin(angle)
    fade = np.exp(-(rows**2 + columns**2) / (2 * (PATTERN / 5) ** 2))
    values: Array = np.cos(2 * math.pi * across / width) * fade
    values -= values.mean()
    return values
