"""ex19: the references against torch's losses, and other correct solutions."""

import re

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn.grader.course.catalog import EXERCISES
from learncnn_solutions.ex19_losses import (
    cross_entropy,
    cross_entropy_backward,
    mse_loss,
    mse_loss_backward,
)

NUMPY_LOOPS = """
import math
import numpy as np

def same(output, target):
    if output.shape != target.shape:
        raise ValueError("shapes")

def mse_loss(output, target, reduction="mean"):
    same(output, target)
    total = 0.0
    for o, t in zip(output.ravel(), target.ravel()):
        total += (float(o) - float(t)) ** 2
    return total / output.size if reduction == "mean" else total / 2

def mse_loss_backward(output, target, reduction="mean"):
    same(output, target)
    grad = output - target
    if reduction == "mean":
        grad = 2 * grad / grad.size
    return grad

def cross_entropy(logits, labels):
    total = 0.0
    for row, label in zip(logits, labels):
        top = float(max(row))
        total += top + math.log(sum(math.exp(float(x) - top) for x in row)) - float(row[label])
    return total / len(logits)

def cross_entropy_backward(logits, labels):
    grad = np.zeros_like(logits)
    for n in range(len(logits)):
        e = np.exp(logits[n] - logits[n].max())
        grad[n] = e / e.sum()
        grad[n, labels[n]] -= 1
    return grad / len(logits)
"""

NUMPY_UGLY = """
import numpy as np

class Loss:
    def __init__(self, logits, labels):
        print("logits", logits.shape)
        self.z = logits - logits.max(axis=-1)[:, np.newaxis]
        self.logs = self.z - np.logaddexp.reduce(self.z, axis=1)[:, np.newaxis]
        self.labels = labels

    def value(self):
        return -np.take_along_axis(self.logs, self.labels[:, None], 1).mean()

    def grad(self):
        targets = np.eye(self.z.shape[1], dtype=self.z.dtype)[self.labels]
        return np.asfortranarray((np.exp(self.logs) - targets) / len(self.z))

def cross_entropy(logits, labels):
    return Loss(logits, labels).value()

def cross_entropy_backward(logits, labels):
    return Loss(logits, labels).grad()

def mse_loss(output, target, reduction="mean"):
    if np.shape(output) != np.shape(target):
        raise ValueError((np.shape(output), np.shape(target)))
    d = (output - target).ravel()
    return {"mean": np.dot(d, d) / d.size, "half_sum": 0.5 * np.dot(d, d)}[reduction]

def mse_loss_backward(output, target, reduction="mean"):
    if np.shape(output) != np.shape(target):
        raise ValueError("shape")
    return {"mean": (output - target) / (output.size / 2), "half_sum": output - target}[reduction]
"""

TORCH_LOGSUMEXP = """
import torch

def mse_loss(output, target, reduction="mean"):
    if output.shape != target.shape:
        raise ValueError("shapes")
    squares = (output - target).square()
    return squares.mean() if reduction == "mean" else squares.sum() / 2

def mse_loss_backward(output, target, reduction="mean"):
    if output.shape != target.shape:
        raise ValueError("shapes")
    factor = 2 / output.numel() if reduction == "mean" else 1
    return factor * (output - target)

def cross_entropy(logits, labels):
    rows = torch.arange(len(labels))
    return (torch.logsumexp(logits, 1) - logits[rows, labels]).mean()

def cross_entropy_backward(logits, labels):
    grad = torch.softmax(logits, 1)
    grad[torch.arange(len(labels)), labels] -= 1
    return grad / len(labels)
"""

TORCH_PLAIN = """
import torch

def check(a, b):
    if tuple(a.shape) != tuple(b.shape):
        raise ValueError(f"{tuple(a.shape)} and {tuple(b.shape)}")
    return a - b

def mse_loss(output, target, reduction="mean"):
    d = check(output, target)
    total = sum(x.item() ** 2 for x in d.flatten())
    return total / d.numel() if reduction == "mean" else total * 0.5

def mse_loss_backward(output, target, reduction="mean"):
    d = check(output, target)
    if reduction == "half_sum":
        return d.clone()
    return d * 2 / d.numel()

def log_softmax(row):
    shifted = row - row.max()
    return shifted - shifted.exp().sum().log()

def cross_entropy(logits, labels):
    print(labels.tolist())
    losses = [-log_softmax(row)[label] for row, label in zip(logits, labels)]
    return torch.stack(losses).sum() / len(losses)

def cross_entropy_backward(logits, labels):
    rows = []
    for row, label in zip(logits, labels):
        p = log_softmax(row).exp()
        p = p - (torch.arange(len(row)) == label).to(p.dtype)
        rows.append(p / len(labels))
    return torch.stack(rows)
"""

CORRECT = {
    "numpy": {"loops": NUMPY_LOOPS, "class": NUMPY_UGLY},
    "torch": {"logsumexp": TORCH_LOGSUMEXP, "plain": TORCH_PLAIN},
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("array", [np.asarray, torch.tensor], ids=["numpy", "torch"])
def test_squared_errors_equal_torchs(array, dtype):
    rng = np.random.default_rng(19)
    for _ in range(40):
        shape = tuple(int(v) for v in rng.integers(1, 5, int(rng.integers(1, 5))))
        output, target = (rng.normal(size=shape).astype(dtype) for _ in range(2))
        leaf = torch.tensor(output, requires_grad=True)
        for reduction, loss in (
            ("mean", F.mse_loss(leaf, torch.tensor(target))),
            ("half_sum", F.mse_loss(leaf, torch.tensor(target), reduction="sum") / 2),
        ):
            (grad,) = torch.autograd.grad(loss, leaf)
            given = array(output), array(target), reduction
            np.testing.assert_allclose(float(mse_loss(*given)), loss.item(), rtol=1e-5)
            made = np.asarray(mse_loss_backward(*given))
            assert made.dtype == dtype
            np.testing.assert_allclose(made, grad, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("array", [np.asarray, torch.tensor], ids=["numpy", "torch"])
def test_cross_entropy_equals_torchs(array, dtype):
    rng = np.random.default_rng(91)
    for _ in range(40):
        n, c = (int(v) for v in rng.integers(1, 7, 2))
        logits = (rng.normal(size=(n, c)) * 10 ** rng.integers(0, 3)).astype(dtype)
        labels = rng.integers(0, c, n)
        leaf = torch.tensor(logits, requires_grad=True)
        loss = F.cross_entropy(leaf, torch.tensor(labels))
        (grad,) = torch.autograd.grad(loss, leaf)
        given = array(logits), array(labels)
        np.testing.assert_allclose(float(cross_entropy(*given)), loss.item(), rtol=1e-4, atol=1e-6)
        made = np.asarray(cross_entropy_backward(*given))
        assert made.dtype == dtype
        np.testing.assert_allclose(made, grad, rtol=1e-4, atol=1e-6)


def test_the_figures_of_the_lesson():
    """E11."""
    target = np.eye(10)[3]
    output = np.full(10, 0.1)
    assert round(float(mse_loss(output, target)), 6) == 0.09
    assert round(float(mse_loss(output, target, "half_sum")), 6) == 0.45
    equal = np.zeros((1, 4))
    assert round(float(cross_entropy(equal, np.array([2]))), 4) == 1.3863


def test_a_sure_wrong_answer_costs_its_distance():
    loss = cross_entropy(np.array([[1000.0, 0.0]]), np.array([1]))
    assert float(loss) == 1000


def test_shapes_that_broadcast_are_refused():
    with pytest.raises(ValueError, match="target"):
        mse_loss(np.ones((3, 1)), np.ones(3))
    with pytest.raises(ValueError, match="target"):
        mse_loss_backward(np.ones((3, 1)), np.ones(3))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_numbers_of_the_lesson(lang):
    text = (EXERCISES / "ex19_losses" / f"lesson.{lang}.md").read_text("utf-8")
    output, target = np.full(10, 0.1), np.eye(10)[3]
    assert f"0.90 / 10 = {float(mse_loss(output, target)):g}" in text
    assert f"0.90 / 2  = {float(mse_loss(output, target, 'half_sum')):g}" in text
    equal = float(cross_entropy(np.zeros((1, 10)), np.array([3])))
    assert f"−log 0.1  = {equal:.4f}" in text
    assert f"log 3 = {float(cross_entropy(np.zeros((1, 3)), np.array([0]))):.4f}" in text
    gradient = cross_entropy_backward(np.array([[2.0, 4, 1]]), np.array([0]))[0]
    shown = re.search(r"∂L/∂x +(−?\d.*?)  +(?:together|合计)", text)[1].replace("−", "-").split()
    assert [float(v) for v in shown] == gradient.round(3).tolist()
    values = np.array([1.0, 2, 3])
    assert f"{((values[:, None] - values) ** 2).mean():.4f}" in text  # the counter-example
    assert round(0.999 * 0.999 * 0.001, 3) == 0.001
