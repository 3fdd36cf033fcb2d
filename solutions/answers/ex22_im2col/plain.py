import numpy as np


def pair(n):
    return n if isinstance(n, (tuple, list)) else (n, n)


def zero_pad(X, ph, pw):
    *batch, height, width = X.shape
    shape = (*batch, height + 2 * ph, width + 2 * pw)
    padded = np.zeros(shape, dtype=X.dtype)
    padded[..., ph : ph + height, pw : pw + width] = X
    return padded


def windows_of(input_shape, kernel_size, stride, padding):
    (kh, kw), (sh, sw), (ph, pw) = map(pair, (kernel_size, stride, padding))
    rows = (input_shape[2] + 2 * ph - kh) // sh + 1
    columns = (input_shape[3] + 2 * pw - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError("no window fits")
    return rows, columns


def im2col(input, kernel_size, stride=1, padding=0):
    rows, columns = windows_of(input.shape, kernel_size, stride, padding)
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    X = zero_pad(input, *pair(padding))
    shape = (len(X) * rows * columns, X.shape[1] * kh * kw)
    cols = np.zeros(shape, dtype=X.dtype)
    for n in range(len(X)):
        for i in range(rows):
            for j in range(columns):
                top, left = i * sh, j * sw
                window = X[n, :, top : top + kh, left : left + kw]
                number = (n * rows + i) * columns + j
                cols[number] = window.reshape(-1)
    return cols


def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    rows, columns = windows_of(input_shape, kernel_size, stride, padding)
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    images, channels, height, width = input_shape
    ph, pw = pair(padding)
    shape = (images, channels, height + 2 * ph, width + 2 * pw)
    X = np.zeros(shape, dtype=cols.dtype)
    for n in range(images):
        for i in range(rows):
            for j in range(columns):
                row = cols[(n * rows + i) * columns + j]
                window = row.reshape(channels, kh, kw)
                top, left = i * sh, j * sw
                X[n, :, top : top + kh, left : left + kw] += window
    return X[:, :, ph : ph + height, pw : pw + width]


def conv2d_im2col(input, weight, bias=None, stride=1, padding=0):
    filters, channels, kh, kw = weight.shape
    if input.shape[1] != channels:
        raise ValueError("images and filters differ in their channels")
    rows, columns = windows_of(input.shape, (kh, kw), stride, padding)
    cols = im2col(input, (kh, kw), stride, padding)
    Y = cols @ weight.reshape(filters, channels * kh * kw).T
    Y = Y.reshape(len(input), rows, columns, filters)
    Y = np.transpose(Y, (0, 3, 1, 2))
    return Y if bias is None else Y + bias[:, None, None]
