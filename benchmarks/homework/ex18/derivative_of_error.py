import numpy as np

def sigma(t):
    return 1 / (1 + np.exp(-t))

def sigmoid_backward(grad_output, output):
    return sigma(grad_output) * (1 - sigma(grad_output))
