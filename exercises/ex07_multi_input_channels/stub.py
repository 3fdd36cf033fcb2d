"""$module"""

import numpy as np


def corr2d_multi_in(X, K, bias=0.0):
    """$corr2d_multi_in"""
    # TODO: do the channels match? Then each channel meets its slice of the kernel; what follows?
    raise NotImplementedError
