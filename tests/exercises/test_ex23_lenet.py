"""ex23: the networks of the reference against torch's own layers and the paper's counts."""

import torch
from torch.nn import functional as F

from learncnn_solutions.ex23_lenet import LeNet5, c3_connections, conv_layer, pool_layer

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
