import numpy as np


def im2col(input, kernel_size, stride=1, padding=0):
    rows, columns = windows_of(input.shape, kernel_size, stride, padding)
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    X = zero_pad(input, *pair(padding))
    down, across = rows * sh, columns * sw
    cells = [
        X[:, :, i : i + down : sh, j : j + across : sw]
        for i in range(kh)
        for j in range(kw)
    ]
    windows = np.transpose(np.stack(cells, 2), (0, 3, 4, 1, 2))
    return windows.reshape(len(X) * rows * columns, -1)


def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    rows, columns = windows_of(input_shape, kernel_size, stride, padding)
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    images, channels, height, width = input_shape
    ph, pw = pair(padding)
    windows = cols.reshape(images, rows, columns, channels, kh, kw)
    shape = (images, channels, height + 2 * ph, width + 2 * pw)
    X = np.zeros(shape, dtype=cols.dtype)
    down, across = rows * sh, columns * sw
    for i in range(kh):
        for j in range(kw):
            cells = np.transpose(windows[..., i, j], (0, 3, 1, 2))
            X[:, :, i : i + down : sh, j : j + across : sw] += cells
    return X[:, :, ph : ph + height, pw : pw + width]
