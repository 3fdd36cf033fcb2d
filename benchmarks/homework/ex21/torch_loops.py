import torch

def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    n, c, h, w = input.shape
    f, _, kh, kw = weight.shape
    x = torch.zeros(n, c, h + 2 * ph, w + 2 * pw)
    x[:, :, ph:ph + h, pw:pw + w] = input
    dx = torch.zeros_like(x)
    dw = torch.zeros_like(weight)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            g = grad_output[:, :, i, j]
            win = x[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw]
            dw += torch.einsum('nf,ncab->fcab', g, win)
            dx[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw] += torch.einsum('nf,fcab->ncab', g, weight)
    return dx, dw, grad_output.sum(dim=(0, 2, 3))
