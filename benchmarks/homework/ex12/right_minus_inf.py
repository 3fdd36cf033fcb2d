import numpy as np

def _2(v): return (v, v) if isinstance(v, int) else (v[0], v[1])

def max_pool2d(input, kernel_size, stride=None, padding=0):
    """最大池化"""
    kh, kw = _2(kernel_size); ph, pw = _2(padding)
    sh, sw = _2(stride) if stride is not None else (kh, kw)
    N, C, H, W = input.shape
    X = np.full((N, C, H + 2*ph, W + 2*pw), -np.inf)   # 用负无穷填充
    X[:, :, ph:ph+H, pw:pw+W] = input
    Ho = (H + 2*ph - kh) // sh + 1
    Wo = (W + 2*pw - kw) // sw + 1
    Y = np.zeros((N, C, Ho, Wo))
    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    Y[n, c, i, j] = X[n, c, i*sh:i*sh+kh, j*sw:j*sw+kw].max()
    return Y

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """平均池化"""
    kh, kw = _2(kernel_size); ph, pw = _2(padding)
    sh, sw = _2(stride) if stride is not None else (kh, kw)
    N, C, H, W = input.shape
    Ho = (H + 2*ph - kh) // sh + 1
    Wo = (W + 2*pw - kw) // sw + 1
    Y = np.zeros((N, C, Ho, Wo))
    for i in range(Ho):
        for j in range(Wo):
            t, l = i*sh - ph, j*sw - pw
            b, r = t + kh, l + kw
            win = input[:, :, max(t, 0):min(b, H), max(l, 0):min(r, W)]
            n = kh*kw if count_include_pad else win.shape[2]*win.shape[3]
            Y[:, :, i, j] = win.sum(axis=(2, 3)) / n
    return Y
