import numpy as np

def corr2d(X, K):
    # true convolution: the impulse response is reversed in both directions
    Kr = np.flipud(np.fliplr(K))
    H = X.shape[0]; W = X.shape[1]
    m, n = Kr.shape
    out = np.zeros([H-m+1, W-n+1])
    for r in np.arange(0, H-m+1):
        for c in np.arange(0, W-n+1):
            patch = X[r:r+m, c:c+n]
            out[r, c] = np.sum(np.multiply(patch, Kr))
    return out
