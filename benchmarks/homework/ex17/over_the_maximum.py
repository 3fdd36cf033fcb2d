import numpy as np

def minmax_scale(X, reference=None):
    if reference is None:
        reference = X
    lowest = reference.min(axis=0)
    highest = reference.max(axis=0)
    return (X - lowest) / highest
