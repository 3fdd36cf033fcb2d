import numpy as np

def minmax_scale(X, reference=None):
    if reference is None:
        reference = X
    data_min = reference.min(axis=0)
    data_max = reference.max(axis=0)
    return (X - data_min) / (data_max - data_min)

def one_hot(labels, num_classes):
    out = np.zeros((len(labels), num_classes))
    out[np.arange(len(labels)), labels] = 1
    return out
