"""Build the correct computation of a function from the arguments of a case."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..sandbox.protocol.values import Array
from .convolution_gradients import ConvolutionGradients, Result
from .pooling_gradients import PoolingGradients
from .sliding_windows import SlidingWindows
from .ways import turned
from .worked_cell import Computation, Pair, as_floats, as_pair


class _Unknown(Exception):
    """Raised for arguments for which there is no computation."""


def computation_of(
    table: Mapping[str, str], arguments: Mapping[str, Any], result: int = 0
) -> Computation | None:
    """Return the computation that a table `[worked.FUNCTION]` names, or None if none fits.

    `result` is the index of the result, for a function that returns several.
    """
    make = KINDS.get(table.get("kind", ""))
    if make is None:
        return None
    try:
        return make(_Arguments(table, arguments), result)
    except _Unknown:
        return None


class _Arguments:
    """A call's arguments, converted to arrays and pairs; raises _Unknown if that is impossible."""

    def __init__(self, table: Mapping[str, str], given: Mapping[str, Any]) -> None:
        self._table, self._given = table, given

    def name(self, key: str) -> str:
        return self._table.get(key, key)

    def has(self, key: str) -> bool:
        return self._given.get(self.name(key)) is not None

    def array(self, key: str) -> Array:
        array = as_floats(self._given.get(self.name(key)))
        if array is None:
            raise _Unknown
        return array

    def pair(self, key: str, default: Pair) -> Pair:
        value = self._given.get(self.name(key))
        pair = default if value is None else as_pair(value)
        if pair is None or min(pair) < 0:
            raise _Unknown
        return pair

    def shape(self, key: str) -> tuple[int, ...]:
        value = self._given.get(self.name(key))
        if not isinstance(value, (list, tuple)) or not all(type(n) is int for n in value):
            raise _Unknown
        return tuple(value)

    def flag(self, key: str, default: bool) -> bool:
        return bool(self._given.get(self.name(key), default))

    def bias(self) -> Array | None:
        value = self._given.get(self.name("bias"))
        if value is None:
            return None
        if isinstance(value, (int, float)):
            return np.array([float(value)])
        array = as_floats(value)
        if array is None or array.ndim > 1:
            raise _Unknown
        return array.reshape(-1)


def _correlation(at: _Arguments, result: int, *, turns: bool = False) -> SlidingWindows:
    image, kernel = at.array("input"), at.array("kernel")
    if image.ndim == 4 and kernel.ndim == 2:  # conv1x1: the kernel is a matrix [F, C]
        kernel = kernel[:, :, None, None]
    axes = {(2, 2): 2, (2, 3): 3, (3, 3): 2, (4, 4): 4}.get((image.ndim, kernel.ndim))
    if axes is None:
        raise _Unknown
    filters = kernel[:, None] if image.ndim == 2 and kernel.ndim == 3 else kernel
    filters = filters.reshape((1,) * (4 - filters.ndim) + filters.shape)
    image = image.reshape((1,) * (4 - image.ndim) + image.shape)
    if image.shape[1] != filters.shape[1]:
        raise _Unknown
    return SlidingWindows(
        image,
        turned(filters) if turns else filters,
        at.bias(),
        (filters.shape[2], filters.shape[3]),
        _steps(at, (1, 1)),
        at.pair("padding", (0, 0)),
        axes,
        given=filters,
        names=(at.name("input"), at.name("kernel")),
    )


def _convolution(at: _Arguments, result: int) -> SlidingWindows:
    return _correlation(at, result, turns=True)


def _max_pooling(at: _Arguments, result: int) -> SlidingWindows:
    image, size = _image(at), at.pair("kernel_size", (0, 0))
    return SlidingWindows(
        image,
        None,
        None,
        _window(size),
        _steps(at, size),
        at.pair("padding", (0, 0)),
        fill=-math.inf,
        rule="max",
        counted="plane" if result == 1 else "",
        names=(at.name("input"), ""),
    )


def _average_pooling(at: _Arguments, result: int) -> SlidingWindows:
    image, size = _image(at), at.pair("kernel_size", (0, 0))
    return SlidingWindows(
        image,
        None,
        None,
        _window(size),
        _steps(at, size),
        at.pair("padding", (0, 0)),
        divisor="cells" if at.flag("count_include_pad", True) else "inside",
        names=(at.name("input"), ""),
    )


def _zero_padding(at: _Arguments, result: int) -> SlidingWindows:
    image = at.array("input")
    if image.ndim != 2:
        raise _Unknown
    padding = at.pair("padding", (0, 0))
    return SlidingWindows(
        image[None, None], None, None, (1, 1), padding=padding, axes=2, names=(at.name("input"), "")
    )


def _average_gradient(at: _Arguments, result: int) -> PoolingGradients:
    size, shape = at.pair("kernel_size", (0, 0)), at.shape("input_shape")
    gradient = at.array("grad_output")
    if gradient.ndim != 4 or len(shape) != 4:
        raise _Unknown
    return PoolingGradients(
        gradient,
        shape[2],
        shape[3],
        None,
        _window(size),
        _steps(at, size),
        at.pair("padding", (0, 0)),
        share_of="cells" if at.flag("count_include_pad", True) else "inside",
        names=(at.name("grad_output"), "grad_input"),
    )


def _max_gradient(at: _Arguments, result: int) -> PoolingGradients:
    image, size = _image(at), at.pair("kernel_size", (0, 0))
    gradient = at.array("grad_output")
    if gradient.ndim != 4:
        raise _Unknown
    return PoolingGradients(
        gradient,
        image.shape[2],
        image.shape[3],
        image,
        _window(size),
        _steps(at, size),
        at.pair("padding", (0, 0)),
        share="winner",
        names=(at.name("grad_output"), at.name("input")),
    )


def _convolution_gradients(at: _Arguments, result: int) -> ConvolutionGradients:
    gradient, image, weight = (at.array(name) for name in ("grad_output", "input", "weight"))
    results: tuple[Result, ...] = ("input", "weight", "bias")
    if {gradient.ndim, image.ndim, weight.ndim} != {4} or result not in range(3):
        raise _Unknown
    return ConvolutionGradients(
        gradient, image, weight, results[result], _steps(at, (1, 1)), at.pair("padding", (0, 0))
    )


def _image(at: _Arguments) -> Array:
    image = at.array("input")
    if image.ndim != 4:
        raise _Unknown
    return image


def _window(size: Pair) -> Pair:
    if min(size) < 1:
        raise _Unknown
    return size


def _steps(at: _Arguments, default: Pair) -> Pair:
    stride = at.pair("stride", default)
    if min(stride) < 1:
        raise _Unknown
    return stride


#: Value of `kind` in a function's table → factory of its computation.
KINDS: Mapping[str, Callable[[_Arguments, int], Computation]] = {
    "correlation": _correlation,
    "convolution": _convolution,
    "zero padding": _zero_padding,
    "max pooling": _max_pooling,
    "average pooling": _average_pooling,
    "average pooling backward": _average_gradient,
    "max pooling backward": _max_gradient,
    "convolution backward": _convolution_gradients,
}
