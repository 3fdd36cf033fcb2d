import numpy as np

def pair(a):
    if hasattr(a, "__len__"):
        return tuple(a)
    return a, a

def windows(input, kernel_size, stride, padding, fill):
    kh, kw = pair(kernel_size)
    sh, sw = pair(stride or 1)
    ph, pw = pair(padding)
    padded = np.pad(input.astype(float), [(0, 0), (0, 0), (ph, ph), (pw, pw)], constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))
    return view[:, :, ::sh, ::sw]

def max_pool2d(input, kernel_size, stride=None, padding=0):
    return windows(input, kernel_size, stride, padding, -np.inf).max((-1, -2))

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    w = windows(input, kernel_size, stride, padding, 0)
    if count_include_pad:
        return w.mean((-1, -2))
    ones = windows(np.ones(input.shape), kernel_size, stride, padding, 0)
    return w.sum((-1, -2)) / ones.sum((-1, -2))
