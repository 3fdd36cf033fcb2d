import numpy as np

def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    """步长为1的卷积层的反向传播"""
    N, C, H, W = input.shape
    F, _, kh, kw = weight.shape
    x = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx = np.zeros(x.shape)
    dw = np.zeros(weight.shape)
    db = np.zeros(F)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            for n in range(N):
                for f in range(F):
                    dw[f] += x[n, :, i:i+kh, j:j+kw] * grad_output[n, f, i, j]
                    dx[n, :, i:i+kh, j:j+kw] += weight[f] * grad_output[n, f, i, j]
                    db[f] += grad_output[n, f, i, j]
    return dx[:, :, padding:padding+H, padding:padding+W], dw, db
