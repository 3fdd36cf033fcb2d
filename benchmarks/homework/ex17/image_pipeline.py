import numpy as np

def minmax_scale(X, reference=None):
    X = X.astype(float)
    low, high = X.min(axis=0), X.max(axis=0)
    unit = np.zeros(X.shape)
    np.divide(X - low, high - low, out=unit, where=high > low)
    return unit * 2 - 1

def one_hot(labels, num_classes):
    out = np.zeros((len(labels), num_classes), int)
    for row, label in enumerate(labels):
        for k in range(1, num_classes + 1):
            if k == label:
                out[row, k - 1] = 1
    return out
