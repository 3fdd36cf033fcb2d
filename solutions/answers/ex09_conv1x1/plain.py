import numpy as np


def conv1x1(input, weight, bias=None):
    (images, channels, height, width), filters = input.shape, len(weight)
    if weight.shape[1] != channels:
        raise ValueError("input and weight differ in their channels")
    Y = np.zeros((images, filters, height, width), dtype=weight.dtype)
    for i in range(height):
        for j in range(width):
            for n in range(images):
                Y[n, :, i, j] = weight @ input[n, :, i, j]
    return Y if bias is None else Y + bias[:, None, None]


def bottleneck_macs(c_in, c_mid, c_out, k, h, w):
    down = c_in * c_mid
    middle = k * k * c_mid * c_mid
    up = c_mid * c_out
    return h * w * (down + middle + up)
