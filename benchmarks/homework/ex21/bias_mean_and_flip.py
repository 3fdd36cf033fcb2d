import numpy as np

def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    stride = (stride, stride) if np.isscalar(stride) else stride
    padding = (padding, padding) if np.isscalar(padding) else padding
    H, W = input.shape[2:]
    kh, kw = weight.shape[2:]
    X = np.pad(input, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    gi = np.zeros(X.shape)
    gw = np.zeros(weight.shape)
    oh, ow = grad_output.shape[2:]
    for u in range(kh):
        for v in range(kw):
            rows = slice(u, u + stride[0] * (oh - 1) + 1, stride[0])
            cols = slice(v, v + stride[1] * (ow - 1) + 1, stride[1])
            gi[:, :, rows, cols] += np.einsum('nfij,fc->ncij', grad_output, weight[:, :, u, v])
            gw[:, :, kh - 1 - u, kw - 1 - v] = np.einsum('nfij,ncij->fc', grad_output, X[:, :, rows, cols])
    gb = grad_output.mean(axis=(0, 2, 3))
    return gi[:, :, padding[0]:padding[0] + H, padding[1]:padding[1] + W], gw, gb
