import torch

def cross_entropy(logits, labels):
    return (torch.logsumexp(logits, 1) - logits.gather(1, labels[:, None]).squeeze(1)).mean()

def mse_loss(output, target, reduction="mean"):
    d = (output - target).pow(2)
    return d.mean() if reduction == "mean" else d.sum() / 2

def cross_entropy_backward(logits, labels):
    p = torch.exp(logits - torch.logsumexp(logits, 1, keepdim=True))
    y = torch.zeros_like(p)
    y[torch.arange(len(labels)), labels] = 1.0
    return y - p
