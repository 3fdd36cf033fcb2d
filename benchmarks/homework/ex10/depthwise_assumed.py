def conv2d_parameters(input_shape, out_channels, kernel_size, groups=1, bias=True):
    in_channels = input_shape[0]
    if isinstance(kernel_size, int):
        area = kernel_size ** 2
    else:
        area = kernel_size[0] * kernel_size[1]
    if groups == 1:
        n = in_channels * area * out_channels
    else:
        n = area * out_channels      # depthwise
    if bias == True:
        n = n + out_channels
    return n
