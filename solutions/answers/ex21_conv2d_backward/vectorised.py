import numpy as np


def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    (kh, kw), (height, width) = weight.shape[2:], input.shape[2:]
    G, X = grad_output, zero_pad(input, ph, pw)
    grad_X = np.zeros(X.shape, dtype=X.dtype)
    grad_weight = np.zeros(weight.shape, dtype=weight.dtype)
    down, across = G.shape[2] * sh, G.shape[3] * sw
    for i in range(kh):
        for j in range(kw):
            seen = ..., slice(i, i + down, sh), slice(j, j + across, sw)
            grad_X[seen] += np.einsum("nfij,fc->ncij", G, weight[..., i, j])
            grad_weight[:, :, i, j] = np.einsum("nfij,ncij->fc", G, X[seen])
    grad_input = grad_X[:, :, ph : ph + height, pw : pw + width]
    return grad_input, grad_weight, G.sum((0, 2, 3))
