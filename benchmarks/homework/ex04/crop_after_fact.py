import numpy as np

def zero_pad(X, padding):
    if padding == 0:
        return X
    if isinstance(padding, int):
        padding = padding, padding
    out = np.zeros((X.shape[0] + 2 * padding[0], X.shape[1] + 2 * padding[1]))
    out[padding[0]:out.shape[0] - padding[0], padding[1]:out.shape[1] - padding[1]] = X
    return out

def corr2d(X, K, padding=0, stride=1):
    Z = zero_pad(X, padding)
    full = np.zeros((Z.shape[0] - K.shape[0] + 1, Z.shape[1] - K.shape[1] + 1))
    for u in range(K.shape[0]):
        for v in range(K.shape[1]):
            full += K[u, v] * Z[u:u + full.shape[0], v:v + full.shape[1]]
    if isinstance(stride, int):
        return full[::stride, ::stride].copy()
    return full[::stride[1], ::stride[0]].copy()
