import numpy as np

def corr2d(X, K):
    """x runs to the right, y runs down."""
    height, width = X.shape
    k_w, k_h = K.shape  # (x, y)
    out = np.zeros((height - k_h + 1, width - k_w + 1))
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            s = 0.0
            for dy in range(k_h):
                for dx in range(k_w):
                    s += X[y + dy, x + dx] * K[dx, dy]
            out[y, x] = s
    return out
