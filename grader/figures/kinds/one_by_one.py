"""Draw a 1×1 convolution: the channels at each position are multiplied by the weights."""

from __future__ import annotations

import numpy as np

from ...errors import FigureError
from ...i18n.texts import say
from ...sandbox.protocol.values import Array
from ..panels import Drawing, Matrix, Outline, Panel, Sign, Words, short, size_text, squares_of
from ..parameters import Parameters
from .channel_sums import MOST
from .window_products import bracketed


def draw_one_by_one(given: Parameters) -> Drawing:
    """Return the input channels with one position framed, the weights, and the outputs."""
    planes, weight = given.array("input", 3), given.array("weight", 2)
    channels, filters = planes.shape[0], weight.shape[0]
    if weight.shape[1] != channels:
        raise FigureError("figure", "channels", kernel=weight.shape[1], input=channels)
    if max(channels, filters) > MOST:
        raise FigureError("figure", "too_many", most=MOST)
    bias = given.numbers("bias", [0.0] * filters)
    if len(bias) != filters:
        raise FigureError("figure", "biases", found=len(bias), wanted=filters)
    at = given.index("at", (planes.shape[1], planes.shape[2]))
    outputs = np.tensordot(weight, planes, axes=1) + np.array(bias)[:, None, None]
    inside: list[Panel] = [
        Matrix(say("figure", "channel", number=c), "input", squares_of(plane), [_at(at, "input")])
        for c, plane in enumerate(planes)
    ]
    weights = Matrix(
        say("figure", "weights", size=size_text(weight.shape)), "kernel", squares_of(weight)
    )
    size = size_text(planes.shape[1:])
    after: list[Panel] = [
        Matrix(
            say("figure", "map", number=f, size=size), "output", squares_of(y), [_at(at, "output")]
        )
        for f, y in enumerate(outputs)
    ]
    column = planes[:, at[0], at[1]]
    words = [_worked(column, weight[f], bias[f], outputs[f][at]) for f in range(filters)]
    return Drawing([inside, [Sign("×"), weights], [Sign("→"), *after]], words)


def _at(at: tuple[int, int], role: str) -> Outline:
    return Outline(*at, 1, 1, role)


def _worked(values: Array, weights: Array, bias: float, total: float) -> Words:
    parts: list[tuple[str, str]] = []
    for weight, value in zip(weights, values, strict=True):
        parts += [(" + ", "")] if parts else []
        parts += [(bracketed(weight), "kernel"), ("·", ""), (bracketed(value), "input")]
    parts += [(f" + {bracketed(bias)}", "")] if bias else []
    return Words([*parts, (" = ", ""), (short(total), "output")])
