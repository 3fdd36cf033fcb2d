import numpy as np

def conv2d(input, weight, bias=None, stride=1, padding=0):
    N, C, H, W = input.shape
    F, C, HH, HH = weight.shape
    x = np.pad(input, [(0, 0), (0, 0), (padding,) * 2, (padding,) * 2], 'constant')
    Ho = (H + 2 * padding - HH) // stride + 1
    Wo = (W + 2 * padding - HH) // stride + 1
    y = np.zeros((N, F, Ho, Wo))
    for n in range(N):
        for k in range(F):
            for i in range(Ho):
                for j in range(Wo):
                    y[n, k, i, j] = (x[n, :, i*stride:i*stride+HH, j*stride:j*stride+HH] * weight[k]).sum()
                    if bias is not None: y[n, k, i, j] += bias[k]
    return y
