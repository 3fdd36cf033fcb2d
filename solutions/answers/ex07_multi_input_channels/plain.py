import numpy as np


def corr2d_multi_in(X, K, bias=0.0):
    (channels, kh, kw), (_, height, width) = K.shape, X.shape
    rows, columns = height - kh + 1, width - kw + 1
    if X.shape[0] != channels or rows < 1 or columns < 1:
        raise ValueError("image and kernel do not fit together")
    Y = np.zeros((rows, columns), dtype=K.dtype)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[:, i : i + kh, j : j + kw] * K).sum()
    return Y + bias
