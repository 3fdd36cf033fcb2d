"""Define the demonstrations of networks: LeNet-5 on a picture (ex23), and training (ex24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..figures.panels import Curve, Drawing, Panel, Plot, sentence
from ..i18n.texts import say
from ..runner.job import Call
from ..sandbox.protocol.values import Array
from .demonstration import CaptionedDrawing, Demonstration, call, image_panel, picture, signed_panel

#: Learning rates that are compared, and the number of epochs of each run.
RATES, EPOCHS = (0.01, 0.1, 1.0), 10


def _small_picture() -> Array:
    """Return the picture at half its size [32, 32]: the mean of each 2×2 block."""
    means: Array = picture().reshape(32, 2, 32, 2).mean(axis=(1, 3))
    return means


def _lenet_calls() -> Sequence[Call]:
    codes = np.where(np.arange(840).reshape(10, 84) % 3, 1.0, -1.0).astype(np.float32)
    pixels = _small_picture()[None, None].astype(np.float32)
    return [call("LeNet5", {"codes": codes, "picture": pixels}, "layers")]


def _draw_lenet(values: Mapping[str, Any]) -> list[CaptionedDrawing]:
    layers = values["LeNet5"]
    rows: list[Sequence[Panel]] = [[image_panel(_small_picture())]]
    for name in ("c1", "s2", "c3", "s4"):
        maps = layers[name][0]
        title = f"{name.upper()} {maps.shape[0]}@{maps.shape[1]}×{maps.shape[2]}"
        panels = [signed_panel("", each, "output", small=True) for each in maps]
        panels[0] = signed_panel(title, maps[0], "output", small=True)
        rows.append(panels)
    return [CaptionedDrawing(Drawing(rows), say("own_code", "caption.ex23"))]


def _training_calls() -> Sequence[Call]:
    return [call("fit", {"rates": list(RATES), "epochs": EPOCHS}, "training")]


def _draw_training(values: Mapping[str, Any]) -> list[CaptionedDrawing]:
    found = values["fit"]
    runs, best = found["runs"], found["best"]
    epochs = range(1, EPOCHS + 1)
    losses = [
        Curve(say("own_code", "rate", rate=f"{rate:g}"), epochs, run["loss"])
        for rate, run in zip(RATES, runs, strict=True)
    ]
    accuracies = [Curve(say("own_code", key), epochs, runs[best][key]) for key in ("train", "test")]
    epoch = say("own_code", "epoch")
    rate = f"{RATES[best]:g}"
    filters = [
        [signed_panel("", kernel, "kernel", small=True) for kernel in found[key][:, 0]]
        for key in ("before", "after")
    ]
    share = f"{100 * runs[best]['test'][-1]:.0f} %"
    last = sentence(say("own_code", "last_accuracy", rate=rate, share=share))
    return [
        CaptionedDrawing(
            Drawing([[Plot(say("own_code", "loss"), losses, epoch, "")]]),
            say("own_code", "caption.ex24_rates"),
        ),
        CaptionedDrawing(
            Drawing([[Plot(say("own_code", "accuracy"), accuracies, epoch, "")]], [last]),
            say("own_code", "caption.ex24_accuracy", rate=rate),
        ),
        CaptionedDrawing(Drawing(filters), say("own_code", "caption.ex24_filters")),
    ]


NETWORKS = {
    "ex23": Demonstration(_lenet_calls, _draw_lenet),
    "ex24": Demonstration(_training_calls, _draw_training),
}
