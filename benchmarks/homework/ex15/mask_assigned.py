import numpy as np

def create_mask_from_window(x):
    mask = x == np.max(x)
    return mask

def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    fh, fw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    if stride is None: stride = (fh, fw)
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    A = np.pad(input * 1.0, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=-np.inf)
    dA = np.zeros(A.shape)
    m, n_C, n_H, n_W = grad_output.shape
    for i in range(m):
        for c in range(n_C):
            for h in range(n_H):
                for w in range(n_W):
                    vert, horiz = h * sh, w * sw
                    mask = create_mask_from_window(A[i, c, vert:vert+fh, horiz:horiz+fw])
                    dA[i, c, vert:vert+fh, horiz:horiz+fw] = np.multiply(mask, grad_output[i, c, h, w])
    return dA[:, :, ph:-ph, pw:-pw]
