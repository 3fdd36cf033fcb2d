import numpy as np

def linear_to_conv(W, input_shape):
    C, H, Wd = input_shape
    return W.reshape(-1, C, H, Wd)

def conv_as_matrix(K, H, W):
    kh, kw = K.shape
    oh, ow = H - kh + 1, W - kw + 1
    M = np.zeros((H * W, oh * ow))
    for i in range(oh):
        for j in range(ow):
            for a in range(kh):
                for b in range(kw):
                    M[(i + a) * W + j + b, i * ow + j] = K[a, b]
    return M
