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


def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0,
    count_include_pad=True,
):
    kh, kw = pair(kernel_size)
    rows, columns = windows(input_shape, kernel_size, stride, padding)
    grad = np.zeros(tuple(input_shape), dtype=grad_output.dtype)
    for i, (top, bottom) in enumerate(rows):
        for j, (left, right) in enumerate(columns):
            cells = kh * kw
            if not count_include_pad:
                cells = (bottom - top) * (right - left)
            share = grad_output[:, :, i, j, None, None] / cells
            grad[:, :, top:bottom, left:right] += share
    return grad
