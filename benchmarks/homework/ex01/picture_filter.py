import numpy as np


def corr2d(X, K):
    rows, cols = X.shape
    kr, kc = K.shape
    border = np.pad(X.astype(float), ((kr // 2, kr // 2), (kc // 2, kc // 2)))
    picture = np.zeros((rows, cols))
    for y in range(rows):
        for x in range(cols):
            value = np.sum(border[y:y + kr, x:x + kc] * K)
            if value < 0:
                value = 0
            elif value > 255:
                value = 255
            picture[y, x] = value
    return picture
