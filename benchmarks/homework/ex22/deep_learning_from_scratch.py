import numpy as np

def im2col(input, kernel_size, stride=1, padding=0):
    filter_h = filter_w = kernel_size
    N, C, H, W = input.shape
    out_h = (H + 2*padding - filter_h)//stride + 1
    out_w = (W + 2*padding - filter_w)//stride + 1
    img = np.pad(input, [(0,0), (0,0), (padding, padding), (padding, padding)], 'constant')
    col = np.zeros((N, C, filter_h, filter_w, out_h, out_w))
    for y in range(filter_h):
        y_max = y + stride*out_h
        for x in range(filter_w):
            x_max = x + stride*out_w
            col[:, :, y, x, :, :] = img[:, :, y:y_max:stride, x:x_max:stride]
    col = col.transpose(0, 4, 5, 1, 2, 3).reshape(N*out_h*out_w, -1)
    return col

def conv2d_im2col(input, weight, bias=None, stride=1, padding=0):
    FN, C, FH, FW = weight.shape
    N, C, H, W = input.shape
    out_h = int(1 + (H + 2*padding - FH) / stride)
    out_w = int(1 + (W + 2*padding - FW) / stride)
    X = np.pad(input, ((0,0), (0,0), (padding,padding), (padding,padding)))
    rows = []
    for n in range(N):
        for i in range(out_h):
            for j in range(out_w):
                rows.append(X[n, :, i*stride:i*stride+FH, j*stride:j*stride+FW].flatten())
    out = np.dot(np.array(rows), weight.reshape(FN, -1).T)
    if bias is not None:
        out = out + bias
    return out.reshape(N, out_h, out_w, -1).transpose(0, 3, 1, 2)
