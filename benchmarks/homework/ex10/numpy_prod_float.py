import numpy as np

def linear_parameters(input_shape, units, bias=True):
    return np.prod(np.array(input_shape, dtype=float)) * units + (units if bias else 0.)

def multiply_adds(input_shape, output_shape, kernel_size, groups=1):
    k = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    mul = np.prod(output_shape) * (input_shape[0] / groups) * k[0] * k[1]
    add = mul
    return mul + add
