import numpy as np


def conv_to_linear(weight, input_shape):
    filters, channels, kh, kw = weight.shape
    _, height, width = input_shape
    rows, columns = height - kh + 1, width - kw + 1
    if input_shape[0] != channels or rows < 1 or columns < 1:
        raise ValueError("input and filters do not fit together")
    shape = (filters, rows, columns, channels, height, width)
    matrix = np.zeros(shape, dtype=weight.dtype)
    i, j = np.arange(rows)[:, None], np.arange(columns)
    for a in range(kh):
        for b in range(kw):
            matrix[:, i, j, :, i + a, j + b] = weight[:, :, a, b]
    size = filters * rows * columns
    return matrix.reshape(size, channels * height * width)
