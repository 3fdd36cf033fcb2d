import numpy as np

def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    N, C, H, W = input_shape
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    if stride is None:
        sh, sw = kh, kw
    else:
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    dx = np.zeros((N, C, H, W))
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            h0, w0 = i * sh - ph, j * sw - pw
            h1, w1 = min(h0 + kh, H), min(w0 + kw, W)
            h0, w0 = max(h0, 0), max(w0, 0)
            count = kh * kw if count_include_pad else (h1 - h0) * (w1 - w0)
            dx[:, :, h0:h1, w0:w1] += (grad_output[:, :, i, j] / count)[:, :, None, None]
    return dx
