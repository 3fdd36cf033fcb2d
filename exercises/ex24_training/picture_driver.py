"""Driver for a picture: trains a small network with a student's `fit`. Runs in the sandbox."""

import torch
from torch import nn

SIDE, CLASSES, FILTERS = 12, 3, 6


def bars_and_arcs(count):
    """Return noisy pictures [count, 1, 12, 12] of bars and arcs, and their labels.

    The labels are 0 for upright bars, 1 for level bars and 2 for arcs.
    """
    rows, columns = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    pictures, labels = [], torch.arange(count) % CLASSES
    for label in labels.tolist():
        place = int(torch.randint(2, SIDE - 2, ()))
        distance = torch.hypot((rows - SIDE / 2).float(), (columns - place).float())
        drawn = [columns == place, rows == place, (distance - 4).abs() < 0.7][label]
        pictures.append(drawn.float() + 0.3 * torch.randn(SIDE, SIDE))
    return torch.stack(pictures)[:, None], labels


def small_network():
    """Return a convolution, ReLU, pooling and a linear layer; the initial weights never change."""
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv2d(1, FILTERS, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(FILTERS * 4 * 4, CLASSES),
    )


def share_right(model, pictures, labels):
    """Return the fraction of pictures that the model classifies correctly."""
    model.eval()
    with torch.no_grad():
        return (model(pictures).argmax(dim=1) == labels).float().mean().item()


def training(fit, rates, epochs):
    """Train a small network at each rate, and return the curves and filters that a picture draws.

    The curves are loss, training accuracy and test accuracy after each epoch, one set per rate.
    The filters, before and after training, are those of the rate with the lowest mean loss in the
    second half of the run.
    """
    torch.manual_seed(0)
    pictures, labels = bars_and_arcs(90)
    unseen, unseen_labels = bars_and_arcs(90)
    before = small_network()[0].weight.detach().clone()
    runs = []
    for rate in rates:
        model, run = small_network(), {"loss": [], "train": [], "test": []}
        for _ in range(epochs):
            run["loss"].append(float(fit(model, pictures, labels, 1, rate, 10)[-1]))
            run["train"].append(share_right(model, pictures, labels))
            run["test"].append(share_right(model, unseen, unseen_labels))
        run["filters"] = model[0].weight.detach().clone()
        runs.append(run)
    best = min(range(len(runs)), key=lambda i: sum(runs[i]["loss"][epochs // 2 :]))
    after = runs[best]["filters"]
    for run in runs:
        del run["filters"]
    return {"runs": runs, "best": best, "before": before, "after": after}
