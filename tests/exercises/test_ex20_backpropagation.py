"""ex20: the worked example to four decimals, autograd, and other correct solutions."""

import re

import numpy as np
import pytest
import torch

from learncnn.grader.course.catalog import EXERCISES
from learncnn_solutions.ex20_backpropagation import errors, forward, sgd_step, update

NUMPY_LOOPS = """
import math
import numpy as np

def sigmoid(v):
    return 1 / (1 + math.exp(-v))

def forward(x, weights, biases):
    outputs = []
    before = x
    for W, b in zip(weights, biases):
        layer = np.zeros(len(b), dtype=x.dtype)
        for j in range(len(b)):
            total = float(b[j])
            for i in range(len(before)):
                total += float(W[j, i]) * float(before[i])
            layer[j] = sigmoid(total)
        outputs.append(layer)
        before = layer
    return outputs

def errors(outputs, target, weights):
    found = [None] * len(outputs)
    for layer in range(len(outputs) - 1, -1, -1):
        out = outputs[layer]
        err = np.zeros_like(out)
        for j in range(len(out)):
            if layer == len(outputs) - 1:
                blame = target[j] - out[j]
            else:
                following = weights[layer + 1]
                blame = sum(found[layer + 1][k] * following[k, j] for k in range(len(following)))
            err[j] = out[j] * (1 - out[j]) * blame
        found[layer] = err
    return found

def update(x, outputs, errors, weights, biases, lr):
    new_weights, new_biases = [], []
    given = x
    for W, b, err, out in zip(weights, biases, errors, outputs):
        new_weights.append(W + lr * np.outer(err, given).astype(W.dtype))
        new_biases.append(b + lr * err)
        given = out
    return new_weights, new_biases

def sgd_step(X, T, weights, biases, lr):
    W, B = [w.copy() for w in weights], [b.copy() for b in biases]
    for x, t in zip(X, T):
        outputs = forward(x, weights, biases)
        w, b = update(x, outputs, errors(outputs, t, weights), weights, biases, lr)
        for n in range(len(W)):
            W[n] += (w[n] - weights[n]) / len(X)
            B[n] += (b[n] - biases[n]) / len(X)
    return W, B
"""

NUMPY_BATCHED = """
import numpy as np

class Net:
    def __init__(self, weights, biases):
        self.layers = list(zip(weights, biases))

    def run(self, X):
        outputs = []
        for W, b in self.layers:
            X = 1 / (1 + np.exp(-(X @ W.T + b)))
            outputs.append(X)
        return outputs

    def back(self, outputs, T):
        out = outputs[-1]
        found = [out * (1 - out) * (T - out)]
        for (W, _), out in zip(self.layers[:0:-1], outputs[-2::-1]):
            found.append(out * (1 - out) * (found[-1] @ W))
        return found[::-1]

def forward(x, weights, biases):
    return Net(weights, biases).run(x)

def errors(outputs, target, weights):
    print(len(outputs), "layers")
    return Net(weights, [None] * len(weights)).back(outputs, target)

def update(x, outputs, errors, weights, biases, lr):
    inputs = [x] + list(outputs)
    steps = [lr * np.einsum("j,i->ji", e, o) for e, o in zip(errors, inputs)]
    return (
        [np.asfortranarray(W + s.astype(W.dtype)) for W, s in zip(weights, steps)],
        [b + b.dtype.type(lr) * e for b, e in zip(biases, errors)],
    )

def sgd_step(X, T, weights, biases, lr):
    net = Net(weights, biases)
    outputs = net.run(X)
    found = net.back(outputs, T)
    rate = X.dtype.type(lr / len(X))
    W = [w + rate * e.T @ o for w, e, o in zip(weights, found, [X] + outputs)]
    return W, [b + rate * e.sum(0) for b, e in zip(biases, found)]
"""

TORCH_BATCHED = """
import torch

def forward(x, weights, biases):
    outputs = []
    for W, b in zip(weights, biases):
        x = torch.sigmoid(W @ x + b)
        outputs.append(x)
    return outputs

def errors(outputs, target, weights):
    out = outputs[-1]
    found = [out * (1 - out) * (target - out)]
    for layer in range(len(weights) - 1, 0, -1):
        out = outputs[layer - 1]
        found.insert(0, out * (1 - out) * torch.mv(weights[layer].T, found[0]))
    return found

def update(x, outputs, errors, weights, biases, lr):
    inputs = [x, *outputs[:-1]]
    W = [w + lr * torch.outer(e, i) for w, e, i in zip(weights, errors, inputs)]
    return W, [b + lr * e for b, e in zip(biases, errors)]

def sgd_step(X, T, weights, biases, lr):
    total_w = [torch.zeros_like(w) for w in weights]
    total_b = [torch.zeros_like(b) for b in biases]
    for x, t in zip(X, T):
        outputs = forward(x, weights, biases)
        found = errors(outputs, t, weights)
        for n, (e, i) in enumerate(zip(found, [x, *outputs])):
            total_w[n] += torch.outer(e, i)
            total_b[n] += e
    rate = lr / len(X)
    W = [w + rate * s for w, s in zip(weights, total_w)]
    return W, [b + rate * s for b, s in zip(biases, total_b)]
"""

TORCH_PLAIN = """
import torch

def squash(v):
    return torch.exp(v) / (torch.exp(v) + 1)

def forward(x, weights, biases):
    print("input", tuple(x.shape))
    layers = [x]
    for W, b in zip(weights, biases):
        layers.append(squash((W * layers[-1]).sum(dim=1) + b))
    return layers[1:]

def errors(outputs, target, weights):
    slope = [o * (1 - o) for o in outputs]
    back = target - outputs[-1]
    found = []
    for layer in reversed(range(len(outputs))):
        found.append(slope[layer] * back)
        back = (weights[layer] * found[-1][:, None]).sum(dim=0)
    return tuple(reversed(found))

def update(x, outputs, errors, weights, biases, lr):
    result = ([], [])
    for W, b, e, given in zip(weights, biases, errors, [x] + list(outputs)):
        result[0].append(W + lr * (e[:, None] @ given[None, :]))
        result[1].append(b + lr * e)
    return result

def sgd_step(X, T, weights, biases, lr):
    every = []
    for n in range(X.shape[0]):
        outputs = forward(X[n], weights, biases)
        every.append(update(X[n], outputs, errors(outputs, T[n], weights), weights, biases, lr))
    def mean(kind, layer):
        return sum(one[kind][layer] for one in every) / len(every)
    return tuple([mean(kind, layer) for layer in range(len(weights))] for kind in (0, 1))
"""

CORRECT = {
    "numpy": {"loops": NUMPY_LOOPS, "batched": NUMPY_BATCHED},
    "torch": {"batched": TORCH_BATCHED, "plain": TORCH_PLAIN},
}

WEIGHTS = [np.array([[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]]), np.array([[-0.3, -0.2]])]
BIASES = [np.array([-0.4, 0.2]), np.array([0.1])]
X, T = np.array([1.0, 0, 1]), np.array([1.0])


def test_the_worked_example_to_four_decimals():
    outputs = forward(X, WEIGHTS, BIASES)
    assert [o.round(4).tolist() for o in outputs] == [[0.3318, 0.5250], [0.4739]]
    found = errors(outputs, T, WEIGHTS)
    assert [e.round(4).tolist() for e in found] == [[-0.0087, -0.0065], [0.1312]]
    weights, biases = update(X, outputs, found, WEIGHTS, BIASES, 0.9)
    assert weights[1].round(4).tolist() == [[-0.2608, -0.1380]]
    assert weights[0].round(4).tolist() == [[0.1921, 0.4, -0.5079], [-0.3059, 0.1, 0.1941]]
    assert [b.round(4).tolist() for b in biases] == [[-0.4079, 0.1941], [0.2181]]
    stepped = sgd_step(X[None], T[None], WEIGHTS, BIASES, 0.9)
    for made, wanted in zip(stepped, (weights, biases), strict=True):
        for a, b in zip(made, wanted, strict=True):
            np.testing.assert_allclose(a, b)


@pytest.mark.parametrize("array", [np.asarray, torch.tensor], ids=["numpy", "torch"])
def test_a_step_goes_down_the_gradient_of_half_the_squared_error(array):
    rng = np.random.default_rng(20)
    for _ in range(20):
        sizes = [int(v) for v in rng.integers(1, 5, int(rng.integers(2, 5)))]
        shapes = list(zip(sizes[1:], sizes, strict=False))
        weights = [rng.normal(size=shape) for shape in shapes]
        biases = [rng.normal(size=shape[:1]) for shape in shapes]
        inputs, targets = rng.normal(size=(3, sizes[0])), rng.normal(size=(3, sizes[-1]))
        leaves = [torch.tensor(a, requires_grad=True) for a in (*weights, *biases)]
        out = torch.tensor(inputs)
        for W, b in zip(leaves[: len(weights)], leaves[len(weights) :], strict=True):
            out = torch.sigmoid(out @ W.T + b)
        loss = 0.5 * ((torch.tensor(targets) - out) ** 2).sum() / 3
        gradients = torch.autograd.grad(loss, leaves)
        given = ([array(w) for w in weights], [array(b) for b in biases])
        stepped = sgd_step(array(inputs), array(targets), *given, 0.7)
        made = [np.asarray(a) for layers in stepped for a in layers]
        for result, leaf, gradient in zip(made, leaves, gradients, strict=True):
            np.testing.assert_allclose(result, (leaf - 0.7 * gradient).detach().numpy())


def test_nothing_that_was_given_changes():
    before = [a.copy() for a in (*WEIGHTS, *BIASES)]
    sgd_step(X[None], T[None], WEIGHTS, BIASES, 0.9)
    for kept, now in zip(before, (*WEIGHTS, *BIASES), strict=True):
        assert np.array_equal(kept, now)


def test_twice_the_same_example_is_the_same_step():
    once = sgd_step(X[None], T[None], WEIGHTS, BIASES, 0.9)
    twice = sgd_step(np.stack([X, X]), np.stack([T, T]), WEIGHTS, BIASES, 0.9)
    for a, b in zip((*once[0], *once[1]), (*twice[0], *twice[1]), strict=True):
        np.testing.assert_allclose(a, b)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_numbers_of_the_lesson(lang):
    text = (EXERCISES / "ex20_backpropagation" / f"lesson.{lang}.md").read_text("utf-8")
    weights = [np.array([[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]]), np.array([[-0.3, -0.2]])]
    biases = [np.array([-0.4, 0.2]), np.array([0.1])]
    x, target = np.array([1.0, 0, 1]), np.array([1.0])
    outputs = forward(x, weights, biases)
    wrong = errors(outputs, target, weights)
    new_weights, new_biases = update(x, outputs, wrong, weights, biases, 0.9)
    shown = {
        "w[4,6]": new_weights[1][0, 0],
        "w[5,6]": new_weights[1][0, 1],
        "w[1,4]": new_weights[0][0, 0],
        "w[1,5]": new_weights[0][1, 0],
        "w[3,4]": new_weights[0][0, 2],
        "w[3,5]": new_weights[0][1, 2],
        "θ[4]": new_biases[0][0],
        "θ[5]": new_biases[0][1],
        "θ[6]": new_biases[1][0],
    }
    for name, value in shown.items():
        rest = text.split(f"{name} = ", 1)[1].split("\n")[0]
        last = re.split("[=≈] ", rest.split("θ")[0].split("w[3")[0].strip())[-1]
        assert last == f"{value:.4f}".replace("0.", ".").replace("-", "−"), name
    zero_weights = [np.zeros((2, 3)), np.zeros((1, 2))]
    zero_biases = [np.zeros(2), np.zeros(1)]
    flat = forward(x, zero_weights, zero_biases)
    (w, _) = update(x, flat, errors(flat, target, zero_weights), zero_weights, zero_biases, 0.9)
    assert w[1].tolist() == [[pytest.approx(0.05625)] * 2]
    assert ".9·.125·.5 = .05625" in text
    early = [weights[0], new_weights[1]]
    assert f"{errors(outputs, target, early)[0][0]:.4f}" == "-0.0076"
    assert "·(−.2608) ≈ −.0076" in text
