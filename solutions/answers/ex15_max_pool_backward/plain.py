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


def max_pool2d_backward(grad_output, indices, input_shape):
    images, channels, _, width = input_shape
    grad = np.zeros(tuple(input_shape), dtype=grad_output.dtype)
    rows, columns = grad_output.shape[2:]
    for n in range(images):
        for c in range(channels):
            for i in range(rows):
                for j in range(columns):
                    row, column = divmod(int(indices[n, c, i, j]), width)
                    grad[n, c, row, column] += grad_output[n, c, i, j]
    return grad


def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    rows, columns = windows(input.shape, kernel_size, stride, padding)
    grad = np.zeros(input.shape, dtype=grad_output.dtype)
    for n in range(input.shape[0]):
        for c in range(input.shape[1]):
            for i, (top, bottom) in enumerate(rows):
                for j, (left, right) in enumerate(columns):
                    window = input[n, c, top:bottom, left:right]
                    a, b = divmod(int(window.argmax()), right - left)
                    upstream = grad_output[n, c, i, j]
                    grad[n, c, top + a, left + b] += upstream
    return grad
