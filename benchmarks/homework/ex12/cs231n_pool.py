import numpy as np

def max_pool2d(input, kernel_size, stride=None, padding=0):
    pool_height = pool_width = kernel_size
    N, C, H, W = input.shape
    H_out = (H - pool_height) // stride + 1
    W_out = (W - pool_width) // stride + 1
    out = np.zeros((N, C, H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            out[:, :, i, j] = np.max(input[:, :, i*stride:i*stride+pool_height, j*stride:j*stride+pool_width], axis=(2, 3))
    return out
