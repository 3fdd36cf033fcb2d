import numpy as np

def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    s = kernel_size if stride is None else stride
    H, W = input.shape[2:]
    res = np.zeros(input.shape)
    for n in range(input.shape[0]):
        for c in range(input.shape[1]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    best, at = -np.inf, (0, 0)
                    for y in range(i*s - padding, i*s - padding + kernel_size):
                        for x in range(j*s - padding, j*s - padding + kernel_size):
                            if 0 <= y < H and 0 <= x < W and input[n, c, y, x] > best:
                                best, at = input[n, c, y, x], (y, x)
                    res[n, c, at[0], at[1]] += best * grad_output[n, c, i, j]
    return res
