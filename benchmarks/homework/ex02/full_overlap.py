import numpy as np


def convolve2d(X, K):
    (H, W), (kh, kw) = X.shape, K.shape
    Y = np.zeros((H + kh - 1, W + kw - 1), dtype=X.dtype if X.dtype.kind == "f" else float)
    for a in range(kh):
        for b in range(kw):
            Y[a:a + H, b:b + W] += K[a, b] * X
    return Y
