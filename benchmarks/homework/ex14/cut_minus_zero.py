import numpy as np

def avg_pool2d_backward(grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    if stride is None:
        stride = kernel_size
    if isinstance(stride, int):
        stride = (stride, stride)
    if isinstance(padding, int):
        padding = (padding, padding)
    n, c, h, w = input_shape
    grad = np.zeros((n, c, h + 2 * padding[0], w + 2 * padding[1]))
    inside = np.zeros(grad.shape[2:])
    inside[padding[0]:padding[0] + h, padding[1]:padding[1] + w] = 1
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            rows = slice(i * stride[0], i * stride[0] + kernel_size[0])
            cols = slice(j * stride[1], j * stride[1] + kernel_size[1])
            n_cells = kernel_size[0] * kernel_size[1]
            if not count_include_pad:
                n_cells = inside[rows, cols].sum()
            grad[:, :, rows, cols] += grad_output[:, :, i:i + 1, j:j + 1] / n_cells
    return grad[:, :, padding[0]:-padding[0], padding[1]:-padding[1]]
