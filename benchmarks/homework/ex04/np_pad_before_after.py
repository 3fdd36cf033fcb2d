import numpy as np

def zero_pad(X, padding):
    """numpy has it already"""
    return np.pad(X, padding)
