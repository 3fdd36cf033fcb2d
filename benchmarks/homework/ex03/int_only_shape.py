def output_shape(input_shape, out_channels, kernel_size, padding=0, stride=1):
    c, h, w = input_shape
    nh = int((h - kernel_size + 2 * padding) / stride) + 1
    nw = int((w - kernel_size + 2 * padding) / stride) + 1
    return (out_channels, nh, nw)
