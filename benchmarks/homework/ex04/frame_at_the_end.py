import numpy as np


def corr2d(X, K, padding=0, stride=1):
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    kh, kw = K.shape
    rows = (X.shape[0] - kh) // sh + 1
    cols = (X.shape[1] - kw) // sw + 1
    Y = np.zeros((rows, cols))
    for i in range(rows):
        for j in range(cols):
            Y[i, j] = np.sum(X[i * sh:i * sh + kh, j * sw:j * sw + kw] * K)
    return np.pad(Y, ((ph, ph), (pw, pw)))
