import numpy as np


def pair(n):
    return n if isinstance(n, (tuple, list)) else (n, n)


def zero_pad(X, ph, pw):
    *batch, height, width = X.shape
    shape = (*batch, height + 2 * ph, width + 2 * pw)
    padded = np.zeros(shape, dtype=X.dtype)
    padded[..., ph : ph + height, pw : pw + width] = X
    return padded


def conv2d(input, weight, bias=None, stride=1, padding=0):
    X, (sh, sw) = zero_pad(input, *pair(padding)), pair(stride)
    filters, channels, kh, kw = weight.shape
    rows = (X.shape[2] - kh) // sh + 1
    columns = (X.shape[3] - kw) // sw + 1
    if X.shape[1] != channels or rows < 1 or columns < 1:
        raise ValueError("images and filters do not fit together")
    Y = np.zeros((len(X), filters, rows, columns), dtype=weight.dtype)
    for n in range(len(X)):
        for f in range(filters):
            for i in range(rows):
                for j in range(columns):
                    top, left = i * sh, j * sw
                    window = X[n, :, top : top + kh, left : left + kw]
                    Y[n, f, i, j] = (window * weight[f]).sum()
    return Y if bias is None else Y + bias[:, None, None]
