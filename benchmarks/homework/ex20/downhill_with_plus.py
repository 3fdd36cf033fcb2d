import numpy as np

def update(x, outputs, errors, weights, biases, lr):
    a = [x] + list(outputs)
    W, B = [], []
    for k in range(len(weights)):
        grad = np.outer(errors[k], a[k])
        W.append(weights[k] - lr * grad)
        B.append(biases[k] - lr * errors[k])
    return W, B

def errors(outputs, target, weights):
    out = []
    e = outputs[-1] - target
    for o, w in zip(outputs[::-1], (weights[1:] + [None])[::-1]):
        if w is not None:
            e = w.T.dot(out[0])
        out.insert(0, e * o * (1 - o))
    return out
