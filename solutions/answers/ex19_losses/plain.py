import numpy as np


def mse_loss(output, target, reduction="mean"):
    if output.shape != target.shape:
        raise ValueError("output and target differ in shape")
    squares = (output - target) ** 2
    return squares.mean() if reduction == "mean" else squares.sum() / 2


def mse_loss_backward(output, target, reduction="mean"):
    if output.shape != target.shape:
        raise ValueError("output and target differ in shape")
    count = len(output.reshape(-1))
    factor = 2 / count if reduction == "mean" else 1
    return factor * (output - target)


def cross_entropy(logits, labels):
    losses = []
    for scores, label in zip(logits, labels):
        scores = scores - scores.max()
        losses.append(np.log(np.exp(scores).sum()) - scores[label])
    return np.stack(losses).mean()


def cross_entropy_backward(logits, labels):
    grad = np.zeros(logits.shape, dtype=logits.dtype)
    for n, label in enumerate(labels):
        powers = np.exp(logits[n] - logits[n].max())
        grad[n] = powers / powers.sum()
        grad[n, label] -= 1
    return grad / len(labels)
