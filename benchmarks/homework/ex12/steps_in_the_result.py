import numpy as np


def pooled(plane, side, step):
    h = (plane.shape[0] - side) // step + 1
    w = (plane.shape[1] - side) // step + 1
    result = np.zeros((h, w))
    for i in range(0, h, step):
        for j in range(0, w, step):
            result[i, j] = plane[i:i + side, j:j + side].max()
    return result


def max_pool2d(input, kernel_size, stride=None, padding=0):
    step = kernel_size if stride is None else stride
    return np.array([[pooled(plane, kernel_size, step) for plane in image] for image in input])
