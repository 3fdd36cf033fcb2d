import numpy as np

def distribute(dz, shape):
    return np.full(shape, dz / np.prod(shape))

def avg_pool2d_backward(grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    f = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    s = f if stride is None else stride
    s = (s, s) if isinstance(s, int) else s
    m, n_H, n_W, n_C = grad_output.shape
    dA_prev = np.zeros(input_shape)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    top, left = h * s[0], w * s[1]
                    part = dA_prev[i, top:top + f[0], left:left + f[1], c]
                    part += distribute(grad_output[i, h, w, c], f)[:part.shape[0], :part.shape[1]]
    return dA_prev
