"""ex06: the references against what gradients reach in real networks, and other solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex06_receptive_field import LENET, input_range, receptive_field

FORWARD = """
import numpy as np

def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        r = r + (k - 1) * d * jump
        jump = jump * s
    return r

def input_range(layers, i):
    jump = 1
    for layer in layers:
        jump *= layer[1]
    lo = i * jump
    return lo, lo + receptive_field(layers) - 1
"""

BACKWARD = """
import numpy as np

def receptive_field(layers):
    r = 1
    for k, s, d in layers[::-1]:
        r = (r - 1) * s + (k - 1) * d + 1
    return r

def input_range(layers, i):
    if not layers:
        return i, i
    *below, (k, s, d) = layers
    lo, _ = input_range(below, i * s)
    _, hi = input_range(below, i * s + (k - 1) * d)
    return [lo, hi]
"""

UGLY = """
import functools, operator
import numpy as np

class Stack:
    def __init__(self, layers):
        self.layers = [tuple(map(int, layer)) for layer in layers]

    @property
    def strides(self):
        return [s for _, s, _ in self.layers]

    def jump(self, depth):
        return functools.reduce(operator.mul, self.strides[:depth], 1)

    def span(self):
        spans = [(k - 1) * d * self.jump(n) for n, (k, _, d) in enumerate(self.layers)]
        print("spans", spans[:5])
        return sum(spans)

def receptive_field(layers):
    return Stack(layers).span() + 1

def input_range(layers, i):
    stack = Stack(layers)
    begin = stack.jump(len(layers)) * i
    return (begin, begin + stack.span())
"""

ANSWER = """
q1 = receptive_field([(3, 1, 1)] * 2)
"""

SOURCES = {"forward": FORWARD + ANSWER, "backward": BACKWARD + ANSWER, "class": UGLY + ANSWER}

CORRECT = {
    "numpy": SOURCES,
    "torch": {
        name: source.replace("import numpy as np", "import torch")
        for name, source in SOURCES.items()
    },
}


def reached(layers, i):
    """The inputs with a gradient from output i of a network with ones for weights."""
    X = torch.ones(1, 1, 400, requires_grad=True)
    Y = X
    for kernel, stride, dilation in layers:
        Y = F.conv1d(Y, torch.ones(1, 1, kernel), stride=stride, dilation=dilation)
    Y[0, 0, i].backward()
    return X.grad[0, 0].nonzero().flatten().tolist()


def random_layers(rng):
    ranges = (1, 5), (1, 3), (1, 4)
    return [tuple(int(rng.integers(*r)) for r in ranges) for _ in range(rng.integers(1, 5))]


def test_the_range_is_what_gradients_reach_in_random_networks():
    rng = np.random.default_rng(6)
    for _ in range(60):
        layers, i = random_layers(rng), int(rng.integers(0, 5))
        inputs = reached(layers, i)
        assert input_range(layers, i) == (inputs[0], inputs[-1])
        assert receptive_field(layers) == inputs[-1] - inputs[0] + 1


@pytest.mark.parametrize(
    ("layers", "size"),
    [
        ([(2, 1, 1), (2, 1, 1)], 3),
        ([(3, 1, 1), (3, 1, 1)], 5),
        ([(3, 2, 1), (3, 1, 1)], 7),
        ([(3, 1, 2), (3, 1, 1)], 7),
        (LENET, 32),
        ([(2, 2, 1)] * 60, 2**60),
        ([], 1),
    ],
)
def test_known_sizes(layers, size):
    assert receptive_field(layers) == size
    assert type(receptive_field(layers)) is int


def test_the_range_of_the_lesson():
    assert input_range([(2, 2, 1), (3, 1, 1)], 1) == (2, 7)


def test_a_range_may_lie_outside():
    assert input_range([(3, 1, 1), (2, 2, 1)], -1) == (-2, 1)


def test_padding_moves_the_range_to_the_left():
    X = torch.ones(1, 1, 9, requires_grad=True)
    F.conv1d(X, torch.ones(1, 1, 3), padding=1)[0, 0, 0].backward()
    assert input_range([(3, 1, 1)], -1) == (-1, 1)
    assert X.grad[0, 0].nonzero().flatten().tolist() == [0, 1]


def test_two_layers_of_3_by_3_see_5_by_5_but_are_fewer_functions():
    """E18: one after the other, linear layers reach 17 of 25 dimensions (a factor may move)."""
    assert receptive_field([(3, 1, 1)] * 2) == receptive_field([(5, 1, 1)])
    torch.manual_seed(0)
    weights = torch.randn(2, 3, 3, dtype=torch.float64)

    def stacked(flat):
        first, second = flat.reshape(2, 1, 1, 3, 3)
        return F.conv2d(first, second.flip(2, 3), padding=2).flatten()

    jacobian = torch.autograd.functional.jacobian(stacked, weights.flatten())
    assert jacobian.shape == (25, 18)
    assert torch.linalg.matrix_rank(jacobian) == 17


def test_the_middle_is_reached_on_more_paths_than_the_edge():
    X = torch.ones(1, 1, 7, requires_grad=True)
    Y = X
    for _ in range(3):
        Y = F.conv1d(Y, torch.ones(1, 1, 3))
    Y.sum().backward()
    assert X.grad[0, 0].tolist() == [1, 3, 6, 7, 6, 3, 1]
