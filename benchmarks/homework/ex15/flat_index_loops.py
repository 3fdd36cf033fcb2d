import numpy as np

def max_pool2d_backward(grad_output, indices, input_shape):
    N, C, H, W = input_shape
    grad_input = np.zeros((N, C, H * W))
    for n in range(N):
        for c in range(C):
            g = grad_output[n, c].ravel()
            k = indices[n, c].ravel()
            grad_input[n, c][k] = g
    return grad_input.reshape(input_shape)
