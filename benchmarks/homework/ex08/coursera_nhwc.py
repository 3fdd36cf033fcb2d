import numpy as np

def conv_single_step(a_slice_prev, W, b):
    s = np.multiply(a_slice_prev, W)
    Z = np.sum(s)
    Z = Z + float(b)
    return Z

def conv2d(input, weight, bias=None, stride=1, padding=0):
    (m, n_H_prev, n_W_prev, n_C_prev) = input.shape
    (f, f, n_C_prev, n_C) = weight.shape
    n_H = int((n_H_prev - f + 2 * padding) / stride) + 1
    n_W = int((n_W_prev - f + 2 * padding) / stride) + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = np.pad(input, ((0, 0), (padding, padding), (padding, padding), (0, 0)), 'constant')
    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    horiz_start = w * stride
                    a_slice_prev = a_prev_pad[vert_start:vert_start + f, horiz_start:horiz_start + f, :]
                    b = bias[c] if bias is not None else 0
                    Z[i, h, w, c] = conv_single_step(a_slice_prev, weight[..., c], b)
    return Z
