import numpy as np


def activation_map(image, filters):
    (count, kh, kw), (height, width) = filters.shape, image.shape
    rows, columns = height - kh + 1, width - kw + 1
    if rows < 1 or columns < 1:
        raise ValueError("the filters are larger than the image")
    maps = np.zeros((count, rows, columns), dtype=filters.dtype)
    for f in range(count):
        for i in range(rows):
            for j in range(columns):
                window = image[i : i + kh, j : j + kw]
                maps[f, i, j] = (window * filters[f]).sum()
    return maps


def best_match(map):
    best = 0, 0
    for i in range(map.shape[0]):
        for j in range(map.shape[1]):
            if map[i, j] > map[best]:
                best = i, j
    return best
