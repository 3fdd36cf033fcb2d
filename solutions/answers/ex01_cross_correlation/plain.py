import numpy as np


def corr2d(X, K):
    (height, width), (kh, kw) = X.shape, K.shape
    rows, columns = height - kh + 1, width - kw + 1
    if rows < 1 or columns < 1:
        raise ValueError("the kernel is larger than the image")
    Y = np.zeros((rows, columns), dtype=K.dtype)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i : i + kh, j : j + kw] * K).sum()
    return Y
