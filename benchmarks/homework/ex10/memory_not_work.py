def _area(k):
    try:
        return k[0] * k[1]
    except TypeError:
        return k * k

def multiply_adds(input_shape, output_shape, kernel_size, groups=1):
    return _area(kernel_size) * (input_shape[0] // groups) * output_shape[0]

def locally_connected_parameters(input_shape, output_shape, kernel_size, bias=True):
    F, Ho, Wo = output_shape
    weights = F * Ho * Wo * input_shape[0] * _area(kernel_size)
    return weights + F if bias else weights
