import torch

def conv2d(input, weight, bias=None, stride=1, padding=0):
    stride = (stride, stride) if isinstance(stride, int) else stride
    padding = (padding, padding) if isinstance(padding, int) else padding
    N, C, H, W = input.shape
    x = torch.zeros(N, C, H + 2 * padding[0], W + 2 * padding[1])
    x[:, :, padding[0]:padding[0] + H, padding[1]:padding[1] + W] = input
    kh, kw = weight.shape[-2:]
    oh, ow = (x.shape[2] - kh) // stride[0] + 1, (x.shape[3] - kw) // stride[1] + 1
    y = torch.zeros(N, weight.shape[0], oh, ow)
    for i in range(oh):
        for j in range(ow):
            field = x[:, None, :, i * stride[0]:i * stride[0] + kh, j * stride[1]:j * stride[1] + kw]
            y[:, :, i, j] = (field * weight[None]).sum((2, 3, 4))
    return y
