"""Draw pooling: the window of each output, and the position of each maximum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...errors import FigureError
from ...i18n.texts import say
from ...sandbox.protocol.values import Array
from ..panels import Drawing, Sign, Square, Words, short
from ..parameters import Parameters
from ..sliding import Pair, Slide, padded_with
from .window_products import bracketed, framed_output, padded_input


def pooling_of(given: Parameters) -> tuple[Array, Slide, str]:
    """Return the input, the windows and the mode of a pooling figure."""
    plane = given.array("input", 2)
    mode = given.choice("mode", ("max", "avg"), "max")
    size = given.pair("kernel_size", least=1)
    slide = given.slide((plane.shape[0], plane.shape[1]), size, stride=size)
    if any(2 * p > k for p, k in zip(slide.padding, size, strict=True)):
        raise FigureError("figure", "pool_padding", kernel=list(size))
    return plane, slide, mode


def draw_pooling(given: Parameters) -> Drawing:
    """Return the input and output of max or average pooling, with one window framed."""
    plane, slide, mode = pooling_of(given)
    counted = given.switch("count_include_pad", True) if mode == "avg" else True
    at = given.index("at", slide.output)
    result = np.zeros(slide.output)
    for index, window in slide.windows():
        values = window_values(plane, slide, window, mode=mode, counted=counted)
        result[index] = values.max() if mode == "max" else values.mean()
    source = padded_input(plane, slide, at, fill=fill_of(mode, counted=counted))
    if mode == "max":
        source = source._replace(squares=_marked(source.squares, plane, slide, at))
    values = window_values(plane, slide, window_at(slide, at), mode=mode, counted=counted)
    terms = [bracketed(v) if mode == "avg" else short(v) for v in values]
    mean = f"({' + '.join(terms)}) / {len(terms)}"
    worked = f"max({', '.join(terms)})" if mode == "max" else mean
    words = Words([(worked, "input"), (" = ", ""), (short(result[at]), "output")])
    sign = Sign("→", say("figure", mode))
    return Drawing([[source, sign, framed_output(result, at, "output")]], [words])


def window_at(slide: Slide, at: Pair) -> tuple[slice, slice]:
    """Return the slices of the window behind the output at `at`."""
    return next(window for index, window in slide.windows() if index == at)


def window_values(
    plane: Array, slide: Slide, window: tuple[slice, slice], *, mode: str, counted: bool
) -> Array:
    """Return the values in a window, including padded zeros only if a mean counts them."""
    if mode == "avg" and counted:
        return padded_with(plane, slide.padding)[window].reshape(-1)
    around = padded_with(plane, slide.padding, np.nan)[window].reshape(-1)
    return around[~np.isnan(around)]


def fill_of(mode: str, *, counted: bool) -> str:
    """Return the text of padded elements: −∞, 0, or a dot if they do not count."""
    return "−∞" if mode == "max" else "0" if counted else "·"


def _marked(
    squares: Sequence[Sequence[Square]], plane: Array, slide: Slide, at: Pair
) -> list[list[Square]]:
    row, column = first_maximum(plane, slide, at)
    rows = [list(line) for line in squares]
    row, column = row + slide.padding[0], column + slide.padding[1]
    rows[row][column] = rows[row][column]._replace(chosen=True)
    return rows


def first_maximum(plane: Array, slide: Slide, at: Pair) -> Pair:
    """Return the position of a window's first maximum, in the input without padding."""
    around = padded_with(plane, slide.padding, -np.inf)
    window = window_at(slide, at)
    i, j = np.unravel_index(np.argmax(around[window]), slide.kernel)
    top, left = slide.start(at)
    return (int(i) + top - slide.padding[0], int(j) + left - slide.padding[1])
