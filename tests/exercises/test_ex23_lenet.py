"""ex23: the networks of the reference against torch's own layers and the paper's counts."""

import json
import re

import pytest
import torch
from torch.nn import functional as F

from learncnn.grader.course.catalog import load_catalog
from learncnn_solutions.ex23_lenet import (
    LeNet5,
    c3_connections,
    conv_layer,
    pool_layer,
    squash,
)

PLAIN = """
import torch
from torch import nn

def conv_layer():
    print("making a layer")
    return nn.Conv2d(2, 3, (3, 5), 1, (1, 2))

def pool_layer():
    return nn.MaxPool2d((3, 3), (2, 1), (1, 1))

TABLE = '''012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345'''

def c3_connections():
    return [tuple(map(int, row)) for row in TABLE.split()]

class Pool(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.coefficient = nn.Parameter(torch.ones(n))
        self.bias = nn.Parameter(torch.zeros(n))

    def forward(self, x):
        s = x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]
        return s * self.coefficient.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

class Partial(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(60, 5, 5))
        self.bias = nn.Parameter(torch.zeros(16))

    def forward(self, x):
        full = torch.zeros(16, 6, 5, 5, dtype=x.dtype)
        k = 0
        for m, row in enumerate(c3_connections()):
            for i in row:
                full[m, i] = self.weight[k]
                k += 1
        return nn.functional.conv2d(x, full, self.bias)

class LeNet5(nn.Module):
    def __init__(self, codes):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.s2 = Pool(6)
        self.c3 = Partial()
        self.s4 = Pool(16)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        self.register_buffer("codes", codes)

    def forward(self, x):
        act = lambda t: 1.7159 * (2 / 3 * t).tanh()
        x = act(self.c3(act(self.s2(act(self.c1(x))))))
        x = act(self.c5(act(self.s4(x))))
        x = act(self.f6(x.reshape(x.shape[0], -1)))
        return torch.cdist(x, self.codes).square()
"""
CORRECT = {"torch": {"plain": PLAIN}}


def parameters(module):
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def test_the_network_has_the_counts_of_the_paper():
    model = LeNet5(torch.ones(10, 84))
    counts = [parameters(getattr(model, name)) for name in ("c1", "s2", "c3", "s4", "c5", "f6")]
    assert counts == [156, 12, 1516, 32, 48120, 10164]
    assert parameters(model) == 60000


def test_the_numbers_of_the_lesson():
    assert 25 * 96 + 16 == 2416
    assert 156 + 2416 + 48120 + 10164 + 850 == 61706
    assert pytest.approx(0.8, abs=0.01) == 48120 / 60000
    assert 60 * 25 * 100 == 150000
    assert 96 * 25 * 100 == 240000


def test_the_window_of_the_lesson():
    model = LeNet5(torch.ones(10, 84))
    with torch.no_grad():
        model.s2.coefficient.fill_(0.25)
        model.s2.bias.fill_(-1)
        window = torch.tensor([[1.0, 2], [3, 4]]).expand(1, 6, 2, 2)
        assert model.s2(window).unique().item() == pytest.approx(1.5)
    assert squash(torch.tensor(1.5)).item() == pytest.approx(1.3068, abs=5e-5)
    assert squash(torch.tensor(1.0)).item() == pytest.approx(1, abs=1e-4)
    assert squash(torch.tensor(-1.0)).item() == pytest.approx(-1, abs=1e-4)


def test_on_a_larger_image_c5_gives_maps():
    model = LeNet5(torch.ones(10, 84))
    x = torch.zeros(1, 1, 36, 36)
    for layer in (model.c1, model.s2, model.c3, model.s4):
        x = layer(x)
    assert x.shape == (1, 16, 6, 6)
    assert model.c5(x).shape == (1, 120, 2, 2)
    with pytest.raises(RuntimeError):
        torch.nn.Linear(400, 120)(x.flatten(1))


def test_the_connections_are_neighbours_in_a_circle():
    """As the lesson groups them, and as its figure draws them in both languages."""
    rows = c3_connections()
    runs = [[{(m + i) % 6 for i in range(n)} for m in range(6)] for n in (3, 4)]
    assert [set(row) for row in rows[:12]] == [*runs[0], *runs[1]]
    pairs = [{m, (m + 1) % 6} for m in range(6)]
    for row in rows[12:15]:
        assert sum(pair <= set(row) for pair in pairs) == 2
    folder = load_catalog().resolve("ex23").path
    for language in ("en", "zh"):
        text = (folder / f"lesson.{language}.md").read_text("utf-8")
        drawn = re.search(r"connections = (\[\[.*\]\])", text)
        assert drawn is not None
        assert [tuple(row) for row in json.loads(drawn[1])] == rows


def test_the_connection_table_has_sixty_kernels():
    rows = c3_connections()
    assert [len(row) for row in rows] == [3] * 6 + [4] * 9 + [6]
    assert len(set(rows)) == 16
    assert all(sum(i in row for row in rows) == 10 for i in range(6))


def test_the_layers_of_the_source_have_its_shapes():
    assert parameters(conv_layer()) == 93
    assert conv_layer()(torch.zeros(4, 2, 3, 5)).shape == (4, 3, 3, 5)
    assert pool_layer()(torch.zeros(1, 2, 4, 4)).shape == (1, 2, 2, 4)


def test_c3_equals_a_full_convolution_whose_missing_kernels_are_zero():
    model = LeNet5(torch.ones(10, 84))
    x = torch.randn(2, 6, 14, 14)
    full = torch.zeros(16, 6, 5, 5)
    kernels = iter(model.c3.weight.detach())
    for m, row in enumerate(c3_connections()):
        for i in row:
            full[m, i] = next(kernels)
    expected = F.conv2d(x, full, model.c3.bias)
    assert torch.allclose(model.c3(x), expected, atol=1e-5)
