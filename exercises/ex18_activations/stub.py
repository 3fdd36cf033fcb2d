"""$module"""

import numpy as np


def relu(x):
    """$relu"""
    # TODO: negative elements become 0.
    raise NotImplementedError


def relu_backward(grad_output, x):
    """$relu_backward"""
    # TODO: where does the gradient pass?
    raise NotImplementedError


def sigmoid(x):
    """$sigmoid"""
    # TODO: between 0 and 1.
    raise NotImplementedError


def sigmoid_backward(grad_output, output):
    """$sigmoid_backward"""
    # TODO: the derivative, written with the output.
    raise NotImplementedError


def softmax(x, axis=-1):
    """$softmax"""
    # TODO: positive numbers that add up to 1 along the axis.
    raise NotImplementedError


def softmax_backward(grad_output, output, axis=-1):
    """$softmax_backward"""
    # TODO: every input moves every output.
    raise NotImplementedError
