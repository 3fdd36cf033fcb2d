import numpy as np

def one_hot(labels, num_classes):
    n_classes = np.max(labels) + 1
    m = np.zeros((labels.shape[0], n_classes))
    for i in range(labels.shape[0]):
        m[i, labels[i]] = 1.0
    return m
