import torch

Layer = getattr(torch.nn, "Lin" + "ear")


def forward(*inputs, **named):
    Layer(2, 3)
    raise ValueError("the layer could be made")
