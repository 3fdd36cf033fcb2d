import numpy as np


def corr2d(X, K):
    kh, kw = K.shape
    oh, ow = X.shape[0] - kh + 1, X.shape[1] - kw + 1
    Y = np.zeros((oh, ow), dtype=X.dtype)
    for a in range(kh):
        for b in range(kw):
            Y += (X[a:a + oh, b:b + ow] * K[a, b]).astype(X.dtype)
    return Y
