import torch
from torch.nn import functional as F


def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    x = torch.zeros(input_shape, dtype=grad_output.dtype, requires_grad=True)
    y = F.avg_pool2d(x, kernel_size, stride, padding, count_include_pad=count_include_pad)
    y.backward(grad_output)
    return x.grad
