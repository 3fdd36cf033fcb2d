import numpy as np

def max_pool2d(input, kernel_size, stride=None, padding=0):
    # fast: no loop at all
    N, C, H, W = input.shape
    k = kernel_size
    blocks = input.reshape(N, C, H // k, k, W // k, k)
    return blocks.max(axis=3).max(axis=4)
