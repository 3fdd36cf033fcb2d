import numpy as np

def sgd_step(X, T, weights, biases, lr):
    weights = [w.copy() for w in weights]
    biases = [b.copy() for b in biases]
    for x, t in zip(X, T):
        o = [x]
        for w, b in zip(weights, biases):
            o.append(1 / (1 + np.exp(-(w @ o[-1] + b))))
        d = (t - o[-1]) * o[-1] * (1 - o[-1])
        ds = [d]
        for k in range(len(weights) - 1, 0, -1):
            d = o[k] * (1 - o[k]) * (weights[k].T @ d)
            ds.insert(0, d)
        for k in range(len(weights)):
            weights[k] = weights[k] + lr * np.outer(ds[k], o[k])
            biases[k] = biases[k] + lr * ds[k]
    return weights, biases
