"""Train a small network on small pictures, for figures with real loss and accuracy curves.

Pictures [8, 8] show a horizontal bar, a vertical bar, or a ring, with noise; a network with one
hidden layer learns to classify them by gradient descent. All random numbers have fixed seeds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..sandbox.protocol.values import Array

SIDE, CLASSES, HIDDEN = 8, 3, 16


class History(NamedTuple):
    """Loss and accuracy before the first epoch and after each epoch."""

    train_loss: list[float]
    test_loss: list[float]
    train_accuracy: list[float]
    test_accuracy: list[float]


def pictures(count: int, noise: float, seed: int) -> tuple[Array, Array]:
    """Return `count` pictures as an array [count, 64], and their classes [count]."""
    draw = np.random.Generator(np.random.PCG64(seed))
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    images, labels = np.zeros((count, SIDE, SIDE)), np.arange(count) % CLASSES
    for image, label in zip(images, labels, strict=True):
        i, j = draw.integers(2, SIDE - 2, size=2)
        if label == 0:
            image[i] = 1
        elif label == 1:
            image[:, j] = 1
        else:
            distance = np.hypot(rows - i, columns - j)
            image[(distance > 1.5) & (distance < 2.6)] = 1
    images += noise * draw.standard_normal(images.shape)
    return images.reshape(count, -1), labels


def train(rate: float, epochs: int, examples: int, batch: int, noise: float) -> History:
    """Return the history of training with mini-batches of `batch` pictures."""
    inputs, labels = pictures(examples, noise, seed=1)
    test_inputs, test_labels = pictures(150, noise, seed=2)
    draw = np.random.Generator(np.random.PCG64(3))
    network = _Network(draw)
    history = History([], [], [], [])
    for epoch in range(epochs + 1):
        if epoch:
            order = draw.permutation(examples)
            for start in range(0, examples, batch):
                chosen = order[start : start + batch]
                network.step(inputs[chosen], labels[chosen], rate)
        for (x, y), losses, shares in (
            ((inputs, labels), history.train_loss, history.train_accuracy),
            ((test_inputs, test_labels), history.test_loss, history.test_accuracy),
        ):
            loss, share = network.judged(x, y)
            losses.append(loss)
            shares.append(share)
    return history


class _Network:
    """64 inputs, a hidden layer with ReLU, and a softmax over the classes."""

    def __init__(self, draw: np.random.Generator) -> None:
        self.first = draw.uniform(-0.2, 0.2, (SIDE * SIDE, HIDDEN))
        self.second = draw.uniform(-0.2, 0.2, (HIDDEN, CLASSES))
        self.first_bias, self.second_bias = np.zeros(HIDDEN), np.zeros(CLASSES)

    def forward(self, inputs: Array) -> tuple[Array, Array]:
        hidden = np.maximum(inputs @ self.first + self.first_bias, 0)
        scores = hidden @ self.second + self.second_bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return hidden, powers / powers.sum(axis=1, keepdims=True)

    def step(self, inputs: Array, labels: Array, rate: float) -> None:
        hidden, shares = self.forward(inputs)
        errors = (shares - np.eye(CLASSES)[labels]) / len(labels)
        back = (errors @ self.second.T) * (hidden > 0)
        self.second -= rate * hidden.T @ errors
        self.second_bias -= rate * errors.sum(axis=0)
        self.first -= rate * inputs.T @ back
        self.first_bias -= rate * back.sum(axis=0)

    def judged(self, inputs: Array, labels: Array) -> tuple[float, float]:
        shares = self.forward(inputs)[1]
        right = shares[np.arange(len(labels)), labels]
        loss = -np.log(np.maximum(right, 1e-12)).mean()
        return float(loss), float((shares.argmax(axis=1) == labels).mean())
