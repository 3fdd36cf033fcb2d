"""Find the part of the input behind one output: the window under the kernel, or a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..i18n.texts import say
from ..sandbox.protocol.values import Array
from ..terminal.layout import Paint, beside
from .arrays import number_text

#: Maximum number of channels drawn, and maximum side of a window.
CHANNELS = 3
LARGEST = 8
#: Maximum number of cells of a row that is drawn.
CELLS = 16


class Window(NamedTuple):
    """The part of an input that produces one output."""

    #: Index of the output.
    output: tuple[int, ...]
    #: Row and column of the window's first element, in the input without padding.
    top: int
    left: int
    size: tuple[int, int]
    padding: tuple[int, int]
    #: Each plane of the input, with its plane of the kernel if there is one.
    planes: Sequence[tuple[Array, Array | None]]
    #: Text of a padded element: 0 under a kernel, a dot in a pooling window.
    outside: str

    @property
    def beyond(self) -> bool:
        """Return whether a part of it lies outside the image."""
        (height, width), (rows, columns) = self.planes[0][0].shape, self.size
        start = min(self.top, self.left)
        return start < 0 or self.top + rows > height or self.left + columns > width

    @property
    def heading(self) -> str:
        """Return a sentence on the rows and columns of the window and on its output."""
        place = ", ".join(str(i) for i in self.output)
        rows, columns = _range(self.top, self.size[0]), _range(self.left, self.size[1])
        return say("check", "window.heading", index=f"[{place}]", rows=rows, columns=columns)


def window_of(
    names: Mapping[str, str], arguments: Mapping[str, Any], index: tuple[int, ...]
) -> Window | None:
    """Return the window of the input behind the output at `index`, or None if none can be drawn.

    `names` maps `input` and `kernel` (or `kernel_size`) to names of arguments; it is empty for a
    function without a sliding window. All items of a result are assumed to have the same layout.
    """
    if not names:
        return None
    image = arguments.get(names.get("input", "input"))
    kernel = arguments.get(names.get("kernel", ""))
    if not isinstance(image, np.ndarray) or image.ndim < 2 or len(index) < 2:
        return None
    size = kernel.shape[-2:] if isinstance(kernel, np.ndarray) and kernel.ndim >= 2 else None
    if size is None:
        size = _pair(arguments.get(names.get("kernel_size", "kernel_size")))
    if size is None or max(size) > LARGEST:
        return None
    planes = _planes(image, kernel, index)
    if not planes:
        return None
    default = (1, 1) if isinstance(kernel, np.ndarray) else size
    stride = _pair(arguments.get("stride")) or default
    padding = _pair(arguments.get("padding")) or (0, 0)
    top = index[-2] * stride[0] - padding[0]
    left = index[-1] * stride[1] - padding[1]
    outside = "0" if isinstance(kernel, np.ndarray) else "·"
    return Window(index, top, left, size, padding, planes, outside)


def window_lines(
    names: Mapping[str, str],
    arguments: Mapping[str, Any],
    index: tuple[int, ...],
    width: int,
    paint: Paint | None = None,
) -> list[str]:
    """Return the window behind the output at `index` beside the kernel, or [] if there is none."""
    window = window_of(names, arguments, index)
    if window is None:
        return []
    blocks: list[list[str]] = []
    for plane, weights in window.planes[:CHANNELS]:
        blocks.append(_cut(plane, window))
        if weights is not None:
            blocks.append(
                _aligned([[number_text(v) for v in row] for row in weights.tolist()], "·")
            )
    lines = beside(blocks, 3, width)
    if len(window.planes) > CHANNELS:
        lines.append(say("check", "window.more", count=len(window.planes) - CHANNELS))
    if window.beyond:
        lines.append(say("check", "window.outside", sign=window.outside))
    return [window.heading, *lines]


class Row(NamedTuple):
    """A row of `n` cells with padding, over which a window of `kernel` cells slides."""

    n: int
    before: int
    after: int
    kernel: int
    stride: int

    @property
    def cells(self) -> int:
        """Return the number of cells, including padding."""
        return self.n + self.before + self.after

    @property
    def starts(self) -> range:
        """Return the positions at which the windows start."""
        return range(0, self.cells - self.kernel + 1, self.stride)

    @property
    def sentence(self) -> str:
        """Return a sentence on the cells, the window, the stride, and the number of windows."""
        values = {"cells": self.cells, "kernel": self.kernel, "stride": self.stride}
        return say("check", "row", **values, count=len(self.starts))


def row_of(arguments: Mapping[str, Any]) -> Row | None:
    """Return the row of a function of sizes `n` and `k`, or None for others and for long rows."""
    n, k = arguments.get("n"), arguments.get("k")
    stride = arguments.get("stride", 1)
    total = arguments.get("total_padding")
    padding = arguments.get("padding", 0)
    if not all(type(value) is int for value in (n, k, stride, padding)):
        return None
    assert isinstance(n, int)
    assert isinstance(k, int)
    before, after = padding, padding
    if total is not None:
        if type(total) is not int:
            return None
        before, after = total // 2, total - total // 2
    cells = n + before + after
    if not 0 < cells <= CELLS or not 0 < k <= cells or stride < 1 or min(before, after) < 0:
        return None
    return Row(n, before, after, k, stride)


def row_picture(arguments: Mapping[str, Any]) -> list[str]:
    """Return a line like `0 [1 2 3 4 5] 0` for a function of sizes `n` and `k`, else []."""
    found = row_of(arguments)
    if found is None:
        return []
    image = "[" + " ".join(str(i) for i in range(1, found.n + 1)) + "]"
    zeros = (" ".join("0" * found.before), image, " ".join("0" * found.after))
    return [f"{'  '.join(part for part in zeros if part)}     {found.sentence}"]


def _planes(image: Array, kernel: Any, index: tuple[int, ...]) -> list[tuple[Array, Array | None]]:
    """Return each plane of the input that contributes, with its plane of the kernel, if any."""
    if image.ndim == 2:
        if not isinstance(kernel, np.ndarray):
            return [(image, None)]
        if kernel.ndim == 3 and len(index) == 3 and index[0] < kernel.shape[0]:
            kernel = kernel[index[0]]
        return [(image, kernel)] if kernel.ndim == 2 else []
    if image.ndim == 4:
        if len(index) < 4 or not 0 <= index[-4] < image.shape[0]:
            return []
        image = image[index[-4]]
    if image.ndim != 3:
        return []
    if not isinstance(kernel, np.ndarray):
        channel = index[-3] if len(index) >= 3 else 0
        return [(image[channel], None)] if channel < image.shape[0] else []
    if kernel.ndim == 4:
        if len(index) < 3 or index[-3] >= kernel.shape[0]:
            return []
        kernel = kernel[index[-3]]
    if kernel.ndim == 2:
        kernel = kernel[None]
    return list(zip(image, kernel, strict=False))


def _cut(plane: Array, window: Window) -> list[str]:
    height, width = plane.shape
    rows = []
    for i in range(window.top, window.top + window.size[0]):
        columns = range(window.left, window.left + window.size[1])
        inside = [0 <= i < height and 0 <= j < width for j in columns]
        rows.append(
            [
                number_text(plane[i, j]) if here else window.outside
                for j, here in zip(columns, inside, strict=True)
            ]
        )
    return _aligned(rows, "")


def _aligned(rows: list[list[str]], sign: str) -> list[str]:
    """Return rows with aligned columns, and `sign` before the middle row."""
    widths = [max(len(row[j]) for row in rows) for j in range(len(rows[0]))]
    middle = (len(rows) - 1) // 2
    lines = []
    for i, row in enumerate(rows):
        before = f"{sign if i == middle else ' '} " if sign else ""
        cells = (text.rjust(width) for text, width in zip(row, widths, strict=True))
        lines.append(f"{before}│ {' '.join(cells)} │")
    return lines


def _range(start: int, length: int) -> str:
    return f"{start}…{start + length - 1}" if length > 1 else str(start)


def _pair(value: Any) -> tuple[int, int] | None:
    if type(value) is int:
        return (value, value)
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(type(v) is int for v in value):
        return (value[0], value[1])
    return None
