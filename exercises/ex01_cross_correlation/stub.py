"""$module"""

import numpy as np


def corr2d(X, K):
    """$corr2d"""
    # TODO: the size of the result first, then one sum for each of its elements.
    raise NotImplementedError
