import numpy as np

def receptive_field(layers):
    r, j = np.float64(1), 1
    for k, s, d in layers:
        r = r + (k - 1) * d * j
        j *= s
    return r

def input_range(layers, i):
    start = end = i
    for k, s, d in layers[::-1]:
        start = start * s
        end = end * s + (k - 1) * d
    return (max(start, 0), end)
