import numpy as np

def flip(kernel):
    # rotate the kernel
    return kernel.T

def conv_layer(X, weight, bias):
    weight = np.rot90(weight, 2)
    h, w = weight.shape
    y = np.zeros((X.shape[0]-h+1, X.shape[1]-w+1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = np.sum(X[i:i+h, j:j+w]*weight) + bias
    return y
