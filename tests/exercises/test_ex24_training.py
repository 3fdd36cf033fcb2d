"""ex24: one step equals a step of SGD computed by hand, and a fit learns."""

import torch
from torch import nn

from learncnn_solutions.ex24_training import accuracy, fit, move_batch, train_step

BY_HAND = """
import torch

def move_batch(model, images, labels):
    for parameter in model.parameters():
        where = parameter.device
    return images.to(where), labels.long().to(where)

def train_step(model, images, labels, optimizer):
    images, labels = move_batch(model, images, labels)
    model.train(True)
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None
    scores = model(images)
    logs = scores - scores.logsumexp(dim=1, keepdim=True)
    loss = -logs[torch.arange(len(labels)), labels].mean()
    loss.backward()
    optimizer.step()
    print("loss", loss)
    return float(loss.detach())

@torch.no_grad()
def accuracy(model, images, labels):
    model.train(False)
    images, labels = move_batch(model, images, labels)
    best = model(images).max(dim=1).indices
    return int((best == labels).sum()) / len(labels)

def fit(model, images, labels, epochs, learning_rate, batch_size):
    losses = []
    sgd = torch.optim.SGD(model.parameters(), learning_rate)
    for epoch in range(epochs):
        order, total, count = torch.randperm(len(labels)), 0.0, 0
        for start in range(0, len(labels), batch_size):
            chosen = order[start:start + batch_size]
            total += train_step(model, images[chosen], labels[chosen], sgd)
            count += 1
        losses.append(total / count)
    return losses
"""
CORRECT = {"torch": {"by hand": BY_HAND}}


def test_one_step_equals_a_step_computed_by_hand():
    torch.manual_seed(1)
    model = nn.Linear(4, 3)
    images, labels = torch.randn(5, 4), torch.tensor([0, 2, 1, 1, 0])
    weight, bias = model.weight.detach().clone(), model.bias.detach().clone()
    loss = train_step(model, images, labels, torch.optim.SGD(model.parameters(), lr=0.3))
    probabilities = (images @ weight.T + bias).softmax(dim=1)
    delta = (probabilities - nn.functional.one_hot(labels, 3)) / 5
    assert abs(loss + probabilities[range(5), labels].log().mean().item()) < 1e-6
    assert (model.weight - (weight - 0.3 * delta.T @ images)).abs().max() < 1e-6
    assert (model.bias - (bias - 0.3 * delta.sum(dim=0))).abs().max() < 1e-6


def test_a_second_step_forgets_the_first_gradient():
    model = nn.Linear(2, 2)
    images, labels = torch.randn(4, 2), torch.tensor([0, 1, 1, 0])
    for _ in range(2):
        train_step(model, images, labels, torch.optim.SGD(model.parameters(), lr=0.0))
    again = nn.functional.cross_entropy(model(images), labels)
    (expected,) = torch.autograd.grad(again, [model.weight])
    assert torch.allclose(model.weight.grad, expected)


def test_a_batch_goes_to_the_device_of_the_model():
    images, labels = move_batch(
        nn.Linear(2, 2, device="meta"), torch.zeros(3, 2), torch.zeros(3, dtype=torch.int32)
    )
    assert images.device.type == labels.device.type == "meta"
    assert labels.dtype == torch.int64


def test_a_fit_learns_and_accuracy_sees_it():
    torch.manual_seed(0)
    images = torch.randn(60, 2)
    labels = (images[:, 0] > 0).long()
    model = nn.Linear(2, 2)
    losses = fit(model, images, labels, 8, 0.5, 10)
    assert len(losses) == 8
    assert losses[-1] < losses[0]
    assert accuracy(model, images, labels) > 0.9
