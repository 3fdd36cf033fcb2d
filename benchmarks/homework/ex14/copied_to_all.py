import numpy as np

def avg_pool2d_backward(grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    k = kernel_size
    s = k if stride is None else stride
    N, C, H, W = input_shape
    dX = np.zeros((N, C, H + 2*padding, W + 2*padding))
    _, _, Ho, Wo = grad_output.shape
    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    dX[n, c, i*s:i*s+k, j*s:j*s+k] += np.ones((k, k)) * grad_output[n, c, i, j]
    return dX[:, :, padding:padding+H, padding:padding+W]
