"""Define the demonstrations of single layers: ex05, ex08, ex12, ex16 and ex21."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..figures.kinds.feature_maps import map_of
from ..figures.panels import Drawing, Matrix, Panel, Sign, sentence, short, squares_of
from ..i18n.texts import say
from ..runner.job import Call
from ..sandbox.protocol.values import Array
from .demonstration import (
    CaptionedDrawing,
    Demonstration,
    call,
    image_panel,
    kernel_names,
    kernels,
    map_panel,
    picture,
    signed_panel,
)

#: Side of the pooling windows, in pixels.
POOL = 4


def _detector_calls() -> Sequence[Call]:
    first = map_of(picture(), kernels()[0], relu=True, pool=1)
    return [
        call("activation_map", {"image": picture(), "filters": kernels()}),
        call("best_match", {"map": first}),
    ]


def _draw_detectors(values: Mapping[str, Any]) -> list[CaptionedDrawing]:
    maps, (row, column) = values["activation_map"], values["best_match"]
    shown = _maps_beside_kernels(maps, say("own_code", "caption.ex05"))
    name = kernel_names()[0]
    words = sentence(say("own_code", "best", name=name, row=int(row), column=int(column)))
    return [CaptionedDrawing(shown.drawing._replace(words=[words]), shown.caption)]


def _maps_beside_kernels(maps: Any, caption: str) -> CaptionedDrawing:
    rows: list[Sequence[Panel]] = [[image_panel(picture())]]
    for name, kernel, found in zip(kernel_names(), kernels(), maps, strict=True):
        weights = Matrix(name, "kernel", squares_of(kernel))
        rows.append([weights, Sign("→"), map_panel(say("own_code", "map"), found)])
    return CaptionedDrawing(Drawing(rows), caption)


def _convolution_calls() -> Sequence[Call]:
    arguments = {
        "input": picture()[None, None],
        "weight": kernels()[:, None],
        "bias": None,
        "stride": 1,
        "padding": 1,
    }
    strided = call("conv2d", {**arguments, "stride": 2})
    return [call("conv2d", arguments), strided._replace(id="strided")]


def _draw_convolution(values: Mapping[str, Any]) -> list[CaptionedDrawing]:
    strided = values["strided"][0]
    size = f"{strided.shape[1]}×{strided.shape[2]}"
    row = [map_panel(n, m) for n, m in zip(kernel_names(), strided, strict=True)]
    return [
        _maps_beside_kernels(values["conv2d"][0], say("own_code", "caption.ex08")),
        CaptionedDrawing(Drawing([row]), say("own_code", "caption.ex08_stride", size=size)),
    ]


def _pooling_calls() -> Sequence[Call]:
    arguments = {"input": picture()[None, None], "kernel_size": POOL}
    return [call("max_pool2d", arguments), call("avg_pool2d", arguments)]


def _draw_pooling(values: Mapping[str, Any]) -> list[CaptionedDrawing]:
    pooled = [
        map_panel(say("own_code", key), values[function][0, 0])
        for key, function in (("max", "max_pool2d"), ("average", "avg_pool2d"))
    ]
    caption = say("own_code", "caption.ex12", size=POOL)
    return [CaptionedDrawing(Drawing([[image_panel(picture()), Sign("→"), *pooled]]), caption)]


def _edge_maps() -> Array:
    maps: Array = np.stack([map_of(picture(), k, relu=True, pool=1) for k in kernels()])
    return maps


def _average_calls() -> Sequence[Call]:
    maps = _edge_maps()[None]
    upstream = np.array([[1.0, 0.0, 0.0, 0.0]])
    return [
        call("global_avg_pool2d", {"input": maps}),
        call("global_avg_pool2d_backward", {"grad_output": upstream, "input_shape": maps.shape}),
    ]


def _draw_averages(values: Mapping[str, Any]) -> list[CaptionedDrawing]:
    means, back = values["global_avg_pool2d"][0], values["global_avg_pool2d_backward"][0]
    rows: list[Sequence[Panel]] = []
    for name, found, mean in zip(kernel_names(), _edge_maps(), means, strict=True):
        number = Matrix(say("own_code", "mean"), "output", squares_of(np.array([[mean]])))
        rows.append([map_panel(name, found, "input"), Sign("→"), number])
    each = short(float(back[0, 0, 0]))
    words = sentence(say("own_code", "shared_gradient", each=each, count=back[0].size))
    return [CaptionedDrawing(Drawing(rows, [words]), say("own_code", "caption.ex16"))]


def _upstream() -> Array:
    """Return an upstream gradient [62, 62] that is 1 in a disc and in a bar, else 0."""
    rows, columns = np.mgrid[0:62, 0:62]
    inside = np.hypot(rows - 18, columns - 18) < 8
    inside |= (abs(rows - 44) < 3) & (columns > 12) & (columns < 50)
    upstream: Array = inside.astype(np.float64)
    return upstream


def _gradient_calls() -> Sequence[Call]:
    arguments = {
        "grad_output": _upstream()[None, None],
        "input": picture()[None, None],
        "weight": kernels()[:1, None],
    }
    return [call("conv2d_backward", arguments)]


def _draw_gradients(values: Mapping[str, Any]) -> list[CaptionedDrawing]:
    to_input, to_weight, to_bias = values["conv2d_backward"]
    weight = Matrix(kernel_names()[0], "kernel", squares_of(kernels()[0]))
    to_kernel = Matrix(say("own_code", "grad_weight"), "gradient", squares_of(to_weight[0, 0]))
    rows: list[Sequence[Panel]] = [
        [
            signed_panel(say("own_code", "upstream"), _upstream(), "gradient"),
            Sign("→"),
            weight,
            Sign("→"),
            signed_panel(say("own_code", "grad_input"), to_input[0, 0], "gradient"),
        ],
        [image_panel(picture()), Sign("→"), to_kernel],
    ]
    words = sentence(say("own_code", "grad_bias", value=short(float(to_bias[0]))))
    return [CaptionedDrawing(Drawing(rows, [words]), say("own_code", "caption.ex21"))]


LAYERS = {
    "ex05": Demonstration(_detector_calls, _draw_detectors),
    "ex08": Demonstration(_convolution_calls, _draw_convolution),
    "ex12": Demonstration(_pooling_calls, _draw_pooling),
    "ex16": Demonstration(_average_calls, _draw_averages),
    "ex21": Demonstration(_gradient_calls, _draw_gradients),
}
