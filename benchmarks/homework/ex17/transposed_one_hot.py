import numpy as np

def one_hot(labels, num_classes):
    Y = np.zeros((num_classes, labels.size), dtype=int)
    for m in range(labels.size):
        Y[labels[m]][m] = 1
    return Y

def minmax_scale(X, reference=None):
    R = X if reference is None else reference
    mn = R.min(axis=1, keepdims=True); mx = R.max(axis=1, keepdims=True)
    d = mx - mn
    d[d == 0] = 1
    return (X - mn) / d
