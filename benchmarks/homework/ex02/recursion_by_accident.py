import numpy as np

def flip(K):
    out = np.empty_like(K)
    for i in range(K.shape[0]):
        for j in range(K.shape[1]):
            out[i, j] = K[-1 - i, -1 - j]
    return out

def convolve2d(X, K):
    return convolve2d(X, flip(K))
