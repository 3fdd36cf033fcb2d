import numpy as np


def places(X, axis, k, s, p):
    # Item a holds the index of element a of every window. An index in the
    # padding moves to the border element, which is in that window too.
    n = X.shape[axis]
    if 2 * p > k or n + 2 * p < k:
        raise ValueError("the window does not fit")
    starts = np.arange(-p, n + p - k + 1, s, like=X)
    return [np.clip(starts + a, 0, n - 1) for a in range(k)]


def max_pool2d(input, kernel_size, stride=None, padding=0):
    kernel, padding = pair(kernel_size), pair(padding)
    stride = kernel if stride is None else pair(stride)
    rows = places(input, 2, kernel[0], stride[0], padding[0])
    columns = places(input, 3, kernel[1], stride[1], padding[1])
    Y = input[:, :, rows[0]][:, :, :, columns[0]]
    for down in rows:
        for across in columns:
            Y = np.maximum(Y, input[:, :, down][:, :, :, across])
    return Y


def avg_pool2d(
    input, kernel_size, stride=None, padding=0, count_include_pad=True
):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    rows, columns = windows(input.shape, kernel_size, stride, padding)
    X = zero_pad(input / 1, ph, pw)
    down, across = len(rows) * sh, len(columns) * sw
    total = sum(
        X[..., i : i + down : sh, j : j + across : sw]
        for i in range(kh)
        for j in range(kw)
    )
    if count_include_pad:
        return total / (kh * kw)
    cells = [[(b - a) * (d - c) for c, d in columns] for a, b in rows]
    return total / np.array(cells, dtype=total.dtype)
