"""Draw parameter counts: a formula, a number and a bar for each layer."""

from __future__ import annotations

from ...errors import FigureError
from ...i18n.texts import say
from ..panels import CountBar, CountBars, Drawing, Words
from ..parameters import Parameters
from .layer_shapes import Layer, layers_of, operation_text, shape_of


def draw_parameters(given: Parameters) -> Drawing:
    """Return the parameter counts of consecutive layers, or of layers that all read the input."""
    shape, tables = shape_of(given, "input"), given.tables("layers")
    together = given.switch("compare", False)
    if together:
        layers = [layers_of(shape, [table])[0] for table in tables]
    else:
        layers = layers_of(shape, tables)
    bars = [CountBar(_name(layer, together), *formula_of(layer)) for layer in layers]
    if not any(bar.value for bar in bars):
        raise FigureError("figure", "no_parameters")
    total = sum(bar.value for bar in bars)
    words = [] if together else [Words([(say("figure", "total"), ""), (f"{total:,}", "output")])]
    return Drawing([[CountBars(say("figure", "parameters"), bars)]], words)


def _name(layer: Layer, together: bool) -> str:
    """Return a layer's name, with its operation unless layers are compared by name."""
    if together and layer.name:
        return layer.name
    return f"{layer.name} {operation_text(layer)}".strip()


def formula_of(layer: Layer) -> tuple[str, int]:
    """Return the formula and the number of a layer's parameters."""
    (c, h, w), (f, rows, columns), (kh, kw) = layer.before, layer.after, layer.kernel
    bias = 1 if layer.bias else 0
    if layer.operation == "conv":
        each = c // layer.groups
        formula = f"{each}·{kh}·{kw}·{f}" + f" + {f}" * bias
        return formula, each * kh * kw * f + bias * f
    if layer.operation == "local":
        inner = f"{c}·{kh}·{kw} + 1" if bias else f"{c}·{kh}·{kw}"
        return f"({inner})·{f}·{rows}·{columns}", (c * kh * kw + bias) * f * rows * columns
    if layer.operation == "linear":
        size = str(c) if h == w == 1 else f"{c}·{h}·{w}"
        return f"{size}·{f}" + f" + {f}" * bias, c * h * w * f + bias * f
    return "0", 0
