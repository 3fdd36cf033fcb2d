import numpy as np

def sigma(t):
    return 1 / (1 + np.exp(-t))

def forward(x, weights, biases):
    hidden = []
    a = x
    for W, b in zip(weights[:-1], biases):
        a = sigma(np.dot(W, a) + b)
        hidden.append(a)
    return hidden + [sigma(np.dot(weights[-1], a))]
