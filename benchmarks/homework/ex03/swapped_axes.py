def _pair(x):
    return x if isinstance(x, (tuple, list)) else (x, x)

def output_shape(input_shape, out_channels, kernel_size, padding=0, stride=1):
    """PIL order: size = (width, height)"""
    _, H, W = input_shape
    kw, kh = _pair(kernel_size)
    pw, ph = _pair(padding)
    sw, sh = _pair(stride)
    return out_channels, (H - kh + 2*ph)//sh + 1, (W - kw + 2*pw)//sw + 1
