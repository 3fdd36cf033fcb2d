import math

def linear_parameters(input_shape, units, bias=True):
    return math.prod(input_shape) * units + units * bias

def conv2d_parameters(input_shape, out_channels, kernel_size, groups=1, bias=True):
    kh, kw = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    per_filter = input_shape[0] // groups * kh * kw
    if bias:
        per_filter += 1
    return per_filter * out_channels

def locally_connected_parameters(input_shape, output_shape, kernel_size, bias=True):
    kh, kw = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    return math.prod(output_shape) * (input_shape[0] * kh * kw + int(bias))

def multiply_adds(input_shape, output_shape, kernel_size, groups=1):
    return conv2d_parameters(input_shape, output_shape[0], kernel_size, groups, False) * output_shape[1] * output_shape[2]

def model_parameters(layers):
    functions = {"linear": linear_parameters, "conv2d": conv2d_parameters}
    return sum(functions[d["kind"]](**{k: v for k, v in d.items() if k != "kind"})
               for d in layers if d["kind"] in functions)
