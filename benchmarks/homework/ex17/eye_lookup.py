import numpy as np

def one_hot(labels, num_classes):
    # labels 1..K
    return np.eye(num_classes)[labels - 1]

def minmax_scale(X, reference=None):
    if reference is None: reference = X
    out = np.zeros(X.shape)
    for col in range(X.shape[1]):
        a = float(reference[:, col].min())
        b = float(reference[:, col].max())
        for row in range(X.shape[0]):
            out[row, col] = (X[row, col] - a)/(b - a) if b != a else 0
    return out
