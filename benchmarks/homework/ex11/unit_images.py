import numpy as np

def conv_as_matrix(K, H, W):
    kh, kw = K.shape
    oh, ow = H-kh+1, W-kw+1
    K2 = K[::-1, ::-1]
    cols = []
    for p in range(H*W):
        e = np.zeros(H*W); e[p] = 1
        E = e.reshape(H, W)
        out = [np.sum(E[i:i+kh, j:j+kw]*K2) for i in range(oh) for j in range(ow)]
        cols.append(out)
    return np.array(cols).T
