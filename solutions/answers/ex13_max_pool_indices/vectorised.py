import numpy as np


def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    images, channels, _, width = input.shape
    rows, columns = windows(input.shape, kernel_size, stride, padding)
    shape = (images, channels, len(rows), len(columns))
    output = np.zeros(shape, dtype=input.dtype)
    indices = np.zeros(shape, dtype=np.int64, like=input)
    for i, (top, bottom) in enumerate(rows):
        for j, (left, right) in enumerate(columns):
            window, w = input[:, :, top:bottom, left:right], right - left
            flat = window.reshape(images, channels, (bottom - top) * w)
            best = flat.argmax(2)
            output[:, :, i, j] = np.amax(flat, 2)
            indices[:, :, i, j] = (top + best // w) * width + left + best % w
    return output, indices
