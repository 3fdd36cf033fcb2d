import numpy as np


def flip(K):
    return np.flip(K, (0, 1)).copy()
