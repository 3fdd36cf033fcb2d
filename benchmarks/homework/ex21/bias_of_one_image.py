import numpy as np

def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    N, C, H, W = input.shape
    F, C, KH, KW = weight.shape
    padded = np.pad(input, ((0,0),(0,0),(padding,padding),(padding,padding)))
    d_in = np.zeros(padded.shape)
    d_w = np.zeros(weight.shape)
    for n in range(N):
        for i in range(grad_output.shape[2]):
            for j in range(grad_output.shape[3]):
                r0 = i * stride; c0 = j * stride
                for f in range(F):
                    g = grad_output[n, f, i, j]
                    d_w[f] += g * padded[n, :, r0:r0+KH, c0:c0+KW]
                    d_in[n, :, r0:r0+KH, c0:c0+KW] += g * weight[f]
    d_b = np.sum(grad_output, axis=(2, 3))
    return d_in[:, :, padding:padding+H, padding:padding+W], d_w, d_b
