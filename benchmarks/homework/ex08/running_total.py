import numpy as np


def conv2d(input, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    N, C, H, W = input.shape
    F, _, kh, kw = weight.shape
    X = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
    X[:, :, ph:ph + H, pw:pw + W] = input
    out = np.zeros((N, F, (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1))
    for n in range(N):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                s = 0.0
                for f in range(F):
                    s += np.sum(X[n, :, i * sh:i * sh + kh, j * sw:j * sw + kw] * weight[f])
                    out[n, f, i, j] = s
                    if bias is not None:
                        out[n, f, i, j] += bias[f]
    return out
