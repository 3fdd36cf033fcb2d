import numpy as np

def max_pool2d(input, kernel_size, stride=None, padding=0):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    s = k if stride is None else (stride if isinstance(stride, tuple) else (stride, stride))
    p = padding if isinstance(padding, tuple) else (padding, padding)
    x = np.pad(input.astype(float), ((0, 0), (0, 0), (p[0], p[0]), (p[1], p[1])), constant_values=-np.inf)
    H = (x.shape[2] - k[0]) // s[0] + 1
    W = (x.shape[3] - k[1]) // s[1] + 1
    out = np.empty(x.shape[:2] + (H, W))
    for i in range(H):
        for j in range(W):
            out[:, :, i, j] = np.nanmax(x[:, :, i*s[0]:i*s[0]+k[0], j*s[1]:j*s[1]+k[1]], axis=(2, 3))
    return out

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    s = k if stride is None else (stride if isinstance(stride, tuple) else (stride, stride))
    p = padding if isinstance(padding, tuple) else (padding, padding)
    N, C, H, W = input.shape
    x = np.zeros((N, C, H + 2 * p[0], W + 2 * p[1]), dtype=input.dtype)
    inside = np.zeros((H + 2 * p[0], W + 2 * p[1]))
    x[:, :, p[0]:p[0] + H, p[1]:p[1] + W] = input
    inside[p[0]:p[0] + H, p[1]:p[1] + W] = 1
    Ho, Wo = (x.shape[2] - k[0]) // s[0] + 1, (x.shape[3] - k[1]) // s[1] + 1
    out = np.zeros((N, C, Ho, Wo))
    for i in range(Ho):
        for j in range(Wo):
            rows, cols = slice(i * s[0], i * s[0] + k[0]), slice(j * s[1], j * s[1] + k[1])
            total = np.zeros((N, C), dtype=input.dtype)
            for a in range(i * s[0], i * s[0] + k[0]):
                for b in range(j * s[1], j * s[1] + k[1]):
                    total = total + x[:, :, a, b]
            out[:, :, i, j] = total / (k[0] * k[1] if count_include_pad else inside[rows, cols].sum())
    return out
