import numpy as np

def cross_entropy(logits, labels):
    probs = np.exp(logits) / np.exp(logits).sum(1)[:, None]
    loss = 0
    for i in range(len(labels)):
        loss -= np.log(probs[i, labels[i]])
    return loss

def cross_entropy_backward(logits, labels):
    z = logits - np.amax(logits, axis=1, keepdims=True)
    probs = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    for i in range(len(labels)):
        probs[i, labels[i]] -= 1
    return probs
