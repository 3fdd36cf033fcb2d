import numpy as np

def avg_pool2d_backward(grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    kernel_size = (kernel_size, kernel_size) if np.isscalar(kernel_size) else kernel_size
    stride = kernel_size if stride is None else stride
    stride = (stride, stride) if np.isscalar(stride) else stride
    padding = (padding, padding) if np.isscalar(padding) else padding
    B, D, H, W = input_shape
    full = np.zeros((B, D, H + 2*padding[0], W + 2*padding[1]))
    mask = np.zeros_like(full[0, 0])
    mask[padding[0]:padding[0]+H, padding[1]:padding[1]+W] = 1
    for y in range(grad_output.shape[2]):
        for x in range(grad_output.shape[3]):
            a, b = y*stride[0], x*stride[1]
            n = 4.0
            if not count_include_pad:
                n = mask[a:a+kernel_size[0], b:b+kernel_size[1]].sum()
            full[:, :, a:a+kernel_size[0], b:b+kernel_size[1]] += grad_output[:, :, y, x].reshape(B, D, 1, 1)/n
    return full[:, :, padding[0]:padding[0]+H, padding[1]:padding[1]+W].copy()
