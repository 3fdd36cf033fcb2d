"""How the modules of ex23 are exercised: public, and without any answer."""

from contextlib import suppress
from functools import partial

import torch

LAYERS = ("c1", "s2", "c3", "s4", "c5", "f6")


def parameters_of(make):
    """Number of trainable parameters of the module that `make()` returns."""
    return sum(p.numel() for p in make().parameters() if p.requires_grad)


def layer(make, input, weight, bias):
    """Put these parameters into a convolution and apply it."""
    module = make()
    with torch.no_grad():
        module.weight.copy_(weight)
        module.bias.copy_(bias)
    return module(input)


def weight_shape(make):
    """Shape of the weights of the module that `make()` returns."""
    return tuple(make().weight.shape)


def apply(make, input):
    """Apply the module that `make()` returns."""
    return make()(input)


def kernels_of(connections):
    """Number of kernels in a table of connections."""
    return sum(len(maps) for maps in connections())


def table(connections):
    """The table itself, each row in rising order."""
    return [tuple(sorted(int(i) for i in maps)) for maps in connections()]


def count(network, codes):
    """Number of trainable parameters of the network."""
    return parameters_of(lambda: network(codes))


def count_by_layer(network, codes):
    """Number of trainable parameters of each layer."""
    model = network(codes)
    return [sum(p.numel() for p in getattr(model, name).parameters()) for name in LAYERS]


def filled(network, codes):
    """The network with parameters that depend on layer, role and position alone."""
    model = network(codes)
    with torch.no_grad():
        for path, parameter in model.named_parameters():
            name = path.partition(".")[0]
            number = LAYERS.index(name) if name in LAYERS else len(LAYERS)
            role = 1 if path.endswith("bias") else 0
            steps = torch.arange(parameter.numel(), dtype=torch.float64)
            fan = max(1, parameter[0].numel())
            values = torch.sin(steps * 0.7 + 3 * number + role) / fan**0.5
            parameter.copy_(values.reshape(parameter.shape))
    return model


def _seen(output):
    """Shape of a layer's output, and how large its numbers are on average."""
    return tuple(output.shape), output.detach().abs().mean()


def _note(seen, name, module, given, output):
    seen.setdefault(name, _seen(output))


def along(network, codes, images):
    """Shapes and sizes of what the layers and the network make of these images."""
    model = filled(network, codes)
    seen = {}
    for name in LAYERS:
        getattr(model, name).register_forward_hook(partial(_note, seen, name))
    output = model(images)
    return [seen.get(name) for name in LAYERS] + [_seen(output)]


def given_to_f6(network, codes, images):
    """What F6 is given for these images, whatever it makes of it."""
    model = filled(network, codes).to(images.dtype)
    seen = []
    model.f6.register_forward_pre_hook(lambda module, given: seen.append(given[0].detach()))
    with suppress(RuntimeError, IndexError):
        model(images)
    return seen[0] if seen else None


def run(network, codes, images):
    """The network's output for these images."""
    return filled(network, codes)(images)


def run_after_step(network, codes, images):
    """The same after a step that makes the mean output smaller."""
    model = filled(network, codes)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    model(images).mean().backward()
    optimizer.step()
    return model(images)
