"""ex24: one step equals a step of SGD computed by hand, and a fit learns."""

import math

import pytest
import torch
from torch import nn

from learncnn.grader.figures.training_run import train
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


def test_the_example_of_the_lesson():
    model = nn.Linear(2, 2)
    with torch.no_grad():
        model.weight.copy_(torch.eye(2))
        model.bias.zero_()
    images, labels = torch.tensor([[1.0, 0], [0, 2]]), torch.tensor([0, 1])
    shares = model(images).softmax(dim=1)
    expected = torch.tensor([[0.731, 0.269], [0.119, 0.881]])
    assert (shares - expected).abs().max() < 5e-4
    losses = nn.functional.cross_entropy(model(images), labels, reduction="none")
    assert (losses - torch.tensor([0.3133, 0.1269])).abs().max() < 5e-5
    loss = train_step(model, images, labels, torch.optim.SGD(model.parameters(), lr=0.5))
    assert loss == pytest.approx(0.2201, abs=5e-5)
    assert (model.weight.grad[0] - torch.tensor([-0.134, 0.119])).abs().max() < 6e-4
    assert (model.weight[0] - torch.tensor([1.067, -0.060])).abs().max() < 6e-4
    after = nn.functional.cross_entropy(model(images), labels)
    assert after.item() == pytest.approx(0.1850, abs=5e-5)


def test_the_losses_that_the_lesson_names():
    assert math.log(10) == pytest.approx(2.30, abs=5e-3)
    perfect, label = torch.tensor([[1.0, 0, 0]]), torch.tensor([0])
    flattened = torch.tensor([[0.576, 0.212, 0.212]])
    assert (perfect.softmax(dim=1) - flattened).abs().max() < 5e-4
    assert nn.functional.cross_entropy(perfect, label).item() == pytest.approx(0.551, abs=5e-4)


def test_every_batch_counts_alike_in_the_mean_loss():
    """As the stub and the lesson define it; the mean over the images is another number."""
    losses, sizes = [0.9, 0.7, 0.2], [2, 2, 1]
    assert sum(losses) / 3 == pytest.approx(0.6)
    assert sum(map(math.prod, zip(losses, sizes, strict=True))) / 5 == pytest.approx(0.68)
    torch.manual_seed(3)
    images, labels = torch.randn(5, 2), torch.tensor([0, 1, 1, 0, 1])
    model = nn.Linear(2, 2)
    steps = []
    inner = model.forward
    model.forward = lambda batch: steps.append(inner(batch)) or steps[-1]
    order = torch.get_rng_state()
    (mean,) = fit(model, images, labels, 1, 0.0, 2)
    torch.set_rng_state(order)
    batches = [labels[batch] for batch in torch.randperm(5).split(2)]
    each = [nn.functional.cross_entropy(s, b) for s, b in zip(steps, batches, strict=True)]
    assert len(each) == 3
    assert mean == pytest.approx(sum(each).item() / 3)


def test_the_curves_of_the_lesson_show_what_their_captions_say():
    calm = train(0.2, 20, 60, 10, 0.3)
    assert calm.train_loss[-1] < calm.test_loss[-1] < calm.test_loss[0]
    noisy = train(0.2, 40, 30, 10, 0.9)
    assert noisy.train_loss[-1] < 0.1 * noisy.train_loss[0]
    assert noisy.test_loss[-1] > 1.2 * min(noisy.test_loss)


def test_an_image_shown_twice_changes_no_step():
    torch.manual_seed(4)
    images, labels = torch.randn(3, 2), torch.tensor([0, 1, 1])
    results = []
    for times in (1, 2):
        torch.manual_seed(5)
        model = nn.Linear(2, 2)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
        train_step(model, images.repeat(times, 1), labels.repeat(times), optimizer)
        results.append(model.weight.detach().clone())
    assert torch.allclose(*results)
