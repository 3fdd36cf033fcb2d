import math
import numpy as np

def max_pool2d(input, kernel_size, stride=None, padding=0):
    stride = stride if stride is not None else kernel_size
    b, c, h, w = input.shape
    x = np.pad(input.astype('float64'), ((0,0),(0,0),(padding,padding),(padding,padding)), 'constant', constant_values=-np.inf)
    oh = math.ceil((h + 2*padding - kernel_size)/stride) + 1
    ow = math.ceil((w + 2*padding - kernel_size)/stride) + 1
    out = np.zeros((b, c, oh, ow))
    for i in range(oh):
        for j in range(ow):
            win = x[:, :, i*stride:i*stride+kernel_size, j*stride:j*stride+kernel_size]
            out[:, :, i, j] = win.reshape(b, c, -1).max(axis=-1)
    return out
