"""$module"""

import numpy as np


def corr2d(X, K):
    """$corr2d"""
    # TODO: slide the kernel.
    raise NotImplementedError
