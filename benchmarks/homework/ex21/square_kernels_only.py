import numpy as np


def columns(x, side, step, pad):
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    h = (x.shape[2] - side) // step + 1
    w = (x.shape[3] - side) // step + 1
    cols = np.zeros((len(x), h, w, x.shape[1] * side * side))
    for i in range(h):
        for j in range(w):
            patch = x[:, :, i * step:i * step + side, j * step:j * step + side]
            cols[:, i, j] = patch.reshape(len(x), -1)
    return cols


def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    filters, channels, side, _ = weight.shape
    n, _, h, w = input.shape
    cols = columns(input, side, stride, padding)
    flat = grad_output.transpose(0, 2, 3, 1).reshape(-1, filters)
    grad_weight = (flat.T @ cols.reshape(len(flat), -1)).reshape(weight.shape)
    spread = (flat @ weight.reshape(filters, -1)).reshape(*cols.shape[:3], channels, side, side)
    grad = np.zeros((n, channels, h + 2 * padding, w + 2 * padding))
    for i in range(cols.shape[1]):
        for j in range(cols.shape[2]):
            y, x = i * stride, j * stride
            grad[:, :, y:y + side, x:x + side] += spread[:, i, j]
    return grad[:, :, padding:padding + h, padding:padding + w], grad_weight, flat.sum(axis=0)
