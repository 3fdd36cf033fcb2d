"""How the functions of ex24 are exercised: public, and without any answer."""

import torch
from torch import nn

CLASSES = 3
SIDE = 12


def moved(move_batch, images, labels, device):
    """Devices and dtypes of a batch moved to a model on `device`."""
    model = nn.Linear(2, 2, device=device)
    new_images, new_labels = move_batch(model, images, labels)
    return (
        new_images.device.type,
        new_labels.device.type,
        str(new_images.dtype),
        str(new_labels.dtype),
    )


def stepped(train_step, images, labels, weight, bias, steps, rate):
    """Losses, weight and bias of a linear model after some steps of SGD."""
    model = nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        model.weight.copy_(weight)
        model.bias.copy_(bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    losses = [float(train_step(model, images, labels, optimizer)) for _ in range(steps)]
    return losses, model.weight.detach().clone(), model.bias.detach().clone()


def mode_after_step(train_step, images, labels):
    """Whether a model that was in evaluation mode trains in training mode."""
    seen = []
    model = nn.Sequential(nn.Linear(images.shape[1], CLASSES), nn.Dropout(0.0))
    model[1].register_forward_hook(lambda module, given, output: seen.append(module.training))
    model.eval()
    train_step(model, images, labels, torch.optim.SGD(model.parameters(), lr=0.1))
    return seen[-1] and model.training


def scored(accuracy, images, labels):
    """The accuracy of a model that gives its input back as scores."""
    model = nn.Linear(images.shape[1], images.shape[1])
    with torch.no_grad():
        model.weight.copy_(torch.eye(images.shape[1]))
        model.bias.zero_()
    return float(accuracy(model, images, labels))


def scored_with_dropout(accuracy, images, labels):
    """The accuracy of a model whose dropout, if it is left on, removes every score.

    The sign of the first feature tells class 1 from class 2; nothing is of class 0.
    """
    model = nn.Sequential(nn.Linear(images.shape[1], CLASSES), nn.Dropout(1.0))
    with torch.no_grad():
        model[0].weight.zero_()
        model[0].weight[:, 0] = torch.tensor([0.0, 1.0, -1.0])
        model[0].bias.zero_()
    return float(accuracy(model, images, labels))


def fitted_exactly(fit, images, labels, weight, bias, epochs, rate, batch_size):
    """Losses, weight and bias of a linear model after a fit that no shuffling changes."""
    model = nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        model.weight.copy_(weight)
        model.bias.copy_(bias)
    losses = [float(loss) for loss in fit(model, images, labels, epochs, rate, batch_size)]
    return losses, model.weight.detach().clone(), model.bias.detach().clone()


def fitted_linear(fit, epochs):
    """How many losses came, and whether they fell or rose, on four points."""
    torch.manual_seed(0)
    images = torch.tensor([[1.0, 0.0], [0.9, 0.2], [0.0, 1.0], [0.1, 0.8]])
    labels = torch.tensor([0, 0, 1, 1])
    losses = fit(nn.Linear(2, 2), images, labels, epochs, 0.5, 2)
    return len(losses), bool(losses[-1] < 0.95 * losses[0]), bool(losses[-1] > 1.05 * losses[0])


def fitted_images(fit, epochs, seed):
    """Whether a small network, fitted to bars and curves, tells new ones apart."""
    torch.manual_seed(seed)
    images, labels = bars_and_curves(240)
    new_images, new_labels = bars_and_curves(120)
    model = nn.Sequential(
        nn.Conv2d(1, 6, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(6 * 5 * 5, CLASSES),
    )
    losses = fit(model, images, labels, epochs, 0.2, 16)
    model.eval()
    with torch.no_grad():
        right = (model(new_images).argmax(dim=1) == new_labels).float().mean().item()
    return len(losses), bool(losses[-1] < 0.7 * losses[0]), right > 0.8


def bars_and_curves(count):
    """Noisy images [count, 1, SIDE, SIDE] of upright bars (0), level bars (1) and arcs (2)."""
    rows, columns = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    images, labels = [], torch.arange(count) % CLASSES
    for label in labels.tolist():
        place = int(torch.randint(2, SIDE - 2, ()))
        distance = torch.hypot((rows - SIDE / 2).float(), (columns - place).float())
        drawn = [columns == place, rows == place, (distance - 4).abs() < 0.7][label]
        images.append(drawn.float() + 0.1 * torch.randn(SIDE, SIDE))
    return torch.stack(images)[:, None], labels
