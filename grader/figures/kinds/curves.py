"""Draw curves: series, functions, steps of gradient descent, and a training run."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import FigureError
from ...i18n.texts import say
from ..panels import Curve, Drawing, Plot
from ..parameters import Parameters
from ..training_run import train

#: Number of points at which a function is drawn.
POINTS = 61
#: Maximum number of curves in one plot, because more cannot be told apart.
MOST = 4
#: Maximum loss that is drawn, as a multiple of the first one, so that other curves stay visible.
CEILING = 3.0

FUNCTIONS: Mapping[str, Callable[[float], float]] = {
    "relu": lambda x: max(x, 0.0),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": math.tanh,
    "relu'": lambda x: float(x > 0),
    "sigmoid'": lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2,
    "tanh'": lambda x: 1 - math.tanh(x) ** 2,
}


def draw_curves(given: Parameters) -> Drawing:
    """Return a plot of `series`, `functions`, a `training` run, or gradient descent at `rates`."""
    if given.has("functions"):
        return Drawing([[_functions(given)]])
    if given.has("training"):
        return Drawing([[_training(given)]])
    if given.has("rates"):
        return Drawing([[_descent(given)]])
    return Drawing([[_series(given)]])


def _functions(given: Parameters) -> Plot:
    names = given.words("functions", tuple(FUNCTIONS), most=MOST)
    low, high = given.number("from", -4), given.number("to", 4)
    if low >= high:
        raise FigureError("figure", "range", low=low, high=high)
    x = [low + (high - low) * i / (POINTS - 1) for i in range(POINTS)]
    curves = [Curve(name, x, [FUNCTIONS[name](v) for v in x]) for name in names]
    return Plot("", curves, "x", "")


def _descent(given: Parameters) -> Plot:
    """Return a plot of the loss ½·c·w² after each step w ← w − rate·c·w, for each rate."""
    rates = given.numbers("rates")
    if len(rates) > MOST:
        raise FigureError("figure", "too_many", most=MOST)
    steps = given.integer("steps", 12, least=1)
    curvature, start = given.number("curvature", 1), given.number("start", 1)
    ceiling = CEILING * 0.5 * curvature * start * start
    curves = []
    for rate in rates:
        w = start
        losses: list[float] = []
        while len(losses) <= steps and 0.5 * curvature * w * w <= ceiling:
            losses.append(0.5 * curvature * w * w)
            w -= rate * curvature * w
        curves.append(Curve(say("figure", "rate", rate=f"{rate:g}"), range(len(losses)), losses))
    return Plot("", curves, say("figure", "step"), say("figure", "loss"))


def _training(given: Parameters) -> Plot:
    """Return a plot of a small network's loss or accuracy, on both sets or at several rates."""
    shown = given.choice("training", ("loss", "accuracy"))
    rates = given.numbers("rates", [0.2])
    if len(rates) > MOST:
        raise FigureError("figure", "too_many", most=MOST)
    epochs = given.integer("epochs", 20, least=1)
    examples, batch = given.integer("examples", 60, least=3), given.integer("batch", 10, least=1)
    if epochs > 100 or examples > 300:
        raise FigureError("figure", "too_much_training", epochs=100, examples=300)
    noise = given.number("noise", 0.3)
    histories = [train(rate, epochs, examples, batch, noise) for rate in rates]
    x = range(epochs + 1)
    sources: list[str | float]
    if len(rates) == 1:
        (found,) = histories
        sources = ["train_set", "test_set"]
        values = (
            [found.train_loss, found.test_loss]
            if shown == "loss"
            else [found.train_accuracy, found.test_accuracy]
        )
    else:
        sources = [*rates]
        values = [h.train_loss if shown == "loss" else h.test_accuracy for h in histories]
    given.keep(
        "curves",
        [
            {"name": source, "values": [float(f"{v:.6g}") for v in y]}
            for source, y in zip(sources, values, strict=True)
        ],
    )
    curves = [Curve(_source_name(source), x, y) for source, y in zip(sources, values, strict=True)]
    key = "loss" if shown == "loss" else "accuracy"
    return Plot("", curves, say("figure", "epoch"), say("figure", key))


def _source_name(source: str | float) -> str:
    """Return the name of a curve: the set that it was measured on, or the learning rate."""
    if isinstance(source, str):
        return say("figure", source)
    return say("figure", "rate", rate=f"{source:g}")


def _series(given: Parameters) -> Plot:
    tables = given.tables("series")
    if len(tables) > MOST:
        raise FigureError("figure", "too_many", most=MOST)
    curves = [_one(number, table) for number, table in enumerate(tables, 1)]
    axis = given.choice("axis", ("epoch", "step", "x"), "epoch")
    return Plot("", curves, "x" if axis == "x" else say("figure", axis), "")


def _one(number: int, table: Mapping[str, Any]) -> Curve:
    inside = Parameters(table)
    try:
        name = inside.text("name")
        y = inside.numbers("values")
        x = inside.numbers("x", list(range(1, len(y) + 1)))
        inside.finish()
    except FigureError as error:
        raise FigureError("figure", "in_series", number=number, error=error) from error
    if len(x) != len(y) or len(y) < 2:
        raise FigureError("figure", "lengths", x=len(x), y=len(y))
    return Curve(name, x, y)
