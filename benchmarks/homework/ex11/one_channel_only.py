import numpy as np

def linear_to_conv(W, input_shape):
    c, h, w = input_shape
    kernels = np.zeros((len(W), c, h, w))
    for unit in range(len(W)):
        position = 0
        for channel in range(c):
            for row in range(h):
                for column in range(w):
                    kernels[unit, channel, row, column] = W[unit, position]
                    position += 1
    return kernels

def conv_to_linear(weight, input_shape):
    filters, channels, kh, kw = weight.shape
    c, h, w = input_shape
    rows = []
    for f in range(filters):
        for i in range(h - kh + 1):
            for j in range(w - kw + 1):
                image = np.zeros((c, h, w))
                image[:, i:i + kh, j:j + kw] = weight[f, 0]
                rows.append(image.ravel())
    return np.stack(rows)
