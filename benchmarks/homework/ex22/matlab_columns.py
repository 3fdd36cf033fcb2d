import numpy as np

def im2col(input, kernel_size, stride=1, padding=0):
    """Columns, as the name says."""
    k1, k2 = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    s1, s2 = stride if isinstance(stride, tuple) else (stride, stride)
    p1, p2 = padding if isinstance(padding, tuple) else (padding, padding)
    x = np.pad(input, ((0, 0), (0, 0), (p1, p1), (p2, p2)))
    cols = []
    for image in x:
        for i in range(0, x.shape[2] - k1 + 1, s1):
            for j in range(0, x.shape[3] - k2 + 1, s2):
                cols.append(image[:, i:i + k1, j:j + k2].reshape(-1))
    return np.array(cols, dtype=float).T
