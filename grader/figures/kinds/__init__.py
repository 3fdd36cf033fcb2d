"""Map the names of figure kinds to the functions that make their drawings."""

from __future__ import annotations

from collections.abc import Callable

from ..panels import Drawing
from ..parameters import Parameters
from .channel_sums import draw_channels
from .curves import draw_curves
from .feature_maps import draw_feature_maps, draw_patterns
from .gradient_paths import draw_gradient_paths
from .layer_shapes import draw_shapes
from .one_by_one import draw_one_by_one
from .padding_stride import draw_padding_stride
from .parameter_counts import draw_parameters
from .pooled import draw_pooling
from .pooled_backward import draw_pooling_backward
from .receptive_field import draw_receptive_field
from .unfolded import draw_im2col
from .unit_networks import draw_network
from .window_products import draw_window

KINDS: dict[str, Callable[[Parameters], Drawing]] = {
    "window": draw_window,
    "padding-stride": draw_padding_stride,
    "channels": draw_channels,
    "conv1x1": draw_one_by_one,
    "receptive-field": draw_receptive_field,
    "pooling": draw_pooling,
    "pooling-backward": draw_pooling_backward,
    "parameters": draw_parameters,
    "im2col": draw_im2col,
    "shapes": draw_shapes,
    "gradient-paths": draw_gradient_paths,
    "network": draw_network,
    "curves": draw_curves,
    "feature-maps": draw_feature_maps,
    "patterns": draw_patterns,
}
