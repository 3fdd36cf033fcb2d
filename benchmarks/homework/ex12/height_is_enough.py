import numpy as np


def max_pool2d(input, kernel_size, stride=None, padding=0):
    stride = stride or kernel_size
    n, c, size = input.shape[:3]
    out_size = (size - kernel_size) // stride + 1
    result = np.zeros((n, c, out_size, out_size))
    for y in range(out_size):
        for x in range(out_size):
            block = input[:, :, y * stride:y * stride + kernel_size, x * stride:x * stride + kernel_size]
            result[:, :, y, x] = np.max(block, axis=(2, 3))
    return result
