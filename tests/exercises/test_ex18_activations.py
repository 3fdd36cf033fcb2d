"""ex18: the references against torch's activations and autograd; other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn.grader.course.catalog import EXERCISES
from learncnn_solutions.ex18_activations import (
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
)

NUMPY_SHORT = """
import numpy as np

def relu(x):
    return np.maximum(x, 0)

def relu_backward(grad_output, x):
    return grad_output * (x > 0)

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sigmoid_backward(grad_output, output):
    return grad_output * (output - output ** 2)

def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

def softmax_backward(grad_output, output, axis=-1):
    product = grad_output * output
    return product - output * product.sum(axis=axis, keepdims=True)
"""

NUMPY_UGLY = """
import math
import numpy as np

def each(function, *arrays):
    print("shape", arrays[0].shape)
    out = np.empty_like(arrays[0], order="F")
    for index in np.ndindex(*arrays[0].shape):
        out[index] = function(*(float(a[index]) for a in arrays))
    return out

def relu(x):
    return each(lambda v: v if v > 0 else 0.0, x)

def relu_backward(grad_output, x):
    return each(lambda g, v: g if v > 0 else 0.0, grad_output, x)

def logistic(v):
    if v >= 0:
        return 1 / (1 + math.exp(-v))
    return math.exp(v) / (1 + math.exp(v))

def sigmoid(x):
    return each(logistic, x)

def sigmoid_backward(grad_output, output):
    return each(lambda g, o: g * o * (1 - o), grad_output, output)

def along(function, axis, *arrays):
    moved = [np.moveaxis(a, axis, -1) for a in arrays]
    out = np.empty_like(moved[0])
    for index in np.ndindex(*moved[0].shape[:-1]):
        out[index] = function(*(m[index] for m in moved))
    return np.moveaxis(out, -1, axis)

def softmax(x, axis=-1):
    def shares(row):
        powers = [math.exp(float(v) - float(max(row))) for v in row]
        return [p / sum(powers) for p in powers]
    return along(shares, axis, x)

def softmax_backward(grad_output, output, axis=-1):
    def back(g, p):
        jacobian = np.diag(p) - np.outer(p, p)
        return jacobian @ g
    return along(back, axis, grad_output, output)
"""

TORCH_SHORT = """
import torch

def relu(x):
    return x.clamp(min=0)

def relu_backward(grad_output, x):
    return grad_output.masked_fill(x <= 0, 0)

def sigmoid(x):
    return (torch.tanh(x / 2) + 1) / 2

def sigmoid_backward(grad_output, output):
    return grad_output * output * (1 - output)

def softmax(x, axis=-1):
    return torch.exp(x - torch.logsumexp(x, axis, keepdim=True))

def softmax_backward(grad_output, output, axis=-1):
    return output * (grad_output - (grad_output * output).sum(axis, keepdim=True))
"""

TORCH_PLAIN = """
import torch

class Softmax:
    def __init__(self, axis):
        self.axis = axis

    def forward(self, x):
        print("softmax over", self.axis)
        powers = torch.exp(x - x.amax(dim=self.axis, keepdim=True))
        return powers / powers.sum(dim=self.axis, keepdim=True)

    def backward(self, g, p):
        g, p = g.movedim(self.axis, -1), p.movedim(self.axis, -1)
        jacobian = torch.diag_embed(p) - p[..., :, None] * p[..., None, :]
        return (jacobian @ g[..., None])[..., 0].movedim(-1, self.axis)

def relu(x):
    return torch.where(x > 0, x, torch.zeros_like(x))

def relu_backward(grad_output, x):
    return grad_output * torch.heaviside(x, torch.zeros((), dtype=x.dtype))

def sigmoid(x):
    return torch.reciprocal(torch.exp(-x) + 1)

def sigmoid_backward(grad_output, output):
    return grad_output * output - grad_output * output * output

def softmax(x, axis=-1):
    return Softmax(axis).forward(x)

def softmax_backward(grad_output, output, axis=-1):
    return Softmax(axis).backward(grad_output, output)
"""

CORRECT = {
    "numpy": {"short": NUMPY_SHORT, "cells": NUMPY_UGLY},
    "torch": {"short": TORCH_SHORT, "class": TORCH_PLAIN},
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("array", [np.asarray, torch.tensor], ids=["numpy", "torch"])
def test_the_references_equal_torchs_and_their_autograd(array, dtype):
    rng = np.random.default_rng(18)
    for _ in range(40):
        shape = tuple(int(v) for v in rng.integers(1, 5, int(rng.integers(1, 4))))
        axis = int(rng.integers(-len(shape), len(shape)))
        x, grad = ((rng.normal(size=shape) * 4).astype(dtype) for _ in range(2))
        leaf = torch.tensor(x, requires_grad=True)
        rows = (
            (relu(array(x)), F.relu(leaf), relu_backward, (array(x),)),
            (sigmoid(array(x)), torch.sigmoid(leaf), sigmoid_backward, ()),
            (softmax(array(x), axis), F.softmax(leaf, axis), softmax_backward, (axis,)),
        )
        for made, output, backward, known in rows:
            (wanted,) = torch.autograd.grad(output, leaf, torch.tensor(grad))
            given = known if backward is relu_backward else (made, *known)
            back = np.asarray(backward(array(grad), *given))
            assert np.asarray(made).dtype == back.dtype == dtype
            expected = output.detach().numpy()
            np.testing.assert_allclose(np.asarray(made), expected, rtol=1e-4, atol=1e-6)
            np.testing.assert_allclose(back, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("function", [relu, sigmoid, softmax])
def test_nothing_overflows(function):
    with np.errstate(over="raise", invalid="raise"):
        assert np.isfinite(function(np.array([-1000.0, 0, 1000]))).all()


def test_softmax_is_positive_in_exact_arithmetic_and_a_float_may_not_be():
    """E10."""
    assert softmax(np.array([0.0, -700.0]))[1] > 0
    assert softmax(np.array([0.0, -1000.0]))[1] == 0


def test_equal_gradients_do_not_move_a_softmax():
    p = softmax(np.array([1.0, 2, 3]))
    np.testing.assert_allclose(softmax_backward(np.full(3, 7.0), p), 0, atol=1e-12)


def test_the_example_of_the_lesson():
    assert softmax(np.array([1.0, 2, 3])).round(4).tolist() == [0.09, 0.2447, 0.6652]
    back = softmax_backward(np.array([4.0, 0]), np.array([0.25, 0.75]))
    assert back.tolist() == [0.75, -0.75]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_numbers_of_the_lesson(lang):
    text = (EXERCISES / "ex18_activations" / f"lesson.{lang}.md").read_text("utf-8")
    for scores in ([1.0, 2, 3], [2.0, 4, 6]):
        assert f"{softmax(np.array(scores))[2]:.4f}" in text
    assert "0.0900   0.2447   0.6652" in text
    assert [round(100 * p) for p in softmax(np.array([3.0, 2, 1]))] == [67, 24, 9]
    back = relu_backward(np.array([5.0, 6, 7]), np.array([-2.0, 0, 3]))
    assert back.tolist() == [0, 0, 7]
    slope = sigmoid_backward(np.array([1.0]), np.array([0.25]))
    assert f"0.25·0.75 = {slope[0]:g}" in text
    bent = [2 * relu(np.array([3.0 * x + 1]))[0] - 4 for x in (-1, 0, 1)]
    assert bent == [-4, -2, 4]
    assert all(2 * (3 * x + 1) - 4 == 6 * x - 2 for x in range(-5, 5))
