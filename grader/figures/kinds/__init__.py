"""The kinds of figures by their names in a block; each makes a drawing from its parameters."""

from __future__ import annotations

from collections.abc import Callable

from ..panels import Drawing
from ..parameters import Parameters
from .channel_sums import draw_channels
from .curves import draw_curves
from .layer_shapes import draw_shapes
from .padding_stride import draw_padding_stride
from .pooled import draw_pooling
from .window_products import draw_window

KINDS: dict[str, Callable[[Parameters], Drawing]] = {
    "window": draw_window,
    "padding-stride": draw_padding_stride,
    "channels": draw_channels,
    "pooling": draw_pooling,
    "shapes": draw_shapes,
    "curves": draw_curves,
}
