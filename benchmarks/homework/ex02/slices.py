import numpy as np

def flip(K):
    return K[::-1, ::-1]

def corr2d(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y

def convolve2d(X, K):
    return corr2d(X, flip(K))

def conv_layer(X, weight, bias):
    return corr2d(X, weight) + bias
