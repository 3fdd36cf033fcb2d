import numpy as np


def pair(n):
    return n if isinstance(n, (tuple, list)) else (n, n)


def zero_pad(X, ph, pw):
    *batch, height, width = X.shape
    shape = (*batch, height + 2 * ph, width + 2 * pw)
    padded = np.zeros(shape, dtype=X.dtype)
    padded[..., ph : ph + height, pw : pw + width] = X
    return padded


def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    (kh, kw), (height, width) = weight.shape[2:], input.shape[2:]
    X = zero_pad(input, ph, pw)
    grad_X = np.zeros(X.shape, dtype=X.dtype)
    grad_weight = np.zeros(weight.shape, dtype=weight.dtype)
    images, filters, rows, columns = grad_output.shape
    for n in range(images):
        for f in range(filters):
            for i in range(rows):
                for j in range(columns):
                    down = slice(i * sh, i * sh + kh)
                    across = slice(j * sw, j * sw + kw)
                    upstream = grad_output[n, f, i, j]
                    grad_X[n, :, down, across] += upstream * weight[f]
                    grad_weight[f] += upstream * X[n, :, down, across]
    grad_input = grad_X[:, :, ph : ph + height, pw : pw + width]
    return grad_input, grad_weight, grad_output.sum((0, 2, 3))
