"""Draw im2col: each window becomes a matrix row, and convolution a matrix product."""

from __future__ import annotations

import numpy as np

from ...errors import FigureError
from ...i18n.texts import say
from ..panels import Drawing, Matrix, Outline, Panel, Sign, Square, short, size_text, squares_of
from ..parameters import MAX_SIDE, Parameters
from ..sliding import padded_with
from .channel_sums import MOST
from .window_products import padded_input, products


def draw_im2col(given: Parameters) -> Drawing:
    """Return the input with a window, the matrix of all windows, the kernel and the output."""
    image, kernel = given.array("input", 2, 3), given.array("kernel", 2, 3)
    planes = image if image.ndim == 3 else image[None]
    weights = kernel if kernel.ndim == 3 else kernel[None]
    if weights.shape[0] != planes.shape[0]:
        raise FigureError("figure", "channels", kernel=weights.shape[0], input=planes.shape[0])
    if len(planes) > MOST:
        raise FigureError("figure", "too_many", most=MOST)
    (height, width), (kh, kw) = planes.shape[1:], weights.shape[1:]
    slide = given.slide((height, width), (kh, kw))
    at = given.index("at", slide.output)
    around = [padded_with(plane, slide.padding) for plane in planes]
    rows = np.array(
        [np.concatenate([a[w].reshape(-1) for a in around]) for _, w in slide.windows()]
    )
    if max(rows.shape) > MAX_SIDE:
        raise FigureError("figure", "too_large", size=list(rows.shape), most=MAX_SIDE)
    column = weights.reshape(-1, 1)
    result = rows @ column
    number = at[0] * slide.output[1] + at[1]
    many = len(planes) > 1
    inputs: list[Panel] = [
        padded_input(plane, slide, at, say("figure", "channel", number=c) if many else "")
        for c, plane in enumerate(planes)
    ]
    kernels: list[Panel] = [
        Matrix(
            say("figure", "kernel_of", number=c)
            if many
            else say("figure", "kernel", size=size_text((kh, kw))),
            "kernel",
            squares_of(plane),
        )
        for c, plane in enumerate(weights)
    ]
    matrix = Matrix(
        say("figure", "windows_as_rows", size=size_text(rows.shape)),
        "input",
        squares_of(rows),
        [Outline(number, 0, 1, rows.shape[1], "input")],
    )
    flat = Matrix(say("figure", "as_column"), "kernel", squares_of(column))
    squares = [[Square(short(value))] for value in result[:, 0]]
    made = Matrix(say("figure", "product"), "output", squares, [Outline(number, 0, 1, 1, "output")])
    second: list[Panel] = [matrix, Sign("×"), flat, Sign("="), made]
    return Drawing([[*inputs, *kernels], second], [products(rows[number], column[:, 0])])
