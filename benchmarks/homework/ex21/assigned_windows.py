import numpy as np

def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    def both(v):
        return (v, v) if isinstance(v, int) else v
    s, p = both(stride), both(padding)
    n, c, h, w = input.shape
    f, _, a, b = weight.shape
    x = np.pad(input, ((0, 0), (0, 0), (p[0], p[0]), (p[1], p[1])))
    dx, dw = np.zeros(x.shape), np.zeros(weight.shape)
    for y in range(grad_output.shape[2]):
        for z in range(grad_output.shape[3]):
            i, j = y * s[0], z * s[1]
            g = grad_output[:, :, y, z]
            dx[:, :, i:i + a, j:j + b] = np.einsum('nf,fcab->ncab', g, weight)
            dw += np.einsum('nf,ncab->fcab', g, x[:, :, i:i + a, j:j + b])
    db = np.einsum('nfij->f', grad_output)
    return dx[:, :, p[0]:p[0] + h, p[1]:p[1] + w], dw, db
