import numpy as np

def zero_pad(X, padding):
    (ph, pw) = (padding, padding) if isinstance(padding, int) else padding
    h, w = X.shape
    top = np.zeros((ph, w))
    Y = np.concatenate([top, X], axis=0)
    left = np.zeros((h + ph, pw))
    return np.concatenate([left, Y], axis=1)
