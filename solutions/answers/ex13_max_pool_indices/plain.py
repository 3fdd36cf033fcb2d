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


def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    images, channels, _, width = input.shape
    rows, columns = windows(input.shape, kernel_size, stride, padding)
    shape = (images, channels, len(rows), len(columns))
    output = np.zeros(shape, dtype=input.dtype)
    indices = np.zeros(shape, dtype=np.int64, like=input)
    for n in range(images):
        for c in range(channels):
            for i, (top, bottom) in enumerate(rows):
                for j, (left, right) in enumerate(columns):
                    window = input[n, c, top:bottom, left:right]
                    a, b = divmod(int(window.argmax()), right - left)
                    output[n, c, i, j] = window[a, b]
                    indices[n, c, i, j] = (top + a) * width + left + b
    return output, indices
