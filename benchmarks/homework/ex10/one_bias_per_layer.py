def linear_parameters(input_shape, units, bias=True):
    c, h, w = input_shape
    b = 1 if bias else 0
    return c*h*w*units + b

def conv2d_parameters(input_shape, out_channels, kernel_size, groups=1, bias=True):
    b = 1 if bias else 0
    return kernel_size * input_shape[0] // groups * out_channels + b
