"""$module"""

import numpy as np


def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    """$conv2d_backward"""
    # TODO: which products did each input element and each weight take part in?
    raise NotImplementedError
