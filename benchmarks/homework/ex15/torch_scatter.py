import torch

def max_pool2d_backward(grad_output, indices, input_shape):
    n, c, h, w = input_shape
    flat = torch.zeros(n, c, h * w, dtype=grad_output.dtype)
    for a in range(n):
        for b in range(c):
            for g, k in zip(grad_output[a, b].flatten().tolist(), indices[a, b].flatten().tolist()):
                flat[a, b, k] = g
    return flat.view(n, c, h, w)
