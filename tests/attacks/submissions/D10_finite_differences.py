def forward(x, kernel, stride, padding, counted):
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride, padding
    n, c, h, w = x.shape
    out = np.zeros((n, c, (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1), x.dtype)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    ones = np.pad(np.ones_like(x), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            rows, columns = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            count = kh * kw if counted else ones[:, :, rows, columns].sum((2, 3))
            out[:, :, i, j] = padded[:, :, rows, columns].sum((2, 3)) / count
    return out


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    stride = kernel_size if stride is None else stride
    settings = pair(kernel_size), pair(stride), pair(padding), count_include_pad
    x = np.zeros(input_shape, np.float32)
    base = (forward(x, *settings) * grad_output).sum()
    grad = np.zeros(input_shape, grad_output.dtype)
    for index in np.ndindex(*input_shape):
        moved = x.copy()
        moved[index] = np.float32(1e-3)
        grad[index] = ((forward(moved, *settings) * grad_output).sum() - base) / np.float32(1e-3)
    return grad
