import numpy as np

def pool(A_prev, kernel_size, stride, how):
    f_h, f_w = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    if stride is None:
        stride = (f_h, f_w)
    s_h, s_w = (stride, stride) if isinstance(stride, int) else stride
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    n_H = int(1 + (n_H_prev - f_h) / s_h)
    n_W = int(1 + (n_W_prev - f_w) / s_w)
    A = np.zeros((m, n_H, n_W, n_C))
    for h in range(n_H):
        for w in range(n_W):
            piece = A_prev[:, h * s_h:h * s_h + f_h, w * s_w:w * s_w + f_w]
            A[:, h, w] = how(piece, axis=(1, 2))
    return A

def max_pool2d(input, kernel_size, stride=None, padding=0):
    return pool(input, kernel_size, stride, np.max)

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    return pool(input, kernel_size, stride, np.mean)
