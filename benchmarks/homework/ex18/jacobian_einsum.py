import numpy as np

def softmax_backward(grad_output, output, axis=-1):
    dot = np.sum(np.multiply(grad_output, output), axis=axis)
    dot = np.expand_dims(dot, axis)
    return np.multiply(output, np.subtract(grad_output, dot))

def sigmoid(x):
    out = np.empty_like(x)
    positive = x >= 0
    out[positive] = 1 / (1 + np.exp(-x[positive]))
    e = np.exp(x[~positive])
    out[~positive] = e / (1 + e)
    return out
