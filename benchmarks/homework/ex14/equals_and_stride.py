import numpy as np

def avg_pool2d_backward(grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    """反向传播：平均池化"""
    (m, n_C, n_H_prev, n_W_prev) = input_shape
    (m, n_C, n_H, n_W) = grad_output.shape
    f = kernel_size
    if stride is None:
        stride = f
    dA_prev = np.zeros((m, n_C, n_H_prev + 2 * padding, n_W_prev + 2 * padding))
    for i in range(m):                       # 遍历每个样本
        for c in range(n_C):                 # 遍历每个通道
            for h in range(n_H):
                for w in range(n_W):
                    vert_start, horiz_start = h * stride, w * stride
                    vert_end, horiz_end = vert_start + f, horiz_start + f
                    da = grad_output[i, c, h, w]
                    average = da / (f * f)
                    dA_prev[i, c, vert_start:vert_end, horiz_start:horiz_end] = average
    return dA_prev[:, :, padding:padding + n_H_prev, padding:padding + n_W_prev]
