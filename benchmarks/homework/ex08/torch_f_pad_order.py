import torch
import torch.nn.functional as F


def conv2d(input, weight, bias=None, stride=1, padding=0):
    if isinstance(stride, int):
        stride = (stride, stride)
    if isinstance(padding, int):
        padding = (padding, padding)
    x = F.pad(input, (padding[0], padding[0], padding[1], padding[1]))
    out_channels, _, kh, kw = weight.shape
    oh = (x.shape[2] - kh) // stride[0] + 1
    ow = (x.shape[3] - kw) // stride[1] + 1
    out = torch.zeros(x.shape[0], out_channels, oh, ow)
    for i in range(oh):
        for j in range(ow):
            r, c = i * stride[0], j * stride[1]
            patch = x[:, :, r:r + kh, c:c + kw].to(weight.dtype)
            out[:, :, i, j] = torch.tensordot(patch, weight, dims=([1, 2, 3], [1, 2, 3]))
    if bias is not None:
        out += bias[None, :, None, None]
    return out
