def linear_parameters(input_shape, units, bias=True):
    n = input_shape[1] * input_shape[2]
    return (n + 1) * units if bias else n * units

def conv2d_parameters(input_shape, out_channels, kernel_size, groups=1, bias=True):
    if isinstance(kernel_size, int):
        kernel_size = [kernel_size, kernel_size]
    return out_channels * (input_shape[0] // groups) * kernel_size[0] * kernel_size[1] + (out_channels if bias else 0)

def model_parameters(layers):
    s = 0
    for l in layers:
        if l["kind"] == "conv2d":
            args = dict(l)
            del args["kind"]
            s += conv2d_parameters(**args)
    return s
