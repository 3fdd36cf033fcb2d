import numpy as np

def corr2d_multi_in(X, K, bias=0.0):
    H, W, C = X.shape
    kh, kw, _ = K.shape
    feature_map = np.zeros((H - kh + 1, W - kw + 1))
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            feature_map[i, j] = np.sum(X[i:i+kh, j:j+kw, :] * K) + bias
    return feature_map
