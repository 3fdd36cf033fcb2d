import numpy as np
def corr2d(X, K):
    k = K.shape[0]
    o = np.zeros((X.shape[0]-k+1, X.shape[1]-k+1))
    for i in range(o.shape[0]):
        for j in range(o.shape[1]):
            o[i][j] = np.sum(X[i:i+k, j:j+k]*K)
    return o
