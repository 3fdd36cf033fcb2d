import numpy as np


def minmax_scale(X, reference=None):
    X = X / 1  # floats, because uint8 grey values would wrap around
    reference = X if reference is None else reference / 1
    if X.shape[1] != reference.shape[1]:
        raise ValueError("X and reference differ in their columns")
    scaled = np.zeros(X.shape, dtype=X.dtype)
    for d in range(X.shape[1]):
        low, high = reference[:, d].min(), reference[:, d].max()
        if high > low:
            scaled[:, d] = (X[:, d] - low) / (high - low)
    return scaled


def one_hot(labels, num_classes):
    shape = (len(labels), num_classes)
    rows = np.zeros(shape, dtype=np.int64, like=labels)
    for i, label in enumerate(labels):
        if not 0 <= label < num_classes:
            raise ValueError("there is no such class")
        rows[i, int(label)] = 1
    return rows
