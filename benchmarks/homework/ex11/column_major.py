import numpy as np

def linear_to_conv(W, input_shape):
    out = np.zeros((W.shape[0],) + tuple(input_shape))
    for m in range(W.shape[0]):
        out[m] = np.reshape(W[m], input_shape, order='F')
    return out

def conv_to_linear(weight, input_shape):
    F, C, kh, kw = weight.shape
    _, H, W = input_shape
    oh = H - kh + 1
    ow = W - kw + 1
    L = np.zeros((F, oh, ow, C, H, W))
    for i in range(oh):
        for j in range(ow):
            L[:, i, j, :, i:i + kh, j:j + kw] = weight
    return L.reshape(F * oh * ow, -1)
