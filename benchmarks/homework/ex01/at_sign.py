import numpy as np


def corr2d(X, K):
    kh, kw = K.shape
    result = np.empty((X.shape[0] - kh + 1, X.shape[1] - kw + 1))
    for r, c in np.ndindex(*result.shape):
        result[r, c] = (X[r:r + kh, c:c + kw] @ K).sum()
    return result
