import math
import numpy as np

def mse_loss(output, target, reduction="mean"):
    total = ((output - target) ** 2).sum()
    if reduction == "mean":
        return math.sqrt(total / output.size)
    return total / 2

def mse_loss_backward(output, target, reduction="mean"):
    return np.sum(output - target, axis=0)

def cross_entropy(logits, labels):
    for scores, label in zip(logits, labels):
        top = scores.max()
        loss = top + math.log(np.exp(scores - top).sum()) - scores[label]
    return loss / len(labels)

def cross_entropy_backward(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    grad = e / e.sum(axis=1, keepdims=True)
    grad[:, labels] -= 1
    return grad / len(labels)
