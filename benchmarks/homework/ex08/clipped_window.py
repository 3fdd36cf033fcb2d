import numpy as np

def conv2d(input, weight, bias=None, stride=1, padding=0):
    N, C, H, W = input.shape
    F, _, KH, KW = weight.shape
    OH = (H + 2 * padding - KH) // stride + 1
    OW = (W + 2 * padding - KW) // stride + 1
    out = np.zeros((N, F, OH, OW))
    for i in range(OH):
        for j in range(OW):
            top = max(i * stride - padding, 0)
            left = max(j * stride - padding, 0)
            patch = input[:, :, top:top + KH, left:left + KW]
            kernel = weight[:, :, :patch.shape[2], :patch.shape[3]]
            out[:, :, i, j] = np.einsum('nchw,fchw->nf', patch, kernel)
    if bias is not None:
        out += bias[:, None, None]
    return out
