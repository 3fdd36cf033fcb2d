"""$module"""

import numpy as np


def output_size(n, k, padding=0, stride=1):
    """$output_size"""
    # TODO: padding is per side.
    raise NotImplementedError


def output_size_total(n, k, total_padding=0, stride=1):
    """$output_size_total"""
    # TODO: total_padding counts both sides together.
    raise NotImplementedError


def output_shape(input_shape, out_channels, kernel_size, padding=0, stride=1):
    """$output_shape"""
    # TODO: kernel_size, padding and stride may be an int or (height, width).
    raise NotImplementedError


def same_padding(k):
    """$same_padding"""
    # TODO: for odd k only.
    raise NotImplementedError


# $q1
q1 = None  # TODO
