import numpy as np

def minmax_scale(X, reference=None):
    base = X if reference is None else reference
    centre = np.mean(base, 0)
    width = np.std(base, 0)
    result = (X - centre) / np.where(width > 0, width, 1)
    result[:, width == 0] = 0
    return result

def one_hot(labels, num_classes):
    table = np.zeros((labels.shape[0], num_classes))
    table[:, labels] = 1
    return table
