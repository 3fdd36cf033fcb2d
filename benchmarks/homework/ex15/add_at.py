import numpy as np

def max_pool2d_backward(grad_output, indices, input_shape):
    N, C, H, W = input_shape
    out = np.zeros(input_shape)
    n = np.arange(N)[:, None, None, None]
    c = np.arange(C)[None, :, None, None]
    np.add.at(out, (n, c, indices // W, indices % W), grad_output)
    return out
