import numpy as np

def conv2d(input, weight, bias=None, stride=1, padding=0):
    s, p = stride, padding
    N, C, H, W = input.shape
    F, _, k, l = weight.shape
    x = np.pad(input, ((0, 0), (0, 0), (p, p), (p, p)), 'constant').transpose(0, 2, 3, 1)
    out_h = (H + 2 * p - k) // s + 1
    out_w = (W + 2 * p - l) // s + 1
    cols = np.zeros((N * out_h * out_w, k * l * C))
    row = 0
    for n in range(N):
        for i in range(out_h):
            for j in range(out_w):
                cols[row] = x[n, i * s:i * s + k, j * s:j * s + l, :].ravel()
                row += 1
    out = np.dot(cols, weight.reshape(F, -1).T)
    if bias is not None:
        out += bias
    return out.reshape(N, out_h, out_w, F).transpose(0, 3, 1, 2)
