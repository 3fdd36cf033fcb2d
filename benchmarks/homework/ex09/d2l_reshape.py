import numpy as np

def conv1x1(input, weight, bias=None):
    n, c_i, h, w = input.shape
    c_o = weight.shape[0]
    X = input.reshape((c_i, n * h * w))
    K = weight.reshape((c_o, c_i))
    Y = np.matmul(K, X)  # 全连接层中的矩阵乘法
    if bias is not None:
        Y = Y + bias.reshape(-1, 1)
    return Y.reshape((n, c_o, h, w))
