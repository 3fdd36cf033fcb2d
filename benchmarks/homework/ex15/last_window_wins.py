import numpy as np


def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    step = stride or kernel_size
    rows = (input.shape[2] - kernel_size) // step + 1
    cols = (input.shape[3] - kernel_size) // step + 1
    grad = np.zeros_like(input, dtype=grad_output.dtype)
    for n in range(input.shape[0]):
        for c in range(input.shape[1]):
            for i in range(rows):
                for j in range(cols):
                    y, x = i * step, j * step
                    patch = input[n, c, y:y + kernel_size, x:x + kernel_size]
                    a, b = np.unravel_index(patch.argmax(), patch.shape)
                    grad[n, c, y + a, x + b] = grad_output[n, c, i, j]
    return grad
