import numpy as np

def conv2d(input, weight, bias=None, stride=1, padding=0):
    x, w = input, weight
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    b = np.zeros(F) if bias is None else bias
    out_h = 1 + (H + 2 * padding - HH) // stride
    out_w = 1 + (W + 2 * padding - WW) // stride
    x_pad = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode='constant')
    out = np.zeros((N, F, out_h, out_w))
    for n in range(N):
        for f in range(F):
            for i in range(out_h):
                for j in range(out_w):
                    window = x_pad[n, :, i * stride:i * stride + HH, j * stride:j * stride + WW]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out
