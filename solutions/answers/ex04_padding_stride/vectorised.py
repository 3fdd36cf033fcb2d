import numpy as np


def zero_pad(X, padding):
    (ph, pw), (height, width) = pair(padding), X.shape
    padded = np.zeros((height + 2 * ph, width + 2 * pw), dtype=X.dtype)
    padded[ph : ph + height, pw : pw + width] = X
    return padded


def corr2d(X, K, padding=0, stride=1):
    X = zero_pad(X, padding).astype(K.dtype)
    (kh, kw), (sh, sw) = K.shape, pair(stride)
    down, across = X.shape[0] - kh + 1, X.shape[1] - kw + 1
    if down < 1 or across < 1:
        raise ValueError("the kernel is larger than the padded image")
    return sum(
        X[i : i + down : sh, j : j + across : sw] * K[i, j]
        for i in range(kh)
        for j in range(kw)
    )
