import numpy as np

def corr2d(X, K, padding=0, stride=1):
    Xp = np.zeros((X.shape[0] + 2*padding, X.shape[1] + 2*padding))
    Xp[padding:padding + X.shape[0], padding:padding + X.shape[1]] = X
    n = (Xp.shape[0] - K.shape[0]) // stride + 1
    m = (Xp.shape[1] - K.shape[1]) // stride + 1
    res = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            res[i, j] = np.sum(Xp[i:i + K.shape[0], j:j + K.shape[1]] * K)
    return res
