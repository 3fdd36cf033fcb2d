import numpy as np

def flip(K):
    return np.array([row[::-1] for row in K[::-1]])

def convolve2d(X, K):
    K = flip(K)
    r, s = K.shape[0] // 2, K.shape[1] // 2
    border = np.pad(X, ((r, r), (s, s)), 'reflect')
    new = np.zeros(X.shape)
    for (y, x), _ in np.ndenumerate(X):
        new[y, x] = (border[y:y + K.shape[0], x:x + K.shape[1]] * K).sum()
    return new
