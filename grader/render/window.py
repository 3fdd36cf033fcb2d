"""The part of the input behind one output: the window under the kernel, or a row of cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..sandbox.values import Array
from ..texts import say
from .arrays import number_text
from .layout import Paint, beside

CHANNELS = 3
LARGEST = 8
#: Cells of a row that is still drawn.
CELLS = 16


def window_lines(
    names: Mapping[str, str],
    arguments: Mapping[str, Any],
    index: tuple[int, ...],
    width: int,
    paint: Paint | None = None,
) -> list[str]:
    """The window of the input that makes the output at `index`, and the kernel beside it.

    `names` tells which arguments are the input and the kernel (or only its size). Padded cells
    are 0 under a kernel and a dot in a pooling window. Empty if there is nothing sensible to draw.
    """
    image = arguments.get(names.get("input", "input"))
    kernel = arguments.get(names.get("kernel", ""))
    if not isinstance(image, np.ndarray) or image.ndim < 2 or len(index) < 2:
        return []
    size = kernel.shape[-2:] if isinstance(kernel, np.ndarray) and kernel.ndim >= 2 else None
    if size is None:
        size = _pair(arguments.get(names.get("kernel_size", "kernel_size")))
    if size is None or max(size) > LARGEST:
        return []
    default = (1, 1) if isinstance(kernel, np.ndarray) else size
    stride = _pair(arguments.get("stride")) or default
    padding = _pair(arguments.get("padding")) or (0, 0)
    top = index[-2] * stride[0] - padding[0]
    left = index[-1] * stride[1] - padding[1]
    outside = "0" if isinstance(kernel, np.ndarray) else "·"
    planes = _planes(image, kernel, index)
    if not planes:
        return []
    first = f"{top}…{top + size[0] - 1}" if size[0] > 1 else str(top)
    second = f"{left}…{left + size[1] - 1}" if size[1] > 1 else str(left)
    place = ", ".join(str(i) for i in index)
    heading = say("check", "window.heading", index=f"[{place}]", rows=first, columns=second)
    blocks: list[list[str]] = []
    for plane, weights in planes[:CHANNELS]:
        blocks.append(_cut(plane, top, left, size, outside))
        if weights is not None:
            blocks.append(
                _aligned([[number_text(v) for v in row] for row in weights.tolist()], "·")
            )
    lines = beside(blocks, 3, width)
    if len(planes) > CHANNELS:
        lines.append(say("check", "window.more", count=len(planes) - CHANNELS))
    if min(top, left) < 0 or top + size[0] > image.shape[-2] or left + size[1] > image.shape[-1]:
        lines.append(say("check", "window.outside", sign=outside))
    return [heading, *lines]


def row_picture(arguments: Mapping[str, Any]) -> list[str]:
    """`0 [1 2 3 4 5] 0` for a function of sizes `n` and `k`; empty for any other."""
    n, k = arguments.get("n"), arguments.get("k")
    stride = arguments.get("stride", 1)
    total = arguments.get("total_padding")
    padding = arguments.get("padding", 0)
    if not all(type(value) is int for value in (n, k, stride, padding)):
        return []
    assert isinstance(n, int)
    assert isinstance(k, int)
    before, after = padding, padding
    if total is not None:
        if type(total) is not int:
            return []
        before, after = total // 2, total - total // 2
    cells = n + before + after
    if not 0 < cells <= CELLS or not 0 < k <= cells or stride < 1 or min(before, after) < 0:
        return []
    image = "[" + " ".join(str(i) for i in range(1, n + 1)) + "]"
    row = "  ".join(part for part in (" ".join("0" * before), image, " ".join("0" * after)) if part)
    windows = range(0, cells - k + 1, stride)
    said = say("check", "row", cells=cells, kernel=k, stride=stride, count=len(windows))
    return [f"{row}     {said}"]


def _planes(image: Array, kernel: Any, index: tuple[int, ...]) -> list[tuple[Array, Array | None]]:
    """Each plane of the input that takes part, with its plane of the kernel if there is one."""
    if image.ndim == 2:
        weights = kernel if isinstance(kernel, np.ndarray) and kernel.ndim == 2 else None
        return [(image, weights)]
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


def _cut(plane: Array, top: int, left: int, size: tuple[int, int], outside: str) -> list[str]:
    height, width = plane.shape
    rows = []
    for i in range(top, top + size[0]):
        columns = range(left, left + size[1])
        inside = [0 <= i < height and 0 <= j < width for j in columns]
        rows.append(
            [
                number_text(plane[i, j]) if here else outside
                for j, here in zip(columns, inside, strict=True)
            ]
        )
    return _aligned(rows, "")


def _aligned(rows: list[list[str]], sign: str) -> list[str]:
    """Rows with aligned columns; `sign` stands before the middle row."""
    widths = [max(len(row[j]) for row in rows) for j in range(len(rows[0]))]
    middle = (len(rows) - 1) // 2
    lines = []
    for i, row in enumerate(rows):
        before = f"{sign if i == middle else ' '} " if sign else ""
        cells = (text.rjust(width) for text, width in zip(row, widths, strict=True))
        lines.append(f"{before}│ {' '.join(cells)} │")
    return lines


def _pair(value: Any) -> tuple[int, int] | None:
    if type(value) is int:
        return (value, value)
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(type(v) is int for v in value):
        return (value[0], value[1])
    return None
