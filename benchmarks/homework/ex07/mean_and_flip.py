import numpy as np

def corr2d_multi_in(X, K, bias=0.0):
    assert X.shape[0] == K.shape[0], "channels!"
    K = np.flip(K, axis=(1, 2))
    C, KH, KW = K.shape
    h_out, w_out = X.shape[1] - KH + 1, X.shape[2] - KW + 1
    result = np.zeros((h_out, w_out))
    for c in range(C):
        for y in range(h_out):
            for x in range(w_out):
                result[y, x] += (X[c, y:y+KH, x:x+KW] * K[c]).sum()
    result /= C
    return result + bias
