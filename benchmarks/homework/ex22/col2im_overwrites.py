import numpy as np

def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    # 把每一行放回原来的窗口
    N, C, H, W = input_shape
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    if isinstance(stride, int):
        stride = (stride, stride)
    if isinstance(padding, int):
        padding = (padding, padding)
    Hp, Wp = H + 2 * padding[0], W + 2 * padding[1]
    image = np.zeros((N, C, Hp, Wp))
    row = 0
    for n in range(N):
        for top in range(0, Hp - kernel_size[0] + 1, stride[0]):
            for left in range(0, Wp - kernel_size[1] + 1, stride[1]):
                image[n, :, top:top + kernel_size[0], left:left + kernel_size[1]] = \
                    cols[row].reshape(C, kernel_size[0], kernel_size[1])
                row += 1
    return image[:, :, padding[0]:padding[0] + H, padding[1]:padding[1] + W]
