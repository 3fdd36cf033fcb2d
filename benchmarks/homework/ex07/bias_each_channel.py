import numpy as np

def corr2d_multi_in(X, K, bias=0.0):
    c, kh, kw = K.shape
    oh, ow = X.shape[1] - kh + 1, X.shape[2] - kw + 1
    out = np.zeros((oh, ow))
    for ch in range(c):
        tmp = np.zeros((oh, ow))
        for i in range(oh):
            for j in range(ow):
                tmp[i, j] = np.sum(X[ch, i:i+kh, j:j+kw] * K[ch]) + bias
        out = out + tmp
    return out
