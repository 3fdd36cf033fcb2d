import numpy as np

def softmax(x):
    shifted = x - x.max()
    return np.exp(shifted) / np.exp(shifted).sum(axis=0)

def cross_entropy(logits, labels):
    p = softmax(logits)
    total = 0
    for i in range(len(labels)):
        total -= np.log(p[i][labels[i]])
    return total / len(labels)

def cross_entropy_backward(logits, labels):
    delta = softmax(logits)
    delta[np.arange(len(labels)), labels] -= 1
    return delta / len(labels)
