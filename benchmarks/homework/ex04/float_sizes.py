import numpy as np

def corr2d(X, K, padding=0, stride=1):
    H, W = X.shape
    KH, KW = K.shape
    OH = (H + 2 * padding - KH) / stride + 1
    OW = (W + 2 * padding - KW) / stride + 1
    Y = np.zeros((OH, OW))
    X = np.pad(X, padding, 'constant')
    for i in range(OH):
        for j in range(OW):
            Y[i, j] = np.sum(X[i*stride:i*stride+KH, j*stride:j*stride+KW] * K)
    return Y
