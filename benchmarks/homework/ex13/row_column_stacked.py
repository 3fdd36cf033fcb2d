import numpy as np

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    s = stride or kernel_size
    N, C, H, W = input.shape
    x = np.pad(input.astype(float), ((0,0),(0,0),(padding,)*2,(padding,)*2), constant_values=-np.inf)
    oh = (H+2*padding-kernel_size)//s+1
    ow = (W+2*padding-kernel_size)//s+1
    out = np.zeros((N, C, oh, ow))
    where = np.zeros((N, C, oh, ow, 2), dtype=np.int64)
    for n, c, i, j in np.ndindex(N, C, oh, ow):
        p = x[n, c, i*s:i*s+kernel_size, j*s:j*s+kernel_size]
        r, q = np.unravel_index(np.argmax(p), p.shape)
        out[n, c, i, j] = p[r, q]
        where[n, c, i, j] = (i*s+r-padding, j*s+q-padding)
    return out, where
