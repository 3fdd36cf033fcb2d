"""$module"""

import numpy as np


def max_pool2d_backward(grad_output, indices, input_shape):
    """$max_pool2d_backward"""
    # TODO: each gradient belongs to the element that its window's index names.
    raise NotImplementedError


def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    """$max_pool2d_grad"""
    # TODO: find the winner of each window first.
    raise NotImplementedError
