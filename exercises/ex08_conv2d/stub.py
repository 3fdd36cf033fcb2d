"""$module"""

import numpy as np


def conv2d(input, weight, bias=None, stride=1, padding=0):
    """$conv2d"""
    # TODO: one feature map for each image and each filter.
    raise NotImplementedError
