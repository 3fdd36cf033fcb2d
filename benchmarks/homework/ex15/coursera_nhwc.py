import numpy as np

def create_mask(window):
    return window == np.max(window)

def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    f = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    if stride is None:
        stride = f
    s = (stride, stride) if isinstance(stride, int) else stride
    m, n_H, n_W, n_C = grad_output.shape
    dA_prev = np.zeros(input.shape)
    for i in range(m):
        a_prev = input[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    top, left = h * s[0], w * s[1]
                    window = a_prev[top:top + f[0], left:left + f[1], c]
                    mask = create_mask(window)
                    dA_prev[i, top:top + f[0], left:left + f[1], c] += mask * grad_output[i, h, w, c]
    return dA_prev
