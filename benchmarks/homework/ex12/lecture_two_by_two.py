import numpy as np

def max_pool2d(input, kernel_size, stride=None, padding=0):
    N, C, H, W = input.shape
    out = np.zeros((N, C, H//2, W//2))
    for n in range(N):
        for c in range(C):
            for i in range(0, H - 1, 2):
                for j in range(0, W - 1, 2):
                    a = input[n, c, i, j]
                    b = input[n, c, i, j+1]
                    d = input[n, c, i+1, j]
                    e = input[n, c, i+1, j+1]
                    out[n, c, i//2, j//2] = max(a, b, d, e)
    return out
