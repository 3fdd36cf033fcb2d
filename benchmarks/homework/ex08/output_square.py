import numpy as np

def conv2d(input, weight, bias=None, stride=1, padding=0):
    # 只考虑正方形特征图
    batch, in_c, size = input.shape[0], input.shape[1], input.shape[2]
    out_c, k = weight.shape[0], weight.shape[2]
    out_size = (size - k + 2 * padding) // stride + 1
    x = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), 'constant')
    y = np.zeros((batch, out_c, out_size, out_size))
    for b in range(batch):          # 每张图
        for o in range(out_c):      # 每个卷积核
            for i in range(out_size):
                for j in range(out_size):
                    h0 = i * stride
                    w0 = j * stride
                    y[b, o, i, j] = (x[b, :, h0:h0 + k, w0:w0 + weight.shape[3]] * weight[o]).sum()
            if bias is not None:
                y[b, o] += bias[o]
    return y
