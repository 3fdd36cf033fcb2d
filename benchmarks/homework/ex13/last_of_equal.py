import numpy as np

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    kernel_h, kernel_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    stride_h, stride_w = (kernel_h, kernel_w) if stride is None else (stride if isinstance(stride, tuple) else (stride, stride))
    pad_h, pad_w = padding if isinstance(padding, tuple) else (padding, padding)
    batch, channels, height, width = input.shape
    out_h = (height + 2 * pad_h - kernel_h) // stride_h + 1
    out_w = (width + 2 * pad_w - kernel_w) // stride_w + 1
    maxima = np.zeros((batch, channels, out_h, out_w))
    places = np.zeros((batch, channels, out_h, out_w), dtype=np.int64)
    for n in range(batch):
        for c in range(channels):
            for i in range(out_h):
                for j in range(out_w):
                    largest = -np.inf
                    place = -1
                    for y in range(i * stride_h - pad_h, i * stride_h - pad_h + kernel_h):
                        for x in range(j * stride_w - pad_w, j * stride_w - pad_w + kernel_w):
                            if y < 0 or x < 0 or y >= height or x >= width:
                                continue
                            value = input[n, c, y, x]
                            if np.isnan(largest):
                                continue
                            if value >= largest or np.isnan(value):
                                largest = value
                                place = y * width + x
                    maxima[n, c, i, j] = largest
                    places[n, c, i, j] = place
    return maxima, places
