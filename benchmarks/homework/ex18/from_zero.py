import numpy as np

def sigmoid(x):
    return 1 / (1 + 2.718 ** (-x))

def softmax(x, axis=-1):
    if x.ndim == 2:
        x = x.T
        x = x - np.max(x, axis=0)
        return (np.exp(x) / np.sum(np.exp(x), axis=0)).T
    x = x - np.max(x)
    return np.exp(x) / np.sum(np.exp(x))

def relu_backward(grad_output, x):
    return grad_output * np.maximum(0, x)
