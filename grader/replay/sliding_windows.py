"""Compute functions whose windows slide over an image: correlation, convolution and pooling."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from ..sandbox.protocol.values import Array
from .worked_cell import (
    Finish,
    Index,
    Numbers,
    Pair,
    Product,
    Rule,
    Spot,
    WindowFrame,
    WorkedCell,
    finished,
    plain,
)

#: Number of windows: as many as fit, rounded up, or one for every step that starts in the image.
Count = Literal["fit", "rounded up", "every step"]
#: Which channel of the image is multiplied by which slice of the kernel.
Channels = Literal["each", "first", "last", "first slice", "reversed", "all", "apart"]
Filters = Literal["own", "first", "summed", "so far", "exchanged"]
BiasAt = Literal["own", "first", "column"]
BiasTimes = Literal["once", "never", "twice", "each channel", "each product", "each pixel"]
Divisor = Literal[
    "none", "cells", "inside", "present", "four", "height", "width", "channels", "products"
]
#: Which elements of the result are written; the others stay 0.
Written = Literal[
    "all", "first row", "first cell", "square", "but last", "first image", "first map"
]
Order = Literal["as is", "transposed", "channels last"]
#: Which number of a window counts as the maximum.
Largest = Literal[
    "first", "last tie", "magnitude", "signed magnitude", "from zero", "last", "no nan"
]
Counted = Literal["", "plane", "window", "padded plane", "all channels", "by height"]


@dataclass(frozen=True)
class SlidingWindows:
    """The windows of a function on an image [N, C, H, W], with a kernel [F, C, kh, kw] or none.

    The defaults give the correct result; other values of the options are misconceptions.
    """

    image: Array
    kernel: Array | None
    bias: Array | None
    size: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    #: Number of axes of the result: [H', W'], [F, H', W'] or [N, F, H', W'].
    axes: int = 4
    #: Padding (above, left) and (below, right); by default `padding` on both sides.
    above: Pair | None = None
    below: Pair | None = None
    #: Mode of `np.pad`, and the value of constant padding.
    border: str = "constant"
    fill: float = 0.0
    #: Distance in the image between neighbouring elements of a window (dilation).
    gaps: Pair = (1, 1)
    count: Count = "fit"
    #: Number of windows (vertical, horizontal), if it is not computed from the rest.
    kept: Pair | None = None
    channels: Channels = "each"
    filters: Filters = "own"
    bias_at: BiasAt = "own"
    bias_times: BiasTimes = "once"
    divisor: Divisor = "none"
    written: Written = "all"
    order: Order = "as is"
    finish: Finish = ""
    largest: Largest = "first"
    #: How the index of the maximum is counted, if that is the result.
    counted: Counted = ""
    rule: Rule = "sum"
    #: Images of the batch that are computed.
    images: Literal["all", "first"] = "all"
    #: The kernel as given, before it is turned for a convolution.
    given: Array | None = None
    names: tuple[str, str] = ("input", "kernel")

    @cached_property
    def _padded(self) -> Numbers:
        above, below = self.above or self.padding, self.below or self.padding
        widths = ((0, 0), (0, 0), (above[0], below[0]), (above[1], below[1]))
        if self.border == "constant":
            array = np.pad(self.image, widths, constant_values=self.fill)
        else:
            array = np.pad(self.image, widths, mode=self.border)  # type: ignore[call-overload]
        height, width = self.image.shape[2:]
        fill = self.fill if self.rule == "max" else 0.0
        return Numbers(array, "input", above[0], above[1], height, width, fill)

    @cached_property
    def numbers(self) -> Mapping[str, Numbers]:
        found = {self.names[0]: self._padded}
        if self.kernel is not None:
            found[self.names[1]] = plain(self.kernel, "kernel")
        return found

    @cached_property
    def windows(self) -> Pair:
        """Return the number of windows (vertical, horizontal)."""
        if self.kept is not None:
            return self.kept
        plane = self._padded.array.shape[2:]
        rows, columns = (
            self._fitting(n, k, g, s)
            for n, k, g, s in zip(plane, self.size, self.gaps, self.stride, strict=True)
        )
        return rows, columns

    def _fitting(self, n: int, k: int, gap: int, step: int) -> int:
        span = (k - 1) * gap + 1
        if self.count == "every step":
            return -(-n // step)
        if self.count == "rounded up":
            return max(-(-(n - span) // step) + 1, 0)
        return max((n - span) // step + 1, 0)

    @property
    def _maps(self) -> int:
        if self.filters == "summed":
            return 1
        if self.channels == "apart" and self.kernel is not None:
            return int(self.image.shape[1])
        if self.kernel is None:
            return int(self.image.shape[1])
        return int(self.kernel.shape[1 if self.filters == "exchanged" else 0])

    @property
    def shape(self) -> Index:
        rows, columns = self.windows
        images = 1 if self.images == "first" else self.image.shape[0]
        whole = (images, self._maps, rows, columns)
        if self.order == "transposed":
            whole = (*whole[:2], columns, rows)
        if self.order == "channels last":
            whole = (whole[0], rows, columns, whole[1])
        return whole[4 - self.axes :]

    def worked(self, index: Index) -> WorkedCell:
        whole = (*(0,) * (4 - len(index)), *index)
        if self.order == "transposed":
            whole = (*whole[:2], whole[3], whole[2])
        if self.order == "channels last":
            whole = (whole[0], whole[3], whole[1], whole[2])
        image, map_, i, j = whole
        if not self._is_written(image, map_, i, j):
            return WorkedCell((), 0.0)
        products = tuple(self._products(image, map_, i, j))
        top, left = self._start(i, j)
        rows, columns = ((k - 1) * g + 1 for k, g in zip(self.size, self.gaps, strict=True))
        planes = dict.fromkeys(product.left.outer for product in products)
        frames = tuple(
            WindowFrame(self.names[0], outer, top, left, rows, columns) for outer in planes
        )
        if self.rule == "max":
            return self._largest_of(products, frames)
        divisor = self._divide_by(products)
        if self.largest == "last":
            products = products[-1:]
        bias = self._bias(map_, j)
        value = finished(products, divisor, bias, self.finish)
        return WorkedCell(products, value, "sum", divisor, bias, self.finish, frames)

    def _start(self, i: int, j: int) -> Pair:
        padded = self._padded
        return i * self.stride[0] - padded.above, j * self.stride[1] - padded.left

    def _is_written(self, image: int, map_: int, i: int, j: int) -> bool:
        rows, columns = self.windows
        return {
            "all": True,
            "first row": i == 0,
            "first cell": i == j == 0,
            "square": j < rows,
            "but last": i < rows - 1 and j < columns - 1,
            "first image": image == 0,
            "first map": map_ == 0 and image == 0,
        }[self.written]

    def _meetings(self, map_: int) -> Iterator[tuple[int, Index]]:
        """Yield each channel with the index of the kernel's slice that it is multiplied by."""
        channels = range(self.image.shape[1])
        if self.kernel is None:
            for channel in channels if self.channels == "all" else (map_,):
                yield channel, ()
            return
        last = self.image.shape[1] - 1
        filters = {
            "first": [0],
            "summed": list(range(self.kernel.shape[0])),
            "so far": list(range(map_ + 1)),
        }.get(self.filters, [map_])
        taken = {"first": [0], "last": [last], "apart": [map_]}.get(self.channels, list(channels))
        for number in filters if self.channels != "apart" else [0]:
            for channel in taken:
                met = {"first slice": 0, "reversed": last - channel}.get(self.channels, channel)
                place = (met, number) if self.filters == "exchanged" else (number, met)
                if place[0] < self.kernel.shape[0] and place[1] < self.kernel.shape[1]:
                    yield channel, place

    def _products(self, image: int, map_: int, i: int, j: int) -> Iterator[Product]:
        top, left = self._start(i, j)
        padded, name = self._padded, self.names
        for channel, place in self._meetings(map_):
            for a in range(self.size[0]):
                for b in range(self.size[1]):
                    row, column = top + a * self.gaps[0], left + b * self.gaps[1]
                    spot = Spot(name[0], (image, channel), row, column)
                    number = padded.at(spot)
                    if self.kernel is None:
                        yield Product(spot, None, number)
                    else:
                        weight = float(self.kernel[(*place, a, b)])
                        yield Product(spot, Spot(name[1], place, a, b), number * weight)

    def _divide_by(self, products: tuple[Product, ...]) -> float | None:
        if self.divisor == "none":
            return None
        if self.divisor in ("inside", "present"):
            holds = self._padded.inside if self.divisor == "inside" else self._padded.present
            return float(sum(holds(product.left) for product in products) or 1)
        pooled = len({product.left.outer for product in products}) if self.kernel is None else 1
        return {
            "cells": float(self.size[0] * self.size[1] * pooled),
            "four": 4.0,
            "height": float(self.size[0]),
            "width": float(self.size[1]),
            "channels": float(self.image.shape[1]),
            "products": float(len(products)),
        }[self.divisor]

    def _bias(self, map_: int, column: int) -> tuple[float, int]:
        if self.bias is None:
            return 0.0, 0
        at = {"own": map_, "first": 0, "column": column}[self.bias_at]
        cells = self.size[0] * self.size[1]
        times = {
            "once": 1,
            "never": 0,
            "twice": 2,
            "each channel": self.image.shape[1],
            "each product": self.image.shape[1] * cells,
            "each pixel": cells,
        }[self.bias_times]
        return float(self.bias[at % len(self.bias)]), int(times)

    def _largest_of(
        self, products: tuple[Product, ...], frames: tuple[WindowFrame, ...]
    ) -> WorkedCell:
        if self.largest == "last":
            products = products[-1:]
        if self.largest == "magnitude":
            products = tuple(p._replace(value=abs(p.value)) for p in products)
        taking = [p for p in products if not math.isinf(p.value) or self._padded.inside(p.left)]
        chosen: Product | None = None
        for product in taking:
            if chosen is None or self._beats(product.value, chosen.value):
                chosen = product
        value = chosen.value if chosen is not None else -math.inf
        spot = chosen.left if chosen is not None else None
        if self.largest == "from zero" and not value > 0:
            value, spot = 0.0, None
        cell = WorkedCell(tuple(taking), value, "max", frames=frames, chosen=spot)
        return self._position(cell, frames[0]) if self.counted and spot and frames else cell

    def _beats(self, value: float, best: float) -> bool:
        if self.largest == "no nan":
            return value > best or math.isnan(best)
        if math.isnan(best):
            return self.largest == "last tie" and math.isnan(value)
        if math.isnan(value):
            return True
        if self.largest == "signed magnitude":
            return abs(value) > abs(best)
        return value >= best if self.largest == "last tie" else value > best

    def _position(self, cell: WorkedCell, frame: WindowFrame) -> WorkedCell:
        assert cell.chosen is not None
        row, column, width = cell.chosen.row, cell.chosen.column, self._padded.width
        if self.counted == "window":
            row, column, width = row - frame.row, column - frame.column, self.size[1]
        elif self.counted == "padded plane":
            padded = self._padded
            row, column = row + padded.above, column + padded.left
            width = padded.array.shape[3]
        elif self.counted == "all channels":
            row += cell.chosen.outer[1] * self._padded.height
        elif self.counted == "by height":
            width = self._padded.height
        return cell._replace(value=float(row * width + column), position=(row, width, column))
