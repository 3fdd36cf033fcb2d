import numpy as np

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    def t(v): return (v, v) if isinstance(v, int) else v
    (a, b), (p, q) = t(kernel_size), t(padding)
    (s, r) = (a, b) if stride is None else t(stride)
    big = np.pad(input.astype(np.float64), ((0, 0), (0, 0), (p, p), (q, q)), constant_values=-np.inf)
    N, C, H, W = big.shape
    oh, ow = (H - a)//s + 1, (W - b)//r + 1
    vals, inds = np.empty((N, C, oh, ow)), np.empty((N, C, oh, ow), dtype=np.int64)
    for i in range(oh):
        for j in range(ow):
            w = big[:, :, i*s:i*s+a, j*r:j*r+b].reshape(N, C, a*b)
            k = w.argmax(axis=2)
            vals[:, :, i, j] = w.max(axis=2)
            inds[:, :, i, j] = (i*s + k // b) * W + j*r + k % b
    return vals, inds
