import numpy as np

def relu(x):
    x[x < 0] = 0
    return x

def sigmoid(x):
    return np.exp(x) / (1 + np.exp(x))

def softmax(x, axis=-1):
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)
