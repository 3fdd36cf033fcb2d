import numpy as np

def zero_pad(X, padding):
    if isinstance(padding, int):
        padding = (padding, padding)
    p_h, p_w = padding
    return np.pad(X, ((p_h, p_h), (p_w, p_w)), 'constant')

def corr2d(X, K, padding=0, stride=1):
    if isinstance(stride, int):
        stride = (stride, stride)
    s_h, s_w = stride
    X = zero_pad(X, padding)
    h, w = K.shape
    out_h = (X.shape[0] - h) // s_h + 1
    out_w = (X.shape[1] - w) // s_w + 1
    Y = np.zeros((out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            Y[i, j] = (X[i*s_h:i*s_h + h, j*s_w:j*s_w + w] * K).sum()
    return Y
