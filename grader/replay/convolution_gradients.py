"""Compute the gradients of a convolution with respect to its input, its weight and its bias."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from ..sandbox.protocol.values import Array
from .worked_cell import (
    Index,
    Numbers,
    Pair,
    Product,
    Spot,
    WindowFrame,
    WorkedCell,
    blank,
    finished,
    plain,
)

Result = Literal["input", "weight", "bias"]
#: How the gradient of the input is cropped from that of the padded input.
Crop = Literal["as padded", "nothing", "corner"]
#: Treatment of overlapping windows: gradients are added, or the last one overwrites the others.
Overlap = Literal["add", "last window", "last place"]
#: Orientation of the kernel in the gradients of input and weight.
Order = Literal["as is", "transposed", "turned", "exchanged"]
Divisor = Literal["none", "images", "places"]
#: Images and output channels over which the gradient of a bias is summed.
Images = Literal["all", "first"]
Channels = Literal["own", "all"]
Written = Literal["all", "square"]


@dataclass(frozen=True)
class ConvolutionGradients:
    """One gradient of conv2d, from grad_output [N, F, H', W'], input and weight [F, C, kh, kw].

    The defaults give the correct gradient; other values of the options are misconceptions.
    """

    gradient: Array
    image: Array
    weight: Array
    result: Result
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    crop: Crop = "as padded"
    overlap: Overlap = "add"
    order: Order = "as is"
    #: Whether the upstream gradient is replaced by ones.
    ones: bool = False
    divisor: Divisor = "none"
    images: Images = "all"
    channels: Channels = "own"
    written: Written = "all"
    names: tuple[str, str, str, str] = ("grad_output", "input", "weight", "grad_input")

    @cached_property
    def numbers(self) -> Mapping[str, Numbers]:
        gradient = np.ones_like(self.gradient) if self.ones else self.gradient
        widths = ((0, 0), (0, 0), *((p, p) for p in self.padding))
        padded = np.pad(self.image, widths)
        height, width = self.image.shape[2:]
        return {
            self.names[3]: blank(self.image.shape, self.padding),
            self.names[0]: plain(gradient, "gradient"),
            self.names[1]: Numbers(padded, "input", *self.padding, height, width),
            self.names[2]: plain(self.weight, "kernel"),
        }

    @property
    def shape(self) -> Index:
        if self.result == "bias":
            return (self.weight.shape[0],)
        if self.result == "weight":
            first, second, rows, columns = self.weight.shape
            if self.order == "exchanged":
                first, second = second, first
            if self.order == "transposed":
                rows, columns = columns, rows
            return (first, second, rows, columns)
        rows, columns = self.image.shape[2:]
        if self.crop == "nothing":
            rows, columns = rows + 2 * self.padding[0], columns + 2 * self.padding[1]
        return (*self.image.shape[:2], rows, columns)

    def worked(self, index: Index) -> WorkedCell:
        if self.result == "bias":
            products = tuple(self._of_bias(index[0]))
        elif self.result == "weight":
            products = tuple(self._of_weight(*index))
        else:
            products = tuple(self._of_input(*index))
        images, _, rows, columns = self.gradient.shape
        divisors = {"images": float(images), "places": float(images * rows * columns)}
        divisor = divisors.get(self.divisor)
        value = finished(products, divisor)
        own = self._own(index)
        frames = tuple(self._frames(own, products)) if own is not None else ()
        return WorkedCell(products, value, divisor=divisor, frames=frames, chosen=own)

    def _own(self, index: Index) -> Spot | None:
        """Return the position in the input that receives the gradient at `index`."""
        if self.result != "input":
            return None
        moved = (0, 0) if self.crop == "as padded" else self.padding
        return Spot(self.names[3], index[:2], index[2] - moved[0], index[3] - moved[1])

    def _frames(self, own: Spot, products: Sequence[Product]) -> Iterator[WindowFrame]:
        """Yield the windows of the outputs that contribute."""
        for i, j in dict.fromkeys((each.left.row, each.left.column) for each in products):
            top, left = i * self.stride[0] - self.padding[0], j * self.stride[1] - self.padding[1]
            yield WindowFrame(self.names[3], own.outer, top, left, *self.weight.shape[2:])

    def _places(self) -> Iterator[Pair]:
        rows, columns = self.gradient.shape[2:]
        for i in range(rows):
            for j in range(min(rows, columns) if self.written == "square" else columns):
                yield i, j

    def _of_bias(self, filter: int) -> Iterator[Product]:
        numbers = self.numbers[self.names[0]]
        images = range(self.gradient.shape[0] if self.images == "all" else 1)
        filters = range(self.gradient.shape[1]) if self.channels == "all" else (filter,)
        for image in images:
            for number in filters:
                for i, j in self._places():
                    spot = Spot(self.names[0], (image, number), i, j)
                    yield Product(spot, None, numbers.at(spot))

    def _of_weight(self, filter: int, channel: int, a: int, b: int) -> Iterator[Product]:
        if self.order == "exchanged":
            filter, channel = channel, filter
        if self.order == "transposed":
            a, b = b, a
        if self.order == "turned":
            a, b = self.weight.shape[2] - 1 - a, self.weight.shape[3] - 1 - b
        gradient, image = (self.numbers[name] for name in self.names[:2])
        for number in range(self.gradient.shape[0]):
            for i, j in self._places():
                top, left = i * self.stride[0] - self.padding[0], j * self.stride[1]
                spot = Spot(self.names[1], (number, channel), top + a, left - self.padding[1] + b)
                other = Spot(self.names[0], (number, filter), i, j)
                yield Product(spot, other, image.at(spot) * gradient.at(other))

    def _of_input(self, image: int, channel: int, row: int, column: int) -> Iterator[Product]:
        if self.crop == "as padded":
            row, column = row + self.padding[0], column + self.padding[1]
        gradient, weight = self.numbers[self.names[0]], self.numbers[self.names[2]]
        seen = list(self._meeting(row, column))
        if self.overlap == "last window":
            seen = seen[-1:]
        elif self.overlap == "last place" and seen:
            seen = [max(seen, key=lambda each: each[1])]
        (kh, kw) = self.weight.shape[2:]
        for (i, j), (a, b) in seen:
            if self.order == "turned":
                a, b = kh - 1 - a, kw - 1 - b
            for filter in range(self.weight.shape[0]):
                spot = Spot(self.names[0], (image, filter), i, j)
                other = Spot(self.names[2], (filter, channel), a, b)
                yield Product(spot, other, gradient.at(spot) * weight.at(other))

    def _meeting(self, row: int, column: int) -> Iterator[tuple[Pair, Pair]]:
        """Yield the windows that contain an element of the padded input, and its place in each."""
        kh, kw = self.weight.shape[2:]
        for i, j in self._places():
            a, b = row - i * self.stride[0], column - j * self.stride[1]
            if 0 <= a < kh and 0 <= b < kw:
                yield (i, j), (a, b)
