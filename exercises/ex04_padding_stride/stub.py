"""$module"""

import numpy as np


def zero_pad(X, padding):
    """$zero_pad"""
    # TODO: padding is an int or (height, width), per side.
    raise NotImplementedError


def corr2d(X, K, padding=0, stride=1):
    """$corr2d"""
    # TODO: pad first; then the size of the result; then one sum for each of its elements.
    raise NotImplementedError
