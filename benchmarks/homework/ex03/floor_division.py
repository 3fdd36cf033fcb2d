def output_size(n, k, padding=0, stride=1):
    return (n + 2*padding - k)//stride + 1

def output_size_total(n, k, total_padding=0, stride=1):
    return (n + total_padding - k)//stride + 1

def output_shape(input_shape, out_channels, kernel_size, padding=0, stride=1):
    def two(v):
        if isinstance(v, int):
            return [v, v]
        return v
    kernel_size, padding, stride = two(kernel_size), two(padding), two(stride)
    h = output_size(input_shape[1], kernel_size[0], padding[0], stride[0])
    w = output_size(input_shape[2], kernel_size[1], padding[1], stride[1])
    return (out_channels, h, w)

def same_padding(k):
    return (k - 1)//2
