import numpy as np

def conv2d(input, weight, bias=None, stride=1, padding=0):
    def tup(q):
        return (q, q) if isinstance(q, int) else tuple(q)
    (sy, sx), (py, px) = tup(stride), tup(padding)
    N, C, H, W = input.shape
    Co, Ci, ky, kx = weight.shape
    big = np.zeros((N, C, H + 2*py, W + 2*px), input.dtype)
    big[:, :, py:py+H, px:px+W] = input
    oy, ox = (H + 2*py - ky)//sy + 1, (W + 2*px - kx)//sx + 1
    out = np.zeros((N, Co, oy, ox), input.dtype)
    for n in range(N):
        for o in range(Co):
            for y in range(oy):
                for x in range(ox):
                    v = np.sum(big[n, :, y*sy:y*sy+ky, x*sx:x*sx+kx] * weight[o])
                    if bias is not None:
                        v += bias[0]
                    out[n, o, y, x] = v
    return out
