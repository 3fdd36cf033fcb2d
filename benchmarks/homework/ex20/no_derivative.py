import numpy as np

def forward(x, weights, biases):
    outs = []
    h = x
    for i, (W, b) in enumerate(zip(weights, biases)):
        h = W @ h + b
        if i < len(weights) - 1:
            h = 1.0 / (1.0 + np.exp(-h))
        outs.append(h)
    return outs

def errors(outputs, target, weights):
    deltas = [target - outputs[-1]]
    for W in reversed(weights[1:]):
        deltas.append(W.T @ deltas[-1])
    return deltas[::-1]
