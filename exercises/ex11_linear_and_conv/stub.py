"""$module"""

import numpy as np


def linear_to_conv(W, input_shape):
    """$linear_to_conv"""
    # TODO: one kernel for each row of W, as large as the image.
    raise NotImplementedError


def conv_to_linear(weight, input_shape):
    """$conv_to_linear"""
    # TODO: one row for each output element, zeros where its window does not reach.
    raise NotImplementedError


def conv_as_matrix(K, H, W):
    """$conv_as_matrix"""
    # TODO: the same for one kernel and one channel.
    raise NotImplementedError
