import numpy as np


def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    spread = np.zeros(input_shape, dtype=grad_output.dtype)
    side = kernel_size
    for i in range(input_shape[2] // side):
        for j in range(input_shape[3] // side):
            part = grad_output[:, :, i:i + 1, j:j + 1] / side ** 2
            spread[:, :, i * side:(i + 1) * side, j * side:(j + 1) * side] += part
    return spread
