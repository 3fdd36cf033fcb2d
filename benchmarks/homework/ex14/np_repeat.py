import numpy as np

def avg_pool2d_backward(grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    # every cell of a window gets its share
    share = grad_output / (kernel_size * kernel_size)
    return share.repeat(kernel_size, axis=2).repeat(kernel_size, axis=3)
