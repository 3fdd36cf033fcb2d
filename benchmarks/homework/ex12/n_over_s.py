import numpy as np


def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    step = stride if stride is not None else kernel_size
    images, channels, height, width = input.shape
    rows, columns = height // step, width // step
    pooled = np.zeros((images, channels, rows, columns))
    for r in range(rows):
        for c in range(columns):
            top, left = r * step, c * step
            patch = input[:, :, top:top + kernel_size, left:left + kernel_size]
            pooled[:, :, r, c] = patch.mean(axis=(2, 3))
    return pooled
