"""$module"""

import numpy as np


def im2col(input, kernel_size, stride=1, padding=0):
    """$im2col"""
    # TODO: every window as a row.
    raise NotImplementedError


def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    """$col2im"""
    # TODO: add every row to the elements its window came from.
    raise NotImplementedError


def conv2d_im2col(input, weight, bias=None, stride=1, padding=0):
    """$conv2d_im2col"""
    # TODO: one matrix product.
    raise NotImplementedError
