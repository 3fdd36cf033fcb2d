import torch

def _pair(x):
    return (x, x) if isinstance(x, int) else x

def _windows(input, kernel_size, stride, padding, value):
    kh, kw = _pair(kernel_size)
    sh, sw = _pair(stride) if stride is not None else (kh, kw)
    ph, pw = _pair(padding)
    n, c, h, w = input.shape
    x = torch.full((n, c, h + 2 * ph, w + 2 * pw), value)
    x[:, :, ph:ph + h, pw:pw + w] = input
    return x.unfold(2, kh, sh).unfold(3, kw, sw)

def max_pool2d(input, kernel_size, stride=None, padding=0):
    return _windows(input, kernel_size, stride, padding, float('-inf')).amax(dim=(4, 5))

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    return _windows(input, kernel_size, stride, padding, 0.0).mean(dim=(4, 5))
