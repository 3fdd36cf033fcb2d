def output_size(n, k, padding=0, stride=1):
    if k > n + 2 * padding:
        raise ValueError("kernel too big")
    count = 0
    start = 0
    while start + k <= n + 2 * padding:
        count += 1
        start += stride
    return count

def output_shape(input_shape, out_channels, kernel_size, padding=0, stride=1):
    kh, kw = kernel_size if type(kernel_size) == tuple else (kernel_size, kernel_size)
    ph, pw = padding if type(padding) == tuple else (padding, padding)
    sh, sw = stride if type(stride) == tuple else (stride, stride)
    return (input_shape[0],
            (input_shape[1] + 2*ph - kh)//sh + 1,
            (input_shape[2] + 2*pw - kw)//sw + 1)
