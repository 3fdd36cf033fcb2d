"""Define a demonstration: calls of a learner's functions, and drawings of the results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np

from ..figures.panels import Drawing, Panel, Picture
from ..figures.scenes import scene
from ..i18n.texts import say
from ..runner.job import Call
from ..sandbox.protocol.values import Array

#: Kernels that detect edges and spots, by the key of their names in text/own_code.toml.
KERNELS: Mapping[str, list[list[float]]] = {
    "upright": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "level": [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
    "slanting": [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]],
    "spot": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
}

_own_picture: ContextVar[Array | None] = ContextVar("own_picture", default=None)


class CaptionedDrawing(NamedTuple):
    """A drawing with its caption."""

    drawing: Drawing
    caption: str


class Demonstration(NamedTuple):
    """The demonstration of one exercise."""

    calls: Callable[[], Sequence[Call]]
    #: Draws the values that the calls returned, by id. Raises if a value has the wrong form.
    draw: Callable[[Mapping[str, Any]], list[CaptionedDrawing]]


def call(function: str, arguments: Mapping[str, Any], driver: str = "") -> Call:
    """Return a call whose id is the function's name; arguments are passed by position."""
    return Call(function, function, arguments, len(arguments), driver)


def picture() -> Array:
    """Return the picture [64, 64] as brightness from 0 to 1: the reader's own, else the scene."""
    own = _own_picture.get()
    pixels: Array = (scene() if own is None else own) / 255
    return pixels


@contextmanager
def own_picture(pixels: Array) -> Iterator[None]:
    """Use a reader's own picture [64, 64], from 0 to 255, instead of the scene within a block."""
    before = _own_picture.set(pixels)
    try:
        yield
    finally:
        _own_picture.reset(before)


def kernels() -> Array:
    """Return the kernels [4, 3, 3]."""
    return np.array(list(KERNELS.values()), np.float64)


def kernel_names() -> list[str]:
    """Return the names of the kernels in the language in use."""
    return [say("own_code", f"kernel.{key}") for key in KERNELS]


def image_panel(pixels: Array) -> Picture:
    """Return a panel that shows a picture as the input."""
    return Picture(say("own_code", "picture"), "input", pixels)


def map_panel(title: str, values: Any, role: str = "output", *, small: bool = False) -> Panel:
    """Return a panel of a feature map [H, W], clipped at 0 by ReLU and scaled to a maximum of 1."""
    positive = np.maximum(np.asarray(values, np.float64), 0)
    return Picture(title, role, positive / (positive.max() or 1.0), small=small)


def signed_panel(title: str, values: Any, role: str, *, small: bool = False) -> Panel:
    """Return a panel of signed numbers [H, W], scaled so that 0 is middle grey."""
    array = np.asarray(values, np.float64)
    return Picture(title, role, (array / (np.abs(array).max() or 1.0) + 1) / 2, small=small)
