import numpy as np

def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    N, C, H, W = input.shape
    F, _, kh, kw = weight.shape
    xp = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
    xp[:, :, ph:ph + H, pw:pw + W] = input
    gxp = np.zeros_like(xp)
    gw = np.zeros(weight.shape)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            g = grad_output[:, :, i, j]
            window = xp[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw]
            gw += np.tensordot(g, window, axes=(0, 0))
            gxp[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw] += np.tensordot(g, weight, axes=(1, 0))
    return gxp[:, :, ph:ph + H, pw:pw + W], gw, grad_output.sum(axis=(0, 2, 3))
