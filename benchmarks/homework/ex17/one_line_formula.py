import numpy as np

def minmax_scale(X, reference=None):
    if reference is None:
        reference = X
    small = reference.min(axis=0)
    large = reference.max(axis=0)
    return X * 1.0 - small * 1.0 / (large - small)

def one_hot(labels, num_classes):
    vector = np.zeros(num_classes, dtype=int)
    for label in labels:
        vector[label] = 1
    return vector
