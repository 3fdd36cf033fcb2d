import numpy as np


def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    back = np.zeros(input.shape)
    for n, image in enumerate(input):
        for c, plane in enumerate(image):
            for i in range(plane.shape[0] // 2):
                for j in range(plane.shape[1] // 2):
                    quad = plane[2 * i:2 * i + 2, 2 * j:2 * j + 2]
                    top = quad.max()
                    for a in range(2):
                        for b in range(2):
                            if quad[a, b] == top:
                                back[n, c, 2 * i + a, 2 * j + b] = grad_output[n, c, i, j]
    return back
