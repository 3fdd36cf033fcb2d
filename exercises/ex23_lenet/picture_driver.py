"""Driver for a picture: the outputs of a student's LeNet-5, layer by layer. Runs in the sandbox."""

import torch


def layers(network, codes, picture):
    """Return the outputs of C1, S2, C3 and S4 for one picture [1, 1, 32, 32], by name."""
    torch.manual_seed(0)
    model = network(codes)
    seen = {}
    for name in ("c1", "s2", "c3", "s4"):
        getattr(model, name).register_forward_hook(
            lambda module, given, output, name=name: seen.setdefault(name, output.detach())
        )
    model(picture)
    return seen
