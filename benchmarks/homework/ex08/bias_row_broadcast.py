import numpy as np

def conv2d(input, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if np.ndim(stride) == 0 else stride
    ph, pw = (padding, padding) if np.ndim(padding) == 0 else padding
    x = np.pad(input, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    n, c, h, w = x.shape
    f, _, kh, kw = weight.shape
    oh = (h - kh) // sh + 1
    ow = (w - kw) // sw + 1
    y = np.zeros((n, f, oh, ow))
    for i in range(oh):
        for j in range(ow):
            y[:, :, i, j] = np.einsum('ncab,fcab->nf', x[:, :, i*sh:i*sh+kh, j*sw:j*sw+kw], weight)
    if bias is not None:
        y = y + bias
    return y
