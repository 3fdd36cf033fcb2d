def receptive_field(layers):
    receptive_field_size = 1
    accumulated_stride = 1
    for (kernel_size, stride, dilation) in layers:
        accumulated_stride *= stride
        receptive_field_size += (kernel_size - 1) * dilation * accumulated_stride
    return receptive_field_size

def input_range(layers, i):
    size, step = 1, 1
    for (kernel_size, stride, dilation) in layers:
        size += (kernel_size - 1) * dilation * step
        step *= stride
    first = i
    return (first, first + size - 1)
