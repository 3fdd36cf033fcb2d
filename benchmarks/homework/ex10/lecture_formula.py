def conv2d_parameters(input_shape, out_channels, kernel_size, groups=1, bias=True):
    # parameters = (filter_height * filter_width * input_channels + 1) * number_of_filters
    return (kernel_size * kernel_size * input_shape[0] + 1) * out_channels
