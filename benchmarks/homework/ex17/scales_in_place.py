import numpy as np

def minmax_scale(X, reference=None):
    if reference is None:
        reference = X.copy()
    low = reference.min(axis=0)
    high = reference.max(axis=0)
    if X.dtype.kind != "f":
        X = X.astype(float)
    X -= low
    X /= high - low
    return X
