"""Draw the shapes of an image as it passes through the layers of a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...errors import FigureError
from ...i18n.texts import say
from ..panels import Drawing, Matrix, Panel, Sign, Square, Volume, Words, sentence
from ..parameters import Parameters

_OPERATIONS = ("conv", "local", "pool", "linear", "flatten", "global")


class Layer(NamedTuple):
    """A layer with the shapes [C, H, W] of its input and output."""

    operation: str
    name: str
    kernel: tuple[int, int]
    before: tuple[int, int, int]
    after: tuple[int, int, int]
    bias: bool = True
    groups: int = 1


def draw_shapes(given: Parameters) -> Drawing:
    """Return a block for each layer's output, with the operation before it."""
    first = shape_of(given, "input")
    layers = layers_of(first, given.tables("layers"))
    panels: list[Panel] = [Volume(say("figure", "image"), "input", *first)]
    for layer in layers:
        panels.append(Sign("→", operation_text(layer)))
        panels.append(Volume(layer.name, "output", *layer.after))
    rows: list[list[Panel]] = [panels]
    words: list[Words] = []
    if given.has("connections"):
        table = _connections(given)
        rows.append([table])
        count = sum(square.text == "X" for row in table.squares for square in row)
        words.append(sentence(say("figure", "connected", count=count)))
    return Drawing(rows, words)


def shape_of(given: Parameters, key: str) -> tuple[int, int, int]:
    """Return a shape [C, H, W]."""
    shape = given.numbers(key)
    if len(shape) != 3 or any(n < 1 or n != int(n) for n in shape):
        raise FigureError("figure", "shape", name=key)
    return int(shape[0]), int(shape[1]), int(shape[2])


def layers_of(shape: tuple[int, int, int], tables: list[Mapping[str, Any]]) -> list[Layer]:
    """Return the consecutive layers of a `layers` key. Raises FigureError."""
    found = []
    for number, table in enumerate(tables, 1):
        layer = _layer(shape, table, number)
        found.append(layer)
        shape = layer.after
    return found


def _layer(shape: tuple[int, int, int], table: Mapping[str, Any], number: int) -> Layer:
    inside = Parameters(table)
    try:
        operation = inside.choice("op", _OPERATIONS)
        name = str(table.get("name", ""))
        if inside.has("name"):
            inside.choice("name", (name,))
        channels, height, width = shape
        kernel = (1, 1)
        bias, groups = True, 1
        if operation in ("conv", "local", "pool"):
            kernel = inside.pair("kernel", least=1)
            stride = inside.pair("stride", kernel if operation == "pool" else 1, least=1)
            padding = inside.pair("padding", 0)
            sides = zip((height, width), kernel, padding, stride, strict=True)
            sizes = [(n + 2 * p - k) // s + 1 if n + 2 * p >= k else 0 for n, k, p, s in sides]
            if min(sizes) < 1:
                raise FigureError(
                    "figure", "too_small", kernel=list(kernel), padded=[height, width]
                )
            height, width = sizes
        if operation in ("conv", "local"):
            channels = inside.integer("channels", least=1)
        if operation == "conv":
            groups = inside.integer("groups", 1, least=1)
            if shape[0] % groups or channels % groups:
                raise FigureError("figure", "groups", groups=groups)
        elif operation == "linear":
            channels, height, width = inside.integer("units", least=1), 1, 1
        elif operation == "flatten":
            channels, height, width = channels * height * width, 1, 1
        elif operation == "global":
            height, width = 1, 1
        if operation in ("conv", "local", "linear"):
            bias = inside.switch("bias", True)
        inside.finish()
    except FigureError as error:
        raise FigureError("figure", "in_layer", number=number, error=error) from error
    return Layer(operation, name, kernel, shape, (channels, height, width), bias, groups)


def operation_text(layer: Layer) -> str:
    """Return the operation of a layer with its kernel size: `conv 5×5`."""
    words = say("figure", f"operation.{layer.operation}")
    if layer.operation in ("conv", "local", "pool"):
        return f"{words} {layer.kernel[0]}×{layer.kernel[1]}"
    return words


def _connections(given: Parameters) -> Matrix:
    """Return a table of the input maps (rows) that each output map (column) reads."""
    lists = given.array_lists("connections")
    inputs = max(max(reads) for reads in lists) + 1
    rows = [
        [Square("X" if i in reads else "·", chosen=i in reads) for reads in lists]
        for i in range(inputs)
    ]
    return Matrix(say("figure", "connections"), "kernel", rows)
