import numpy as np


def pair(n):
    return n if isinstance(n, (tuple, list)) else (n, n)


def zero_pad(X, padding):
    (ph, pw), (height, width) = pair(padding), X.shape
    padded = np.zeros((height + 2 * ph, width + 2 * pw), dtype=X.dtype)
    for i in range(height):
        for j in range(width):
            padded[ph + i, pw + j] = X[i, j]
    return padded


def corr2d(X, K, padding=0, stride=1):
    X = zero_pad(X, padding)
    (kh, kw), (sh, sw) = K.shape, pair(stride)
    rows = (X.shape[0] - kh) // sh + 1
    columns = (X.shape[1] - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError("the kernel is larger than the padded image")
    Y = np.zeros((rows, columns), dtype=K.dtype)
    for i in range(rows):
        for j in range(columns):
            top, left = i * sh, j * sw
            Y[i, j] = (X[top : top + kh, left : left + kw] * K).sum()
    return Y
