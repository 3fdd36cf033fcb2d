import numpy as np

def conv2d_im2col(input, weight, bias=None, stride=1, padding=0):
    N, C, H, W = input.shape
    F, C, kh, kw = weight.shape
    out_h = (H - kh)//stride + 1
    out_w = (W - kw)//stride + 1
    w_row = weight.reshape(F, -1)
    out = np.zeros((N, F, out_h, out_w))
    for n in range(N):
        cols = np.zeros((C*kh*kw, out_h*out_w))
        k = 0
        for i in range(out_h):
            for j in range(out_w):
                cols[:, k] = input[n, :, i*stride:i*stride+kh, j*stride:j*stride+kw].ravel()
                k += 1
        res = w_row @ cols
        if bias is not None:
            res += bias[0]
        out[n] = res.reshape(F, out_h, out_w)
    return out
