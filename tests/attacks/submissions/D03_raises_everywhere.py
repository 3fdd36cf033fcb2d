def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    raise ValueError("no window fits")
