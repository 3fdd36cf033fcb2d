from math import prod


def pair(n):
    return n if isinstance(n, (tuple, list)) else (n, n)


def linear_parameters(input_shape, units, bias=True):
    weights = prod(input_shape) * units
    return weights + units if bias else weights


def conv2d_parameters(
    input_shape, out_channels, kernel_size, groups=1, bias=True
):
    channels, (kh, kw) = input_shape[0], pair(kernel_size)
    if channels % groups or out_channels % groups:
        raise ValueError("the groups do not divide the channels")
    weights = out_channels * (channels // groups) * kh * kw
    return weights + out_channels if bias else weights


def locally_connected_parameters(
    input_shape, output_shape, kernel_size, bias=True
):
    kh, kw = pair(kernel_size)
    for_one_cell = input_shape[0] * kh * kw + (1 if bias else 0)
    return prod(output_shape) * for_one_cell


def multiply_adds(input_shape, output_shape, kernel_size, groups=1):
    channels, (kh, kw) = input_shape[0], pair(kernel_size)
    if channels % groups or output_shape[0] % groups:
        raise ValueError("the groups do not divide the channels")
    return prod(output_shape) * (channels // groups) * kh * kw


def model_parameters(layers):
    total = 0
    for layer in layers:
        settings = dict(layer)
        kind = settings.pop("kind")
        if kind == "linear":
            total += linear_parameters(**settings)
        elif kind == "conv2d":
            total += conv2d_parameters(**settings)
    return total


q1 = 196609000
q2 = 280
