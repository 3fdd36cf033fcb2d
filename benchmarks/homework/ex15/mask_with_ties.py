import numpy as np

def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    N, C, H, W = input.shape
    stride = kernel_size if stride is None else stride
    _, _, Hp, Wp = grad_output.shape
    x = np.pad(input.astype(np.float64), ((0, 0), (0, 0), (padding, padding), (padding, padding)),
               mode='constant', constant_values=-np.inf)
    dx = np.zeros(x.shape)
    for n in range(N):
        for c in range(C):
            for i in range(Hp):
                for j in range(Wp):
                    window = x[n, c, i*stride:i*stride+kernel_size, j*stride:j*stride+kernel_size]
                    mask = (window == np.max(window))
                    dx[n, c, i*stride:i*stride+kernel_size, j*stride:j*stride+kernel_size] += mask * grad_output[n, c, i, j]
    return dx[:, :, padding:padding+H, padding:padding+W]
