import numpy as np

def one_hot(labels, num_classes):
    """MNIST的标签转为one-hot编码"""
    encoded = np.zeros((len(labels), 10), dtype=np.int64)
    for row, digit in enumerate(labels):
        encoded[row][digit] = 1
    return encoded
