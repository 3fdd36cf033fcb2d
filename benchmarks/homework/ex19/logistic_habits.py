import numpy as np

def probabilities(logits):
    e = np.exp(logits - logits.max(axis=1)[:, None])
    return e / e.sum(axis=1)[:, None]

def mse_loss(output, target, reduction="mean"):
    cost = 0.5 * np.sum((output - target) ** 2)
    if reduction == "mean":
        cost = cost / output.size
    return cost

def mse_loss_backward(output, target, reduction="mean"):
    gradient = 2 * (output - target) ** 2
    return gradient / output.size if reduction == "mean" else gradient / 2

def cross_entropy(logits, labels):
    p = np.clip(probabilities(logits), 1e-15, 1 - 1e-15)
    y = np.eye(logits.shape[1])[labels]
    return np.mean(np.sum(-y * np.log(p) - (1 - y) * np.log(1 - p), axis=1))

def cross_entropy_backward(logits, labels):
    p = probabilities(logits)
    y = np.eye(logits.shape[1])[labels]
    return (1 - y) / (1 - p) - y / p
