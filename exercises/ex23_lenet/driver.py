"""Public driver of ex23: calls a student's modules; it contains no answers."""

from contextlib import suppress
from functools import partial

import torch

LAYERS = ("c1", "s2", "c3", "s4", "c5", "f6")


def parameters_of(make):
    """Return the number of trainable parameters of the module that `make()` returns."""
    return sum(p.numel() for p in make().parameters() if p.requires_grad)


def layer(make, input, weight, bias):
    """Apply the convolution that `make()` returns, with this weight and bias."""
    module = make()
    with torch.no_grad():
        module.weight.copy_(weight)
        module.bias.copy_(bias)
    return module(input)


def weight_shape(make):
    """Return the shape of the weights of the module that `make()` returns."""
    return tuple(make().weight.shape)


def apply(make, input):
    """Apply the module that `make()` returns."""
    return make()(input)


def kernels_of(connections):
    """Return the number of kernels in a connection table."""
    return sum(len(maps) for maps in connections())


def table(connections):
    """Return the connection table, with each row in ascending order."""
    return [tuple(sorted(int(i) for i in maps)) for maps in connections()]


def count(network, codes):
    """Return the number of trainable parameters of the network."""
    return parameters_of(lambda: network(codes))


def count_by_layer(network, codes):
    """Return the number of parameters of each layer."""
    model = network(codes)
    return [sum(p.numel() for p in getattr(model, name).parameters()) for name in LAYERS]


def filled(network, codes):
    """Return the network with parameters that depend only on layer, role and position.

    Parameters that are not trained keep their numbers: codes may be one of them.
    """
    model = network(codes)
    trained = [(path, p) for path, p in model.named_parameters() if p.requires_grad]
    with torch.no_grad():
        for path, parameter in trained:
            name = path.partition(".")[0]
            number = LAYERS.index(name) if name in LAYERS else len(LAYERS)
            role = 1 if path.endswith("bias") else 0
            steps = torch.arange(parameter.numel(), dtype=torch.float64)
            # Axes of length 1 do not count: a coefficient may be [1, channels, 1, 1].
            fan = parameter.squeeze().shape[1:].numel()
            values = torch.sin(steps * 0.7 + 3 * number + role) / fan**0.5
            parameter.copy_(values.reshape(parameter.shape))
    return model


def _seen(output):
    """Return the shape of a layer's output and its mean magnitude."""
    return tuple(output.shape), output.detach().abs().mean()


def _note(seen, name, module, given, output):
    seen.setdefault(name, _seen(output))


def along(network, codes, images):
    """Return the shape and mean magnitude of each layer's output, then of the network's.

    A layer that was not called gives None.
    """
    model = filled(network, codes)
    seen = {}
    for name in LAYERS:
        getattr(model, name).register_forward_hook(partial(_note, seen, name))
    output = model(images)
    return [seen.get(name) for name in LAYERS] + [_seen(output)]


def given_to_f6(network, codes, images):
    """Return the shape of F6's input for these images, and every 41st number of it.

    This works even if F6 refuses its input. If F6 is not called, the result is None.
    """
    model = filled(network, codes).to(images.dtype)
    seen = []
    model.f6.register_forward_pre_hook(lambda module, given: seen.append(given[0].detach()))
    with suppress(RuntimeError, IndexError):
        model(images)
    return (tuple(seen[0].shape), seen[0].flatten()[::41].clone()) if seen else None


def run(network, codes, images):
    """Return the network's output for these images."""
    return filled(network, codes)(images)


def run_after_step(network, codes, images):
    """Return the network's output after one SGD step that makes the mean output smaller."""
    model = filled(network, codes)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    model(images).mean().backward()
    optimizer.step()
    return model(images)
