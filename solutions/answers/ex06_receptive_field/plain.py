def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += (kernel - 1) * dilation * jump
        jump *= stride
    return size


def input_range(layers, i):
    first = last = i
    for kernel, stride, dilation in reversed(layers):
        first = first * stride
        last = last * stride + (kernel - 1) * dilation
    return first, last


q1 = 5
