import numpy as np

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    if isinstance(kernel_size, int): kernel_size = (kernel_size,)*2
    if stride is None: stride = kernel_size[::-1]
    if isinstance(stride, int): stride = (stride,)*2
    if isinstance(padding, int): padding = (padding,)*2
    sx, sy = stride
    n, c, H, W = input.shape
    P = np.zeros((n, c, H+2*padding[0], W+2*padding[1])); P[:, :, padding[0]:padding[0]+H, padding[1]:padding[1]+W] = input
    oh = (P.shape[2]-kernel_size[0])//sy + 1; ow = (P.shape[3]-kernel_size[1])//sx + 1
    o = np.zeros((n, c, oh, ow))
    for i in range(oh):
        for j in range(ow):
            o[..., i, j] = P[..., i*sy:i*sy+kernel_size[0], j*sx:j*sx+kernel_size[1]].sum(axis=(-1, -2))
    return o
