import numpy as np

def corr2d_multi_in(X, K, bias=0.0):
    n_channels = X.shape[0]
    h = X.shape[1] - K.shape[1] + 1
    w = X.shape[2] - K.shape[2] + 1
    Y = np.zeros((h, w))
    for i in range(h):
        for j in range(w):
            for c in range(n_channels):
                Y[i, j] = np.sum(X[c, i:i + K.shape[1], j:j + K.shape[2]] * K[c])
    return Y + bias
