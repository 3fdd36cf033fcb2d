import torch
from torch import nn
from torch.nn import functional as F


def conv_layer():
    return nn.Conv2d(2, 3, kernel_size=(3, 5), padding=(1, 2))


def pool_layer():
    return nn.MaxPool2d(kernel_size=3, stride=(2, 1), padding=1)


def c3_connections():
    threes = [[(m + i) % 6 for i in range(3)] for m in range(6)]
    fours = [[(m + i) % 6 for i in range(4)] for m in range(6)]
    apart = [[0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5]]
    everything = [[0, 1, 2, 3, 4, 5]]
    rows = threes + fours + apart + everything
    return [tuple(sorted(row)) for row in rows]


def squash(x):
    return 1.7159 * torch.tanh(x * 2 / 3)


class Subsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.coefficient = nn.Parameter(torch.full((channels,), 0.25))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        sums = 4 * F.avg_pool2d(x, 2)
        scaled = sums * self.coefficient[:, None, None]
        return scaled + self.bias[:, None, None]


class PartialConv2d(nn.Module):
    def __init__(self, connections):
        super().__init__()
        self.connections = connections
        kernels = sum(len(maps) for maps in connections)
        self.weight = nn.Parameter(0.1 * torch.randn(kernels, 5, 5))
        self.bias = nn.Parameter(torch.zeros(len(connections)))

    def forward(self, x):
        outputs, used = [], 0
        for number, maps in enumerate(self.connections):
            weight = self.weight[None, used : used + len(maps)]
            bias = self.bias[number : number + 1]
            outputs.append(F.conv2d(x[:, list(maps)], weight, bias))
            used += len(maps)
        return torch.cat(outputs, dim=1)


class LeNet5(nn.Module):
    def __init__(self, codes):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.s2 = Subsample(6)
        self.c3 = PartialConv2d(c3_connections())
        self.s4 = Subsample(16)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        self.register_buffer("codes", codes.clone())

    def forward(self, x):
        for layer in (self.c1, self.s2, self.c3, self.s4, self.c5):
            x = squash(layer(x))
        x = squash(self.f6(x.flatten(1)))
        return ((x[:, None] - self.codes) ** 2).sum(2)
