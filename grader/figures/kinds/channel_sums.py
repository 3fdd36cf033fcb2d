"""Draw the sum over several input channels, with one plane of the kernel for each."""

from __future__ import annotations

import numpy as np

from ...errors import FigureError
from ...i18n.texts import say
from ..panels import Drawing, Matrix, Outline, Panel, Sign, Words, short, size_text, squares_of
from ..parameters import Parameters
from ..sliding import correlate
from .window_products import bracketed, padded_input

#: Maximum number of channels or filters drawn.
MOST = 4


def draw_channels(given: Parameters) -> Drawing:
    """Return the channels with their kernels, the partial sums, and the output of each filter."""
    planes, kernels = given.array("input", 3), given.array("kernel", 3, 4)
    filters = kernels if kernels.ndim == 4 else kernels[None]
    if filters.shape[1] != planes.shape[0]:
        raise FigureError("figure", "channels", kernel=filters.shape[1], input=planes.shape[0])
    if max(filters.shape[:2]) > MOST:
        raise FigureError("figure", "too_many", most=MOST)
    bias = np.array(given.numbers("bias", [0.0] * len(filters)))
    if len(bias) != len(filters):
        raise FigureError("figure", "biases", found=len(bias), wanted=len(filters))
    shown = given.integer("filter", 0)
    if shown >= len(filters):
        raise FigureError("figure", "filter", found=shown, most=len(filters) - 1)
    kernel = filters[shown]
    slide = given.slide(planes.shape[1:], kernel.shape[1:])
    at = given.index("at", slide.output)
    rows: list[list[Panel]] = []
    partial = []
    for c, (plane, weights) in enumerate(zip(planes, kernel, strict=True)):
        part = correlate(plane, weights, slide)
        partial.append(part[at])
        rows.append(
            [
                padded_input(plane, slide, at, say("figure", "channel", number=c)),
                Sign("∗"),
                Matrix(say("figure", "kernel_of", number=c), "kernel", squares_of(weights)),
                Sign("="),
                Matrix(
                    say("figure", "partial", number=c),
                    "",
                    squares_of(part),
                    [Outline(*at, 1, 1, "")],
                ),
            ]
        )
    outputs: list[Panel] = []
    for f, (one, offset) in enumerate(zip(filters, bias, strict=True)):
        result = sum(correlate(p, k, slide) for p, k in zip(planes, one, strict=True)) + offset
        title = say("figure", "map", number=f, size=size_text(slide.output))
        outlines = [Outline(*at, 1, 1, "output")] if f == shown else []
        outputs.append(Matrix(title, "output", squares_of(result), outlines))
    rows.append([Sign("Σ"), *outputs])
    parts = " + ".join(bracketed(v) for v in partial)
    parts += f" + {bracketed(bias[shown])}" if bias[shown] else ""
    total = short(sum(partial) + bias[shown])
    return Drawing(rows, [Words([(parts, ""), (" = ", ""), (total, "output")])])
