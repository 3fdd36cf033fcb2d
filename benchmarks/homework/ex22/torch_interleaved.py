import torch

def im2col(input, kernel_size, stride=1, padding=0):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    n, c, h, w = input.shape
    x = torch.zeros(n, c, h + 2 * ph, w + 2 * pw, dtype=input.dtype)
    x[:, :, ph:ph + h, pw:pw + w] = input
    rows = []
    for i in range(0, x.shape[2] - kh + 1, sh):
        for j in range(0, x.shape[3] - kw + 1, sw):
            rows.append(x[:, :, i:i + kh, j:j + kw].reshape(n, -1))
    return torch.cat(rows)
