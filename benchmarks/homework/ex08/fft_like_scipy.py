import numpy as np

def conv2d(input, weight, bias=None, stride=1, padding=0):
    if type(stride) is int:
        stride = [stride] * 2
    if type(padding) is int:
        padding = [padding] * 2
    flipped = weight[:, :, ::-1, ::-1]
    n, c, h, w = input.shape
    f, _, kh, kw = flipped.shape
    x = np.zeros((n, c, h + 2 * padding[0], w + 2 * padding[1]))
    x[:, :, padding[0]:padding[0] + h, padding[1]:padding[1] + w] = input
    h_out = (x.shape[2] - kh) // stride[0] + 1
    w_out = (x.shape[3] - kw) // stride[1] + 1
    out = np.zeros((n, f, h_out, w_out))
    for a in range(kh):
        for b in range(kw):
            part = x[:, :, a:a + stride[0] * h_out:stride[0], b:b + stride[1] * w_out:stride[1]]
            out += np.einsum('nchw,fc->nfhw', part, flipped[:, :, a, b])
    if bias is not None:
        for k in range(f):
            out[:, k] += bias[k]
    return out
