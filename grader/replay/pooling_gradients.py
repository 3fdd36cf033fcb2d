"""Compute the gradient of a pooling function's input from that of its output."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
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

#: Which elements receive a window's gradient: all in equal shares, or those that are the maximum.
Share = Literal["mean", "winner", "winners", "split", "last winner", "everyone"]
#: Divisor of a mean.
ShareOf = Literal["cells", "inside", "one", "height", "width", "outputs", "four"]
#: Treatment of overlapping windows: gradients are added, or the last one overwrites the others.
Overlap = Literal["add", "last window", "last place", "last window with zeros"]
Crop = Literal["as padded", "nothing", "corner"]
Written = Literal["all", "square"]


@dataclass(frozen=True)
class PoolingGradients:
    """The gradient of the input [N, C, H, W] of a pooling function, from that of its output."""

    gradient: Array
    #: Height and width of the input, and the input itself for max pooling.
    height: int
    width: int
    image: Array | None
    size: Pair
    stride: Pair
    padding: Pair = (0, 0)
    share: Share = "mean"
    share_of: ShareOf = "cells"
    overlap: Overlap = "add"
    crop: Crop = "as padded"
    #: Value of the padding when the maximum is determined.
    fill: float = -math.inf
    #: Whether the upstream gradient is replaced by ones, and whether it is multiplied by the input.
    ones: bool = False
    times_input: bool = False
    written: Written = "all"
    names: tuple[str, str] = ("grad_output", "input")

    @cached_property
    def numbers(self) -> Mapping[str, Numbers]:
        return {self.names[1]: self._padded, self.names[0]: plain(self._gradient, "gradient")}

    @cached_property
    def _gradient(self) -> Array:
        return np.ones_like(self.gradient) if self.ones else self.gradient

    @cached_property
    def _padded(self) -> Numbers:
        """Return the padded input, without values if only its shape is known."""
        if self.image is None:
            return blank((*self.gradient.shape[:2], self.height, self.width), self.padding)
        widths = ((0, 0), (0, 0), *((p, p) for p in self.padding))
        array = np.pad(self.image, widths, constant_values=self.fill)
        return Numbers(array, "input", *self.padding, self.height, self.width, self.fill)

    @property
    def shape(self) -> Index:
        rows, columns = self.height, self.width
        if self.crop == "nothing":
            rows, columns = rows + 2 * self.padding[0], columns + 2 * self.padding[1]
        return (*self.gradient.shape[:2], rows, columns)

    def worked(self, index: Index) -> WorkedCell:
        image, channel, row, column = index
        if self.crop == "as padded":
            row, column = row + self.padding[0], column + self.padding[1]
        over = tuple(self._windows_over((image, channel), row, column))
        writing = [each for each in over if each[0] is not None]
        if self.overlap == "last window with zeros":
            writing = list(over[-1:])
        elif self.overlap == "last place" and writing:
            writing = [max(writing, key=lambda each: each[2])]
        elif self.overlap == "last window":
            writing = writing[-1:]
        products = tuple(product for product, _, _ in writing if product is not None)
        giving = {frame for _, frame, _ in writing}
        frames = tuple(frame._replace(gives=frame in giving) for _, frame, _ in over)
        top, left = self.padding
        own = Spot(self.names[1], (image, channel), row - top, column - left)
        return WorkedCell(products, finished(products), frames=frames, chosen=own)

    def _windows_over(
        self, outer: Index, row: int, column: int
    ) -> Iterator[tuple[Product | None, WindowFrame, Pair]]:
        """Yield each window that contains an element of the padded input, and its contribution.

        The items are (contribution, window, place of the element in the window). The contribution
        is None if the element is not the maximum.
        """
        (kh, kw), (sh, sw) = self.size, self.stride
        rows, columns = self._gradient.shape[2:]
        for i in range(rows):
            for j in range(min(columns, rows) if self.written == "square" else columns):
                a, b = row - i * sh, column - j * sw
                if not (0 <= a < kh and 0 <= b < kw):
                    continue
                top, left = i * sh - self.padding[0], j * sw - self.padding[1]
                frame = WindowFrame(self.names[1], outer, top, left, kh, kw)
                product = self._product(Spot(self.names[0], outer, i, j), frame, (a, b))
                yield product, frame, (a, b)

    def _product(self, spot: Spot, frame: WindowFrame, place: Pair) -> Product | None:
        gradient = float(self._gradient[(*spot.outer, spot.row, spot.column)])
        if self.share == "mean":
            divisor = self._divisor(frame)
            return Product(spot, None, gradient / (divisor or 1.0), divisor)
        padded = self._padded
        cells = [
            Spot(self.names[1], spot.outer, frame.row + a, frame.column + b)
            for a in range(frame.rows)
            for b in range(frame.columns)
        ]
        values = [padded.at(cell) for cell in cells]
        here = place[0] * frame.columns + place[1]
        best = max(values)
        winners = [n for n, value in enumerate(values) if value == best]
        if self.share != "everyone":
            receiving = {"winner": winners[:1], "last winner": winners[-1:]}
            if here not in receiving.get(self.share, winners):
                return None
        divisor = float(len(winners)) if self.share == "split" else None
        if self.times_input:
            return Product(spot, cells[here], gradient * values[here])
        return Product(spot, None, gradient / (divisor or 1.0), divisor)

    def _divisor(self, frame: WindowFrame) -> float | None:
        if self.share_of == "one":
            return None
        rows = min(frame.row + frame.rows, self.height) - max(frame.row, 0)
        columns = min(frame.column + frame.columns, self.width) - max(frame.column, 0)
        outputs = self._gradient.shape[2] * self._gradient.shape[3]
        divisors = {
            "cells": frame.rows * frame.columns,
            "inside": max(rows, 0) * max(columns, 0),
            "height": frame.rows,
            "width": frame.columns,
            "outputs": outputs,
            "four": 4,
        }
        return float(divisors[self.share_of] or 1)
