import numpy as np

def conv2d(input, weight, bias=None, stride=1, padding=0):
    N, C, H, W = input.shape
    num_filters, _, filter_height, filter_width = weight.shape
    # Check dimensions
    assert (W + 2 * padding - filter_width) % stride == 0, 'width does not work'
    assert (H + 2 * padding - filter_height) % stride == 0, 'height does not work'
    out_height = (H + 2 * padding - filter_height) // stride + 1
    out_width = (W + 2 * padding - filter_width) // stride + 1
    out = np.zeros((N, num_filters, out_height, out_width))
    xp = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), 'constant')
    for i in range(out_height):
        for j in range(out_width):
            piece = xp[:, :, i*stride:i*stride+filter_height, j*stride:j*stride+filter_width]
            out[:, :, i, j] = np.tensordot(piece, weight, axes=([1, 2, 3], [1, 2, 3]))
    if bias is not None:
        out += bias.reshape(1, -1, 1, 1)
    return out
