import numpy as np

def avg_pool2d_backward(grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    if stride is None:
        stride = kernel_size
    dx = np.zeros(x.shape)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            dx[:, :, i*stride:i*stride+kernel_size, j*stride:j*stride+kernel_size] += grad_output[:, :, i, j] / kernel_size**2
    return dx
