import numpy as np

def gap_head_parameters(input_shape, num_classes, bias=True):
    channels, height, width = input_shape
    inputs = channels * height * width
    return (inputs + 1) * num_classes

def global_avg_pool2d(input):
    out = np.zeros(input.shape[:2])
    for i, image in enumerate(input):
        for j, fmap in enumerate(image):
            out[i, j] = np.max(fmap)
    return out
