import numpy as np


def stretched(small, times):
    return np.repeat(np.repeat(small, times, axis=-2), times, axis=-1)


def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    n, c, h, w = input.shape
    k = kernel_size
    assert h % k == 0 and w % k == 0
    largest = input.reshape(n, c, h // k, k, w // k, k).max(axis=(3, 5))
    return stretched(grad_output, k) * (input == stretched(largest, k))
