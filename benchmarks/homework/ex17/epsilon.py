import numpy as np

def minmax_scale(X, reference=None):
    ref = X if reference is None else reference
    lo, hi = np.min(ref, 0), np.max(ref, 0)
    return (X - lo) / (hi - lo + 1e-8)
