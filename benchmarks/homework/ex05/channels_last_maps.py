import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def activation_map(image, filters):
    win = sliding_window_view(image, filters.shape[1:])
    return np.stack([(win * f).sum((2, 3)) for f in filters], axis=-1)
