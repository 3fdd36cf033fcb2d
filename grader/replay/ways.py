"""Define the ways in which a misconception may be drawn: changes to the correct computation.

`drawn = ["kernel turned"]` in an exercise's text.toml names a key and one of its values. Each way
changes a computation independently, so that the ways of several misconceptions can be combined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

import numpy as np

from ..sandbox.protocol.values import Array
from . import convolution_gradients, pooling_gradients, sliding_windows
from .convolution_gradients import ConvolutionGradients
from .pooling_gradients import PoolingGradients
from .sliding_windows import SlidingWindows
from .worked_cell import Computation, Finish, Pair

#: Name → change of the given kernel [F, C, kh, kw].
_TURNS: Mapping[str, Callable[[Array], Array]] = {
    "as given": lambda K: K,
    "turned": lambda K: K[:, :, ::-1, ::-1],
    "upside down": lambda K: K[:, :, ::-1, :],
    "mirrored": lambda K: K[:, :, :, ::-1],
    "transposed": lambda K: K.swapaxes(2, 3),
    "transposed and turned": lambda K: K.swapaxes(2, 3)[:, :, ::-1, ::-1],
    "turned right": lambda K: K.swapaxes(2, 3)[:, :, :, ::-1],
    "turned left": lambda K: K.swapaxes(2, 3)[:, :, ::-1, :],
    "turned with channels": lambda K: K[:, ::-1, ::-1, ::-1],
    "turned with filters": lambda K: K[::-1, ::-1, ::-1, ::-1],
}
#: Name → change of the correct size of a window.
_WINDOWS: Mapping[str, Callable[[Pair], Pair]] = {
    "swapped": lambda size: (size[1], size[0]),
    "first of pair": lambda size: (size[0], size[0]),
}
#: Name → padding (above, left) and (below, right), from the correct pair (vertical, horizontal).
_MARGINS: Mapping[str, Callable[[Pair], tuple[Pair, Pair]]] = {
    "none": lambda p: ((0, 0), (0, 0)),
    "before": lambda p: (p, (0, 0)),
    "after": lambda p: ((0, 0), p),
    "below and right": lambda p: ((0, 0), (2 * p[0], 2 * p[1])),
    "rows only": lambda p: ((p[0], 0), (p[0], 0)),
    "swapped": lambda p: (p[::-1], p[::-1]),
    "first of pair": lambda p: ((p[0], p[0]), (p[0], p[0])),
    "before and after": lambda p: ((p[0], p[0]), (p[1], p[1])),
    "left and right": lambda p: ((0, p[0]), (0, p[1])),
}
#: Name → mode of `np.pad` that fills the padding with numbers of the image.
_BORDERS = {"edge": "edge", "reflected": "reflect", "mirrored": "symmetric", "repeated": "wrap"}
_FILLS = {"ones": 1.0, "zeros": 0.0}
_STRIDES = ("one", "two", "swapped", "first of pair", "window", "in the window")
_BIAS_AT = {"first": "first", "columns": "column"}

#: Key → its possible values.
WAYS: Mapping[str, tuple[str, ...]] = {
    "kernel": tuple(_TURNS),
    "window": tuple(_WINDOWS),
    "padding": (*_MARGINS, *_BORDERS, *_FILLS),
    "stride": _STRIDES,
    "count": get_args(sliding_windows.Count)[1:],
    "channels": get_args(sliding_windows.Channels)[1:],
    "filters": get_args(sliding_windows.Filters)[1:],
    "images": ("first",),
    "bias": (*_BIAS_AT, *get_args(sliding_windows.BiasTimes)[1:]),
    "divisor": (
        *get_args(sliding_windows.Divisor),
        *("one", "outputs", "images", "places"),
    ),
    "written": get_args(sliding_windows.Written)[1:],
    "order": (*get_args(sliding_windows.Order)[1:], "turned", "exchanged"),
    "finish": get_args(Finish)[1:],
    "largest": get_args(sliding_windows.Largest)[1:],
    "counted": get_args(sliding_windows.Counted)[2:],
    "share": get_args(pooling_gradients.Share),
    "overlap": get_args(pooling_gradients.Overlap)[1:],
    "crop": get_args(pooling_gradients.Crop)[1:],
    "gradient": ("ones", "times the input"),
}


def changed(computation: Computation, ways: Mapping[str, str]) -> Computation | None:
    """Return a computation changed by `ways`, or None if one of them does not apply to it."""
    for key, value in ways.items():
        change = _CHANGES[type(computation)].get(key)
        after = change(computation, value) if change is not None else None
        if after is None:
            return None
        computation = after
    return computation


def with_windows(computation: Computation, model: Computation) -> Computation | None:
    """Return a computation with the number of windows of `model`, or None if it has that already.

    Also returns None for computations without sliding windows.
    """
    if not isinstance(computation, SlidingWindows) or not isinstance(model, SlidingWindows):
        return None
    if computation.windows == model.windows:
        return None
    return replace(computation, kept=model.windows)


def _kernel(at: SlidingWindows, value: str) -> SlidingWindows | None:
    if at.given is None:
        return None
    kernel = _TURNS[value](at.given)
    return replace(at, kernel=kernel, size=(kernel.shape[2], kernel.shape[3]))


def _window(at: SlidingWindows, value: str) -> SlidingWindows | None:
    return replace(at, size=_WINDOWS[value](at.size)) if at.kernel is None else None


def _padding(at: SlidingWindows, value: str) -> SlidingWindows:
    if value in _BORDERS:
        return replace(at, border=_BORDERS[value])
    if value in _FILLS:
        return replace(at, fill=_FILLS[value])
    above, below = _MARGINS[value](at.padding)
    return replace(at, above=above, below=below)


def _stride(at: SlidingWindows, value: str) -> SlidingWindows:
    if value == "in the window":
        return replace(at, gaps=at.stride)
    return replace(at, stride=_steps(at.stride, at.size, value))


def _steps(stride: Pair, size: Pair, value: str) -> Pair:
    return {
        "one": (1, 1),
        "two": (2, 2),
        "swapped": (stride[1], stride[0]),
        "first of pair": (stride[0], stride[0]),
        "window": size,
    }[value]


def _bias(at: SlidingWindows, value: str) -> SlidingWindows | None:
    if at.bias is None:
        return None
    if value in _BIAS_AT:
        return replace(at, bias_at=_BIAS_AT[value])  # type: ignore[arg-type]
    return replace(at, bias_times=value)  # type: ignore[arg-type]


def _gradient_padding(at: Any, value: str) -> Any:
    if value == "zeros" and isinstance(at, PoolingGradients):
        return replace(at, fill=0.0)
    if value not in ("none", "swapped", "first of pair"):
        return None
    return replace(at, padding=_MARGINS[value](at.padding)[0])


def _gradient_stride(at: Any, value: str) -> Any:
    if value == "in the window":
        return None
    size = at.size if isinstance(at, PoolingGradients) else at.weight.shape[2:]
    return replace(at, stride=_steps(at.stride, size, value))


def _gradient(at: Any, value: str) -> Any:
    if value == "ones":
        return replace(at, ones=True)
    return replace(at, times_input=True) if isinstance(at, PoolingGradients) else None


def _field(name: str, type_: Any) -> Callable[[Any, str], Any]:
    """Return a change that sets a field, and gives None for a value not in its Literal type."""
    known = get_args(type_)
    return lambda at, value: replace(at, **{name: value}) if value in known else None


_CHANGES: Mapping[type, Mapping[str, Callable[[Any, str], Any]]] = {
    SlidingWindows: {
        "kernel": _kernel,
        "window": _window,
        "padding": _padding,
        "stride": _stride,
        "bias": _bias,
        "count": _field("count", sliding_windows.Count),
        "channels": _field("channels", sliding_windows.Channels),
        "filters": _field("filters", sliding_windows.Filters),
        "images": lambda at, value: replace(at, images=value),
        "divisor": _field("divisor", sliding_windows.Divisor),
        "written": _field("written", sliding_windows.Written),
        "order": _field("order", sliding_windows.Order),
        "finish": _field("finish", Finish),
        "largest": _field("largest", sliding_windows.Largest),
        "counted": lambda at, value: replace(at, counted=value) if at.counted else None,
    },
    PoolingGradients: {
        "padding": _gradient_padding,
        "stride": _gradient_stride,
        "gradient": _gradient,
        "divisor": _field("share_of", pooling_gradients.ShareOf),
        "share": _field("share", pooling_gradients.Share),
        "overlap": _field("overlap", pooling_gradients.Overlap),
        "crop": _field("crop", pooling_gradients.Crop),
        "written": _field("written", pooling_gradients.Written),
    },
    ConvolutionGradients: {
        "padding": _gradient_padding,
        "stride": _gradient_stride,
        "gradient": _gradient,
        "divisor": _field("divisor", convolution_gradients.Divisor),
        "overlap": _field("overlap", convolution_gradients.Overlap),
        "crop": _field("crop", convolution_gradients.Crop),
        "order": _field("order", convolution_gradients.Order),
        "images": _field("images", convolution_gradients.Images),
        "channels": _field("channels", convolution_gradients.Channels),
        "written": _field("written", convolution_gradients.Written),
    },
}


def turned(kernel: Array) -> Array:
    """Return a kernel [F, C, kh, kw] turned by 180°, as convolution uses it."""
    return np.ascontiguousarray(_TURNS["turned"](kernel))
