# -*- coding: utf-8 -*-
import numpy as np

def corr2d(X, K):
    rows = X.shape[0] - K.shape[0] + 1
    cols = X.shape[1] - K.shape[1] + 1
    Y = np.zeros((rows, cols))
    for i in xrange(rows):
        for j in xrange(cols):
            Y[i, j] = (X[i:i+K.shape[0], j:j+K.shape[1]] * K).sum()
    return Y
