import numpy as np

def global_avg_pool2d(input):
    return np.mean(input, axis=(2, 3), keepdims=True)

def global_avg_pool2d_backward(grad_output, input_shape):
    N, C, H, W = input_shape
    dx = np.zeros(input_shape)
    for n in range(N):
        for c in range(C):
            dx[n, c, :, :] = grad_output[n, c]
    return dx
