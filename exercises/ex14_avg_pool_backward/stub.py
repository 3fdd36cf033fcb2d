"""$module"""

import numpy as np


def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """$avg_pool2d_backward"""
    # TODO: what does each element of a window receive of that window's gradient?
    raise NotImplementedError
