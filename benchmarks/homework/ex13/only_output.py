import numpy as np

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    if stride is None:
        stride = kernel_size
    N, C, H, W = input.shape
    out_h = (H + 2 * padding - kernel_size) // stride + 1
    out_w = (W + 2 * padding - kernel_size) // stride + 1
    out = np.zeros((N, C, out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            out[:, :, i, j] = input[:, :, i*stride:i*stride+kernel_size, j*stride:j*stride+kernel_size].max(axis=(2, 3))
    # TODO indices
    return out
