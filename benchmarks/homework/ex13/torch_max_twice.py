import torch

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    sh, sw = (kh, kw) if stride is None else (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    n, c, h, w = input.shape
    x = torch.full((n, c, h + 2 * ph, w + 2 * pw), float("-inf"))
    x[:, :, ph:ph + h, pw:pw + w] = input
    rows = torch.arange(-ph, h + ph).reshape(-1, 1).expand(h + 2 * ph, w + 2 * pw)
    cols = torch.arange(-pw, w + pw).reshape(1, -1).expand(h + 2 * ph, w + 2 * pw)
    flat = (rows * w + cols).expand(n, c, -1, -1)
    xw = x.unfold(2, kh, sh).unfold(3, kw, sw).flatten(4)
    iw = flat.unfold(2, kh, sh).unfold(3, kw, sw).flatten(4)
    best = xw.argmax(-1, keepdim=True)
    return xw.gather(-1, best).squeeze(-1), iw.gather(-1, best).squeeze(-1).float()
