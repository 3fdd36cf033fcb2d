import numpy as np


def update(x, outputs, errors, weights, biases, lr):
    layers = zip(weights, errors, [x, *outputs[:-1]])
    new_weights = [W + lr * np.outer(e, given) for W, e, given in layers]
    new_biases = [bias + lr * e for bias, e in zip(biases, errors)]
    return new_weights, new_biases


def sgd_step(X, T, weights, biases, lr):
    outputs = [X]  # one array per layer, with a row per example
    for W, bias in zip(weights, biases):
        outputs.append(1 / (1 + np.exp(-(outputs[-1] @ W.T + bias))))
    error = outputs[-1] * (1 - outputs[-1]) * (T - outputs[-1])
    new_weights, new_biases, lr = [], [], lr / len(X)
    for W, bias, given in zip(weights[::-1], biases[::-1], outputs[-2::-1]):
        new_weights.insert(0, W + lr * (error.T @ given))
        new_biases.insert(0, bias + lr * error.sum(0))
        error = given * (1 - given) * (error @ W)
    return new_weights, new_biases
