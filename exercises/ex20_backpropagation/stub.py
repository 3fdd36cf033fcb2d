"""$module"""

import numpy as np


def forward(x, weights, biases):
    """$forward"""
    # TODO: layer by layer.
    raise NotImplementedError


def errors(outputs, target, weights):
    """$errors"""
    # TODO: from the last layer back to the first.
    raise NotImplementedError


def update(x, outputs, errors, weights, biases, lr):
    """$update"""
    # TODO: new weights and new biases.
    raise NotImplementedError


def sgd_step(X, T, weights, biases, lr):
    """$sgd_step"""
    # TODO: forward, errors, update for every example; then the mean.
    raise NotImplementedError
