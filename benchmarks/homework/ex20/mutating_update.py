import numpy as np

def forward(x, weights, biases):
    O = 1/(1+np.exp(-x))
    result = []
    for i in range(len(weights)):
        O = 1/(1+np.exp(-(weights[i].dot(O) + biases[i])))
        result.append(O)
    return result

def update(x, outputs, errors, weights, biases, lr):
    layer_input = x
    for i in range(len(weights)):
        weights[i] += lr * errors[i][:, np.newaxis] * layer_input[np.newaxis, :]
        biases[i] += lr * errors[i]
        layer_input = outputs[i]
    return weights, biases
