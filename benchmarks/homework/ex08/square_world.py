import numpy as np


def one_image(image, filters, biases, step):
    count, _, side, _ = filters.shape
    length = image.shape[1]
    size = (length - side) // step + 1
    maps = np.zeros((count, size, size))
    for f in range(count):
        y = row = 0
        while y + side <= length:
            x = col = 0
            while x + side <= length:
                patch = image[:, y:y + side, x:x + side]
                maps[f, row, col] = np.sum(filters[f] * patch) + biases[f]
                x += step
                col += 1
            y += step
            row += 1
    return maps


def conv2d(input, weight, bias=None, stride=1, padding=0):
    biases = [0] * len(weight) if bias is None else bias
    return np.stack([one_image(image, weight, biases, stride) for image in input])
