import numpy as np

def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    N, C, H, W = input_shape
    k, s, p = kernel_size, stride, padding
    oh = (H + 2*p - k)//s + 1
    ow = (W + 2*p - k)//s + 1
    c = cols.reshape(N, oh, ow, C, k, k).transpose(0, 3, 4, 5, 1, 2)
    img = np.zeros((N, C, H + 2*p, W + 2*p))
    for y in range(k):
        for x in range(k):
            img[:, :, y:y + s*oh:s, x:x + s*ow:s] += c[:, :, y, x]
    return img[:, :, p:-p, p:-p]
