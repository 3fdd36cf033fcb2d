import numpy as np


def cross_entropy(logits, labels):
    scores = logits - np.amax(logits, 1, keepdims=True)
    right = scores[np.arange(len(labels)), labels]
    return (np.log(np.exp(scores).sum(1)) - right).mean()


def cross_entropy_backward(logits, labels):
    powers = np.exp(logits - np.amax(logits, 1, keepdims=True))
    grad = powers / powers.sum(1, keepdims=True)
    grad[np.arange(len(labels)), labels] -= 1
    return grad / len(labels)
