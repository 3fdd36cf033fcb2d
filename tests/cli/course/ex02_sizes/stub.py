"""$module"""

import numpy as np


def output_size(n, k, padding=0, stride=1):
    """$output_size"""
    # TODO: count the windows.
    raise NotImplementedError


def pair(n):
    """$pair"""
    # TODO: n twice.
    raise NotImplementedError
