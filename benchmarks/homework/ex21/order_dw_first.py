import numpy as np

def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    (m, n_C_prev, n_H_prev, n_W_prev) = input.shape
    (n_C, n_C_prev, f_h, f_w) = weight.shape
    (m, n_C, n_H, n_W) = grad_output.shape
    dW = np.zeros(weight.shape)
    db = np.zeros(n_C)
    A_prev_pad = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), 'constant')
    dA_prev_pad = np.zeros(A_prev_pad.shape)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f_h
                    horiz_start = w * stride
                    horiz_end = horiz_start + f_w
                    a_slice = A_prev_pad[i, :, vert_start:vert_end, horiz_start:horiz_end]
                    dA_prev_pad[i, :, vert_start:vert_end, horiz_start:horiz_end] += weight[c] * grad_output[i, c, h, w]
                    dW[c] += a_slice * grad_output[i, c, h, w]
                    db[c] += grad_output[i, c, h, w]
    dA_prev = dA_prev_pad[:, :, padding:padding + n_H_prev, padding:padding + n_W_prev]
    return dW, db, dA_prev
