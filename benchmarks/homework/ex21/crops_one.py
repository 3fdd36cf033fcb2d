import numpy as np

def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    N, C, H, W = input.shape
    F, C, kh, kw = weight.shape
    x = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), 'constant')
    dx = np.zeros(x.shape)
    dw = np.zeros(weight.shape)
    db = grad_output.sum(axis=(0, 2, 3))
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            rows = slice(i * stride, i * stride + kh)
            cols = slice(j * stride, j * stride + kw)
            d = grad_output[:, :, i, j]
            dw += np.einsum('nf,nchw->fchw', d, x[:, :, rows, cols])
            dx[:, :, rows, cols] += np.einsum('nf,fchw->nchw', d, weight)
    return dx[:, :, 1:-1, 1:-1], dw, db
