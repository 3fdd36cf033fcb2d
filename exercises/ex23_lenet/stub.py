"""$module"""

from torch import nn


def conv_layer():
    """$conv_layer"""
    # TODO: return an nn.Conv2d.
    raise NotImplementedError


def pool_layer():
    """$pool_layer"""
    # TODO: return an nn.MaxPool2d.
    raise NotImplementedError


def c3_connections():
    """$c3_connections"""
    # TODO: a list of 16 tuples.
    raise NotImplementedError


class LeNet5(nn.Module):
    """$LeNet5"""

    def __init__(self, codes):
        super().__init__()
        # TODO: self.c1, self.s2, self.c3, self.s4, self.c5, self.f6; codes is a buffer.
        raise NotImplementedError

    def forward(self, x):
        # TODO: images [N, 1, 32, 32] in, distances [N, 10] out.
        raise NotImplementedError
