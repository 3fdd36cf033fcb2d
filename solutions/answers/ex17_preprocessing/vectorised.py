import numpy as np


def minmax_scale(X, reference=None):
    X = X / 1
    reference = X if reference is None else reference / 1
    if X.shape[1] != reference.shape[1]:
        raise ValueError("X and reference differ in their columns")
    low, high = np.amin(reference, 0), np.amax(reference, 0)
    varies = high > low
    spread = np.where(varies, high - low, 1)
    return np.where(varies, (X - low) / spread, 0)


def one_hot(labels, num_classes):
    if (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError("there is no such class")
    classes = np.arange(num_classes, like=labels)
    return (labels[:, None] == classes).astype(np.int64)
