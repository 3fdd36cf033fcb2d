import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))

def errors(outputs, target, weights):
    delta = [None] * len(outputs)
    delta[-1] = (target - outputs[-1]) * sigmoid_prime(outputs[-1])
    for l in range(len(outputs) - 2, -1, -1):
        delta[l] = (weights[l + 1].T @ delta[l + 1]) * sigmoid_prime(outputs[l])
    return delta
