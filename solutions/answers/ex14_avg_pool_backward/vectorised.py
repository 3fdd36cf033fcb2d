import numpy as np


def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0,
    count_include_pad=True,
):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    height, width = input_shape[2:]
    rows, columns = windows(input_shape, kernel_size, stride, padding)
    cells = [[(b - a) * (d - c) for c, d in columns] for a, b in rows]
    inside = np.array(cells, dtype=grad_output.dtype)
    share = grad_output / (kh * kw if count_include_pad else inside)
    grad = zero_pad(np.zeros(input_shape, dtype=share.dtype), ph, pw)
    down, across = len(rows) * sh, len(columns) * sw
    for i in range(kh):
        for j in range(kw):
            grad[..., i : i + down : sh, j : j + across : sw] += share
    return grad[..., ph : ph + height, pw : pw + width]
