import numpy as np

def flip(K):
    """旋转180度"""
    return np.array(np.rot90(K, k=2))

def conv_layer(X, weight, bias):
    """卷积层：互相关运算后加上标量偏置"""
    h, w = weight.shape
    out_h, out_w = X.shape[0] - h + 1, X.shape[1] - w + 1
    Y = np.zeros((out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            # 对应元素相乘再求和
            Y[i, j] = (X[i:i+h, j:j+w] * weight + bias).sum()
    return Y
