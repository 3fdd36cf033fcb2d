import numpy as np

def max_pool2d_backward(grad_output, indices, input_shape):
    grad_input = np.zeros(input_shape)
    n_images, n_channels, height, width = input_shape
    for n in range(n_images):
        for c in range(n_channels):
            for i in range(indices.shape[2]):
                for j in range(indices.shape[3]):
                    where = int(indices[n, c, i, j])
                    row, column = divmod(where, width)
                    grad_input[n, c, row, column] += grad_output[n, c, i, j]
    return grad_input

def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    pair = lambda v: (v, v) if isinstance(v, int) else v
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size if stride is None else stride)
    ph, pw = pair(padding)
    X = np.pad(input, [(0, 0), (0, 0), (ph, ph), (pw, pw)])
    G = np.zeros(X.shape)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            w = X[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw]
            flat = w.reshape(w.shape[0], w.shape[1], -1).argmax(-1)
            for n in range(X.shape[0]):
                for c in range(X.shape[1]):
                    a, b = divmod(flat[n, c], kw)
                    G[n, c, i * sh + a, j * sw + b] += grad_output[n, c, i, j]
    return G[:, :, ph:X.shape[2] - ph, pw:X.shape[3] - pw]
