"""$module"""

import numpy as np


def receptive_field(layers):
    """$receptive_field"""
    # TODO: how much does each layer add, and how far apart are the elements it looks at?
    raise NotImplementedError


def input_range(layers, i):
    """$input_range"""
    # TODO: where does the receptive field of output i begin, and where does it end?
    raise NotImplementedError


# $q1
q1 = None  # TODO
