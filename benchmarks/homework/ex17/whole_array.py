import numpy as np

def minmax_scale(X, reference=None):
    """Normalize to the interval [0, 1]."""
    X = np.asarray(X, dtype=np.float64)
    smallest, largest = X.min(), X.max()
    span = largest - smallest
    if span == 0:
        return np.zeros(X.shape)
    return (X - smallest) / span
