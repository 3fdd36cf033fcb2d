import numpy as np


def pair(n):
    return n if isinstance(n, (tuple, list)) else (n, n)


def spans(n, k, s, p):
    # (start, stop) of each window on one axis, clipped to the image.
    if 2 * p > k or n + 2 * p < k:
        raise ValueError("the window does not fit")
    starts = range(-p, n + p - k + 1, s)
    return [(max(start, 0), min(start + k, n)) for start in starts]


def windows(input_shape, kernel_size, stride, padding):
    kernel = pair(kernel_size)
    stride = kernel if stride is None else pair(stride)
    return map(spans, input_shape[2:], kernel, stride, pair(padding))


def zero_pad(X, ph, pw):
    *batch, height, width = X.shape
    shape = (*batch, height + 2 * ph, width + 2 * pw)
    padded = np.zeros(shape, dtype=X.dtype)
    padded[..., ph : ph + height, pw : pw + width] = X
    return padded


def max_pool2d(input, kernel_size, stride=None, padding=0):
    rows, columns = windows(input.shape, kernel_size, stride, padding)
    shape = (*input.shape[:2], len(rows), len(columns))
    Y = np.zeros(shape, dtype=input.dtype)
    for i, (top, bottom) in enumerate(rows):
        for j, (left, right) in enumerate(columns):
            window = input[:, :, top:bottom, left:right]
            Y[:, :, i, j] = np.amax(window, (2, 3))
    return Y


def avg_pool2d(
    input, kernel_size, stride=None, padding=0, count_include_pad=True
):
    kh, kw = pair(kernel_size)
    rows, columns = windows(input.shape, kernel_size, stride, padding)
    shape = (*input.shape[:2], len(rows), len(columns))
    Y = np.zeros(shape, dtype=input.dtype) / 1  # means are floats
    for i, (top, bottom) in enumerate(rows):
        for j, (left, right) in enumerate(columns):
            cells = kh * kw
            if not count_include_pad:
                cells = (bottom - top) * (right - left)
            window = input[:, :, top:bottom, left:right]
            Y[:, :, i, j] = window.sum((2, 3)) / cells
    return Y
