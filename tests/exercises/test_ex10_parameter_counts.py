"""ex10: the counts against torch's layers, the known figures, and other correct solutions."""

import pytest
import torch
from torch import nn

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission
from learncnn_solutions.ex10_parameter_counts import (
    conv2d_parameters,
    linear_parameters,
    locally_connected_parameters,
    model_parameters,
    multiply_adds,
)

PLAIN = """
def sides(k):
    return k if isinstance(k, tuple) else (k, k)

def linear_parameters(input_shape, units, bias=True):
    c, h, w = input_shape
    return c * h * w * units + units * int(bias)

def conv2d_parameters(input_shape, out_channels, kernel_size, groups=1, bias=True):
    c = input_shape[0]
    if c % groups != 0 or out_channels % groups != 0:
        raise ValueError("groups")
    kh, kw = sides(kernel_size)
    one_filter = c // groups * kh * kw
    if bias:
        one_filter += 1
    return one_filter * out_channels

def locally_connected_parameters(input_shape, output_shape, kernel_size, bias=True):
    f, h, w = output_shape
    kh, kw = sides(kernel_size)
    weights = f * h * w * input_shape[0] * kh * kw
    return weights + f * h * w if bias else weights

def multiply_adds(input_shape, output_shape, kernel_size, groups=1):
    f, h, w = output_shape
    return conv2d_parameters(input_shape, f, kernel_size, groups, False) * h * w

def model_parameters(layers):
    total = 0
    for layer in layers:
        layer = dict(layer)
        kind = layer.pop("kind")
        if kind == "linear":
            total += linear_parameters(**layer)
        elif kind == "conv2d":
            total += conv2d_parameters(**layer)
    return total
"""

COUNTING = """
from itertools import product
from math import prod

print("counting one by one")

class Layer:
    def __init__(self, weights, biases):
        self.weights, self.biases = weights, biases

    @property
    def size(self):
        return self.weights + self.biases

def pair(k):
    try:
        return tuple(k)
    except TypeError:
        return k, k

def conv(input_shape, out_channels, kernel_size, groups=1, bias=True):
    if input_shape[0] % groups or out_channels % groups:
        raise ValueError(f"{groups} groups")
    per_group = 0
    for _ in range(out_channels // groups):
        per_group += (input_shape[0] // groups) * prod(pair(kernel_size))
    return Layer(groups * per_group, out_channels if bias else 0)

def linear(input_shape, units, bias=True):
    return Layer(prod(input_shape) * units, units if bias else 0)

def linear_parameters(*args, **kwargs):
    return linear(*args, **kwargs).size

def conv2d_parameters(*args, **kwargs):
    return conv(*args, **kwargs).size

def locally_connected_parameters(input_shape, output_shape, kernel_size, bias=True):
    one = conv(input_shape, 1, kernel_size, bias=bias)
    return one.size * prod(output_shape)

def multiply_adds(input_shape, output_shape, kernel_size, groups=1):
    layer = conv(input_shape, output_shape[0], kernel_size, groups, bias=False)
    return layer.size * output_shape[1] * output_shape[2]

def model_parameters(layers):
    makers = {"linear": linear, "conv2d": conv}
    made = []
    for layer in layers:
        if layer["kind"] in makers:
            settings = {k: v for k, v in layer.items() if k != "kind"}
            made.append(makers[layer["kind"]](**settings))
    return sum(layer.size for layer in made)
"""

ANSWERS = """
q1 = 196_609_000
q2 = 3 * 3 * 3 * 10 + 10
"""

CORRECT = {
    "numpy": {"plain": PLAIN + ANSWERS, "counting": COUNTING + ANSWERS},
    "torch": {"plain": PLAIN + ANSWERS, "counting": COUNTING + ANSWERS},
}


def held(layer):
    return sum(parameter.numel() for parameter in layer.parameters())


def test_counts_equal_what_torchs_layers_hold():
    for channels, filters, kernel, groups, bias in (
        (3, 10, 3, 1, True),
        (4, 6, (2, 5), 2, False),
        (8, 8, 1, 8, True),
    ):
        layer = nn.Conv2d(channels, filters, kernel, groups=groups, bias=bias)
        made = conv2d_parameters((channels, 9, 7), filters, kernel, groups, bias)
        assert made == held(layer)
    for shape, units, bias in (((3, 4, 5), 7, True), ((1, 1, 6), 2, False)):
        layer = nn.Linear(shape[0] * shape[1] * shape[2], units, bias=bias)
        assert linear_parameters(shape, units, bias) == held(layer)


def test_the_known_figures():
    """E01, E15, E23."""
    assert linear_parameters((3, 256, 256), 1000) == 196609000
    assert conv2d_parameters((3, 256, 256), 10, 3) == 280
    assert conv2d_parameters((2, 3, 5), 3, (3, 5)) == 93
    assert conv2d_parameters((2, 3, 5), 3, (3, 5), bias=False) == 90
    assert linear_parameters((2, 3, 5), 45, bias=False) == 1350
    image, million = (1, 1000, 1000), 10**6
    assert linear_parameters(image, million, bias=False) == 10**12
    assert locally_connected_parameters(image, image, 10, bias=False) == 10**8
    assert conv2d_parameters(image, 1, 10, bias=False) == 100
    assert conv2d_parameters(image, 100, 10, bias=False) == 10**4
    assert conv2d_parameters(image, 100, 10) == 10100
    assert linear_parameters((512, 7, 7), 4096) == 102764544


def test_multiplications_equal_those_of_sliding_windows_counted_one_by_one():
    layer, image = nn.Conv2d(4, 6, (2, 3), groups=2), torch.zeros(1, 4, 5, 6)
    shape = tuple(layer(image).shape[1:])
    counted = sum(layer.weight[0].numel() for _ in range(shape[0] * shape[1] * shape[2]))
    assert multiply_adds((4, 5, 6), shape, (2, 3), 2) == counted
    assert multiply_adds((3, 32, 32), (6, 28, 28), 5) == 352800


def test_a_model_is_the_sum_of_what_learns():
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 10)
    )
    layers = [
        {"kind": "conv2d", "input_shape": (3, 8, 8), "out_channels": 4, "kernel_size": 3},
        {"kind": "relu"},
        {"kind": "max_pool2d", "kernel_size": 2},
        {"kind": "linear", "input_shape": (4, 3, 3), "units": 10},
    ]
    assert model_parameters(layers) == held(model)


def test_groups_that_do_not_divide_are_refused():
    for channels, filters, groups in ((3, 4, 2), (6, 4, 3)):
        with pytest.raises(ValueError, match="groups"):
            conv2d_parameters((channels, 4, 4), filters, 3, groups)
        with pytest.raises(ValueError, match="groups"):
            multiply_adds((channels, 4, 4), (filters, 2, 2), 3, groups)


def test_counts_are_ints():
    assert type(linear_parameters((3, 256, 256), 1000)) is int
    assert type(multiply_adds((3, 32, 32), (6, 28, 28), 5)) is int


def named(source):
    """The codes of all diagnoses of a submission."""
    info = load_catalog().resolve("ex10")
    with Runner(("numpy",), warm="full") as runner:
        report, _ = grade(Submission(source, "ex10.py"), info, practice_key(info, "numpy"), runner)
    return {code for diagnosis in report.diagnoses for code in diagnosis.codes}


@pytest.mark.parametrize(
    "check", ["if c % groups != 0 or out_channels % groups != 0:", "if False:"]
)
def test_forgotten_input_channels_are_named_with_and_without_the_check(check):
    mistaken = PLAIN.replace("c // groups * kh * kw", "kh * kw").replace(
        "if c % groups != 0 or out_channels % groups != 0:", check
    )
    assert named(mistaken) == {"FORGOT-CIN"}


def test_groups_checked_for_the_input_alone_are_not_enough():
    info = load_catalog().resolve("ex10")
    key = practice_key(info, "numpy")
    refused = [c.function for c in key.cases if c.title == "groups that do not divide the filters"]
    assert sorted(refused) == ["conv2d_parameters", "multiply_adds"]
