import torch
from torch import nn
import torch.nn.functional as F

def conv_layer():
    return nn.Conv2d(2, 3, (3, 5), padding=2)

def pool_layer():
    return nn.MaxPool2d(3, 2, padding=1)

class Pool(nn.Module):
    def __init__(self, maps):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1, maps, 1, 1))
        self.bias = nn.Parameter(torch.zeros(1, maps, 1, 1))

    def forward(self, x):
        return F.avg_pool2d(x, 2) * self.gain + self.bias

def squash(x):
    return 1.7159 * torch.tanh(x / 1.5)

class LeNet5(nn.Module):
    def __init__(self, codes):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.s2 = Pool(6)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.s4 = Pool(16)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        self.codes = nn.Parameter(codes, requires_grad=False)

    def forward(self, x):
        for layer in (self.c1, self.s2, self.c3, self.s4, self.c5):
            x = squash(layer(x))
        x = squash(self.f6(x.view(-1, 120)))
        return (x.unsqueeze(1) - self.codes).pow(2).sum(-1)
