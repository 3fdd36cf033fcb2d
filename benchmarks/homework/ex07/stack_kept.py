import numpy as np

def corr2d_multi_in(X, K, bias=0.0):
    out = np.zeros((X.shape[0], X.shape[1]-K.shape[1]+1, X.shape[2]-K.shape[2]+1))
    for c in range(X.shape[0]):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                out[c, i, j] = (X[c, i:i+K.shape[1], j:j+K.shape[2]] * K[c]).sum()
    return out + bias
