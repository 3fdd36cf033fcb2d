"""Draw the receptive field: the elements of each layer on which a later unit depends."""

from __future__ import annotations

from typing import NamedTuple

from ...errors import FigureError
from ...i18n.texts import say
from ..panels import Drawing, Matrix, Outline, Square, Words
from ..parameters import Parameters

#: Maximum number of elements in the input row.
LONGEST = 18


class Stride(NamedTuple):
    """The sizes of a layer in one direction."""

    kernel: int
    stride: int
    dilation: int


def draw_receptive_field(given: Parameters) -> Drawing:
    """Return a row for each layer, from one unit of the last back to the input."""
    size = given.integer("size", least=1)
    layers = [_layer(row) for row in given.array_lists("layers")]
    sizes = [size]
    for layer in layers:
        reach = (layer.kernel - 1) * layer.dilation + 1
        if reach > sizes[-1]:
            raise FigureError("figure", "too_small", kernel=reach, padded=sizes[-1])
        sizes.append((sizes[-1] - reach) // layer.stride + 1)
    if size > LONGEST:
        raise FigureError("figure", "too_large", size=size, most=LONGEST)
    unit = given.integer("at", (sizes[-1] - 1) // 2)
    if unit >= sizes[-1]:
        raise FigureError("figure", "index", name="at", index=unit, shape=[sizes[-1]])
    used = {unit}
    rows = [[_row(len(layers), sizes[-1], used)]]
    for number, layer in reversed(list(enumerate(layers))):
        used = {
            i * layer.stride + tap * layer.dilation for i in used for tap in range(layer.kernel)
        }
        rows.append([_row(number, sizes[number], used)])
    return Drawing(rows, _worked(layers))


def _layer(row: list[int]) -> Stride:
    if not 1 <= len(row) <= 3 or min(row) < 1:
        raise FigureError("figure", "kernel_stride")
    kernel, stride, dilation = (*row, *[1] * (3 - len(row)))
    return Stride(kernel, stride, dilation)


def _row(layer: int, size: int, used: set[int]) -> Matrix:
    first, last = min(used), max(used)
    role = "input" if layer == 0 else "output"
    key = "field_input" if layer == 0 else "field_layer"
    title = say("figure", key, layer=layer, field=last - first + 1)
    squares = [Square(str(i), chosen=i in used, outside=False) for i in range(size)]
    return Matrix(title, role, [squares], [Outline(0, first, 1, last - first + 1, role)])


def _worked(layers: list[Stride]) -> list[Words]:
    """Return how the field grows: a layer adds (k − 1)·d times the product of earlier strides."""
    field, jump, words = 1, 1, []
    for number, layer in enumerate(layers, 1):
        added = f"({layer.kernel} − 1)"
        added += f"·{layer.dilation}" if layer.dilation > 1 else ""
        added += f"·{jump}" if jump > 1 else ""
        before, field = field, field + (layer.kernel - 1) * layer.dilation * jump
        start = say("figure", "after_layer", layer=number)
        words.append(Words([(f"{start}{before} + {added} = ", ""), (str(field), "output")]))
        jump *= layer.stride
    return words
