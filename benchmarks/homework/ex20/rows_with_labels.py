import numpy as np

def run(x, weights, biases):
    outs = []
    for w, b in zip(weights, biases):
        x = 1 / (1 + np.exp(-(w.dot(x) + b)))
        outs.append(x)
    return outs

def errors(outputs, target, weights):
    o = outputs[-1]
    deltas = [(target - o) * o * (1 - o)]
    for layer in range(len(weights) - 1, 0, -1):
        o = outputs[layer - 1]
        deltas.append(weights[layer].T.dot(deltas[-1]) * o * (1 - o))
    return deltas

def update(x, outputs, errors, weights, biases, lr):
    new = [w.copy() for w in weights]
    inputs = x[:-1]
    for layer in range(len(new)):
        for unit in range(len(new[layer])):
            for j in range(len(inputs)):
                new[layer][unit][j] += lr * errors[layer][unit] * inputs[j]
        inputs = outputs[layer]
    return new, [b + lr * e for b, e in zip(biases, errors)]

def sgd_step(X, T, weights, biases, lr):
    for x, t in zip(X, T):
        outs = run(x, weights, biases)
        deltas = errors(outs, t, weights)[::-1]
        ins = [x] + outs[:-1]
        W = [w + lr * np.outer(d, i) for w, d, i in zip(weights, deltas, ins)]
        B = [b + lr * d for b, d in zip(biases, deltas)]
    return W, B
