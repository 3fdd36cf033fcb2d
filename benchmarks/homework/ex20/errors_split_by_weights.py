import numpy as np

def squash(z):
    return 1 / (1 + np.exp(-z))

def forward(x, weights, biases):
    signals = []
    for w in weights:
        x = squash(np.dot(w, x))
        signals.append(x)
    return signals

def errors(outputs, target, weights):
    blame = [target - outputs[-1]]
    for w in weights[:0:-1]:
        blame.append(np.dot(w.T, blame[-1]))
    blame.reverse()
    return [b * o * (1.0 - o) for b, o in zip(blame, outputs)]

def update(x, outputs, errors, weights, biases, lr):
    before = [x] + outputs[:-1]
    return [w + lr * np.outer(e, s) for w, e, s in zip(weights, errors, before)], [b * 1 for b in biases]
