import numpy as np


def linear_to_conv(W, input_shape):
    channels, height, width = input_shape
    if W.shape[1] != channels * height * width:
        raise ValueError("a row of W is not as long as the flattened input")
    return W.copy().reshape(len(W), channels, height, width)


def conv_to_linear(weight, input_shape):
    filters, channels, kh, kw = weight.shape
    _, height, width = input_shape
    rows, columns = height - kh + 1, width - kw + 1
    if input_shape[0] != channels or rows < 1 or columns < 1:
        raise ValueError("input and filters do not fit together")
    shape = (filters, rows, columns, channels, height, width)
    matrix = np.zeros(shape, dtype=weight.dtype)
    for i in range(rows):
        for j in range(columns):
            matrix[:, i, j, :, i : i + kh, j : j + kw] = weight
    return matrix.reshape(filters * rows * columns, channels * height * width)


def conv_as_matrix(K, H, W):
    return conv_to_linear(K[None, None], (1, H, W))
