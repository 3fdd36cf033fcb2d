import numpy as np

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    if stride is None:
        stride = (kh, kw)
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    N, C, H, W = input.shape
    xp = np.pad(np.array(input, float), ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=-np.inf)
    OH, OW = (H + 2*ph - kh)//sh + 1, (W + 2*pw - kw)//sw + 1
    out = np.zeros((N, C, OH, OW))
    idx = np.zeros((N, C, OH, OW), dtype=int)
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    patch = xp[n, c, i*sh:i*sh+kh, j*sw:j*sw+kw]
                    idx[n, c, i, j] = patch.argmax()
                    out[n, c, i, j] = patch.max()
    return out, idx
