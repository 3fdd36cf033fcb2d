import numpy as np

def corr2d(img, kernel):
    h, w = img.shape
    kh, kw = kernel.shape
    pad_y, pad_x = kh // 2, kw // 2
    padded = np.pad(img, ((pad_y, pad_y), (pad_x, pad_x)), 'constant', constant_values=0)
    filtered = np.zeros((h, w))
    for y in range(h):
        for x in range(w):
            roi = padded[y:y + kh, x:x + kw]
            filtered[y, x] = np.sum(roi * kernel)
    return filtered
