"""$module"""

import numpy as np


def linear_parameters(input_shape, units, bias=True):
    """$linear_parameters"""
    # TODO: every unit sees every element of every channel.
    raise NotImplementedError


def conv2d_parameters(input_shape, out_channels, kernel_size, groups=1, bias=True):
    """$conv2d_parameters"""
    # TODO: one kernel for each output channel.
    raise NotImplementedError


def locally_connected_parameters(input_shape, output_shape, kernel_size, bias=True):
    """$locally_connected_parameters"""
    # TODO: a kernel for every output element.
    raise NotImplementedError


def multiply_adds(input_shape, output_shape, kernel_size, groups=1):
    """$multiply_adds"""
    # TODO: how often is each weight used?
    raise NotImplementedError


def model_parameters(layers):
    """$model_parameters"""
    # TODO: add up the layers that learn something.
    raise NotImplementedError


# $q1
q1 = None  # TODO

# $q2
q2 = None  # TODO
