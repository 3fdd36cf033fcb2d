import numpy as np

def to_pair(v):
    return (v, v) if isinstance(v, int) else v

def pool(input, kernel_size, stride, padding, reduce):
    kh, kw = to_pair(kernel_size)
    sh, sw = to_pair(kernel_size if stride is None else stride)
    ph, pw = to_pair(padding)
    X = np.pad(input, ((0, 0), (0, 0), (ph, ph), (pw, pw)), mode="constant")
    n, c, h, w = X.shape
    Y = np.zeros((n, c, (h - kh) // sh + 1, (w - kw) // sw + 1))
    for i in range(Y.shape[2]):
        for j in range(Y.shape[3]):
            Y[:, :, i, j] = reduce(X[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw], axis=(2, 3))
    return Y

def max_pool2d(input, kernel_size, stride=None, padding=0):
    return pool(input, kernel_size, stride, padding, np.max)

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    return pool(input, kernel_size, stride, padding, np.mean)
