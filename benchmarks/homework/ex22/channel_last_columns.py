import numpy as np

def im2col(input, kernel_size, stride=1, padding=0):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = np.pad(input, ((0, 0), (0, 0), (ph, ph), (pw, pw))).transpose(0, 2, 3, 1)
    N, H, W, C = x.shape
    oh, ow = (H - kh) // sh + 1, (W - kw) // sw + 1
    col = np.zeros((N * oh * ow, kh * kw * C))
    r = 0
    for n in range(N):
        for i in range(oh):
            for j in range(ow):
                col[r] = x[n, i * sh:i * sh + kh, j * sw:j * sw + kw].flatten()
                r += 1
    return col

def conv2d_im2col(input, weight, bias=None, stride=1, padding=0):
    N, C, H, W = input.shape
    F, _, kh, kw = weight.shape
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    oh, ow = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    Y = im2col(input, (kh, kw), stride, padding).dot(weight.reshape(F, -1).T)
    if bias is not None:
        Y += bias
    return Y.reshape(N, oh, ow, F).transpose(0, 3, 1, 2).copy()
