import numpy as np

def softmax(x, axis=-1):
    '''softmax over the last axis'''
    m = np.max(x, axis=-1, keepdims=True)
    z = np.exp(x - m)
    return z / z.sum(axis=-1, keepdims=True)

def softmax_backward(grad_output, output, axis=-1):
    return grad_output * output * (1 - output)
