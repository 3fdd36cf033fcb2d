import numpy as np

def relu(x):
    return np.maximum(0, x)

def relu_backward(grad_output, x):
    dx = np.array(grad_output, copy=True)
    dx[x < 0] = 0
    return dx

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

def sigmoid_backward(grad_output, output):
    s = 1 / (1 + np.exp(-output))
    return grad_output * s * (1 - s)
