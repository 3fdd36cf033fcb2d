import numpy as np


def forward(x, weights, biases):
    outputs = []
    for W, bias in zip(weights, biases):
        x = 1 / (1 + np.exp(-(W @ x + bias)))
        outputs.append(x)
    return outputs


def errors(outputs, target, weights):
    last = outputs[-1]
    found = [last * (1 - last) * (target - last)]
    for layer in range(len(outputs) - 2, -1, -1):
        out, W = outputs[layer], weights[layer + 1]
        found.insert(0, out * (1 - out) * (W.T @ found[0]))
    return found


def update(x, outputs, errors, weights, biases, lr):
    new_weights, new_biases = [], []
    inputs = [x, *outputs[:-1]]
    for W, bias, error, given in zip(weights, biases, errors, inputs):
        units = range(len(error))
        rows = [W[j] + lr * error[j] * given for j in units]
        new_weights.append(np.stack(rows))
        new_biases.append(bias + lr * error)
    return new_weights, new_biases


def sgd_step(X, T, weights, biases, lr):
    steps = []
    for x, target in zip(X, T):
        outputs = forward(x, weights, biases)
        found = errors(outputs, target, weights)
        steps.append(update(x, outputs, found, weights, biases, lr))
    by_weights, by_biases = zip(*steps)
    new_weights = [sum(layer) / len(X) for layer in zip(*by_weights)]
    new_biases = [sum(layer) / len(X) for layer in zip(*by_biases)]
    return new_weights, new_biases
