def max_pool2d(input, kernel_size, stride=None, padding=0):
    import numpy as np
    if stride == None:
        stride = kernel_size
    N, C, H, W = input.shape
    Ho = int((H + 2 * padding - kernel_size) / stride + 1)
    Wo = int((W + 2 * padding - kernel_size) / stride + 1)
    out = np.zeros((N, C, Ho, Wo))
    for n in range(N):
        for c in range(C):
            for y in range(Ho):
                for x in range(Wo):
                    m = 0
                    for dy in range(kernel_size):
                        for dx in range(kernel_size):
                            yy = y * stride + dy - padding
                            xx = x * stride + dx - padding
                            if 0 <= yy < H and 0 <= xx < W and input[n, c, yy, xx] > m:
                                m = input[n, c, yy, xx]
                    out[n, c, y, x] = m
    return out
