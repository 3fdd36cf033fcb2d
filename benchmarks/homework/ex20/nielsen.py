import numpy as np

def sigmoid(z):
    """The sigmoid function."""
    return 1.0/(1.0+np.exp(-z))

def forward(x, weights, biases):
    activation = x
    activations = []
    for b, w in zip(biases, weights):
        z = np.dot(w, activation)+b
        activation = sigmoid(z)
        activations.append(activation)
    return activations

def errors(outputs, target, weights):
    delta = (target - outputs[-1]) * outputs[-1] * (1 - outputs[-1])
    deltas = [delta]
    for l in range(2, len(outputs) + 1):
        sp = outputs[-l] * (1 - outputs[-l])
        delta = np.dot(weights[-l+1].transpose(), delta) * sp
        deltas.insert(0, delta)
    return deltas

def update(x, outputs, errors, weights, biases, lr):
    inputs = [x] + outputs[:-1]
    new_w = [w + lr * np.outer(e, a) for w, e, a in zip(weights, errors, inputs)]
    new_b = [b + lr * e for b, e in zip(biases, errors)]
    return new_w, new_b

def sgd_step(X, T, weights, biases, lr):
    nabla_b = [np.zeros(b.shape) for b in biases]
    nabla_w = [np.zeros(w.shape) for w in weights]
    for x, t in zip(X, T):
        outs = forward(x, weights, biases)
        errs = errors(outs, t, weights)
        ins = [x] + outs[:-1]
        nabla_b = [nb + e for nb, e in zip(nabla_b, errs)]
        nabla_w = [nw + np.outer(e, a) for nw, e, a in zip(nabla_w, errs, ins)]
    n = len(X)
    return ([w + lr / n * nw for w, nw in zip(weights, nabla_w)],
            [b + lr / n * nb for b, nb in zip(biases, nabla_b)])
