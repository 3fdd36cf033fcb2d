import numpy as np

def flip(K):
    rows = list(K)
    rows.reverse()
    return np.array(rows)

def convolve2d(X, K):
    K = flip(K)
    n = X.shape[0] - K.shape[0] + 1
    m = X.shape[1] - K.shape[1] + 1
    return np.array([[np.sum(X[i:i + K.shape[0], j:j + K.shape[1]] * K) for j in range(m)] for i in range(n)])
