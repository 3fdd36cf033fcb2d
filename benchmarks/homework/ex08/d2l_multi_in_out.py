import numpy as np

def corr2d(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y

def corr2d_multi_in(X, K):
    return sum(corr2d(x, k) for x, k in zip(X, K))

def corr2d_multi_in_out(X, K):
    return np.stack([corr2d_multi_in(X, k) for k in K], 0)

def conv2d(input, weight, bias=None, stride=1, padding=0):
    if isinstance(stride, int): stride = (stride, stride)
    if isinstance(padding, int): padding = (padding, padding)
    X = np.pad(input[0], ((0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    Y = corr2d_multi_in_out(X, weight)[:, ::stride[0], ::stride[1]]
    if bias is not None:
        Y = Y + bias[:, None, None]
    return Y[None].copy()
