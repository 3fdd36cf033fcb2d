def pair(n):
    return n if isinstance(n, (tuple, list)) else (n, n)


def output_size(n, k, padding=0, stride=1):
    return output_size_total(n, k, 2 * padding, stride)


def output_size_total(n, k, total_padding=0, stride=1):
    room = n + total_padding - k  # room for the window to move
    if room < 0:
        raise ValueError("the window is larger than the padded input")
    return room // stride + 1


def output_shape(input_shape, out_channels, kernel_size, padding=0, stride=1):
    _, height, width = input_shape
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(stride)
    rows = output_size(height, kh, ph, sh)
    columns = output_size(width, kw, pw, sw)
    return out_channels, rows, columns


def same_padding(k):
    if k % 2 == 0:
        raise ValueError("an even kernel needs unequal sides")
    return (k - 1) // 2


q1 = (4, 102, 102)
