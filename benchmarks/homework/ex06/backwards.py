def receptive_field(layers):
    size = 1
    for kernel, stride, dilation in reversed(layers):
        size = (size - 1) * stride + dilation * (kernel - 1) + 1
    return size

def input_range(layers, i):
    lo, hi = i, i
    for kernel, stride, dilation in reversed(layers):
        lo = lo * stride
        hi = hi * stride + dilation * (kernel - 1)
    return lo, hi + 1
