"""ex24: one training step, moving a batch to the model's device, accuracy, and a whole fit."""

import torch
from torch.nn import functional as F

from learncnn.grader.course.exercise import Exercise, case, edge, example

exercise = Exercise(
    "ex24",
    torch_only=True,
    exclusive=(
        frozenset({"LOSS-NOT-DECREASING", "NO-ZERO-GRAD", "SIGN-UPHILL"}),
        frozenset({"COUNT-NOT-FRACTION", "PERCENT"}),
    ),
)


@exercise.function
def move_batch(model, images, labels):
    """Return images and labels on the model's device, the labels as int64 for cross_entropy."""
    device = next(model.parameters()).device
    return images.to(device), labels.to(device, torch.int64)


@exercise.function
def train_step(model, images, labels, optimizer):
    """Take one step on one batch, and return the loss before the step as a float."""
    model.train()
    images, labels = move_batch(model, images, labels)
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


@exercise.function
def accuracy(model, images, labels):
    """Return the fraction of images whose largest score is that of their label."""
    model.eval()
    images, labels = move_batch(model, images, labels)
    with torch.no_grad():
        return (model(images).argmax(dim=1) == labels).float().mean().item()


@exercise.function
def fit(model, images, labels, epochs, learning_rate, batch_size):
    """Train for `epochs` epochs with plain SGD, and return the mean loss of each epoch."""
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        order = torch.randperm(len(images))
        batches = order.split(batch_size)
        steps = [train_step(model, images[b], labels[b], optimizer) for b in batches]
        losses.append(sum(steps) / len(steps))
    return losses


@exercise.cases(move_batch)
def _(draw):
    batch = _batch(draw, 4, 2, 2)
    labels = batch.pop("labels")
    yield example(driver="moved", images=draw.array([[1, 0], [0, 2]]), device="cpu",
                  labels=draw.array([0, 1], dtype="int64"), weight=draw.array([[1, 0], [0, 1]]),
                  bias=draw.array([0, 0]))  # fmt: skip
    yield case("labels as int32", driver="moved", labels=labels.astype("int32"), device="cpu",
               **batch)  # fmt: skip
    yield case("labels as bytes", driver="moved", labels=labels.astype("uint8"), device="cpu",
               **batch)  # fmt: skip
    yield edge("a model on another device", driver="moved", labels=labels, device="meta",
               **batch)  # fmt: skip


@exercise.cases(train_step)
def _(draw):
    batch = _batch(draw, 5, 2, 3)
    yield example(driver="stepped", steps=1, rate=0.5, images=draw.array([[1, 0], [0, 2]]),
                  labels=draw.array([0, 1], dtype="int64"), weight=draw.array([[1, 0], [0, 1]]),
                  bias=draw.array([0, 0]))  # fmt: skip
    yield case("one step", driver="stepped", steps=1, rate=0.1, **batch)
    yield case("three steps", driver="stepped", steps=3, rate=0.25, **batch)
    yield case("a model left in evaluation mode", driver="stepped_in_mode", **batch)


@exercise.cases(accuracy)
def _(draw):
    yield example(driver="scored", images=draw.array([[3, 1], [0, 2], [5, 4], [1, 2]]),
                  labels=draw.array([0, 1, 0, 0], dtype="int64"))  # fmt: skip
    images = draw.reals((23, 3))
    images[:, 0] += draw.array([0.25, 0.5] * 11 + [0.25])
    yield case("three classes", driver="scored", images=images,
               labels=_partly(draw, images.argmax(axis=1), 3))  # fmt: skip
    images = draw.reals((29, 2))
    ones_and_twos = _partly(draw, (images[:, 0] < 0).astype("int64"), 2) + 1
    yield edge("dropout", driver="scored_with_dropout", images=images, labels=ones_and_twos)


@exercise.cases(fit)
def _(draw):
    yield example(driver="fitted", epochs=3, rate=0.5, batch_size=4,
                  images=draw.array([[1, 0], [2, 0], [0, 1], [0, 3]]),
                  labels=draw.array([0, 0, 1, 1], dtype="int64"),
                  weight=draw.array([[0, 0], [0, 0]]), bias=draw.array([2, 1]))  # fmt: skip
    yield case("two epochs of one batch", driver="fitted", epochs=2, rate=0.25, batch_size=4,
               **_batch(draw, 4, 2, 2))  # fmt: skip
    # Copies of one image make equal batches in any order.
    copies = _batch(draw, 4, 2, 3)
    # The last batch is smaller.
    copies["images"], copies["labels"] = (copies[n][[-1] * 5] for n in ("images", "labels"))
    yield case("the mean of the batches", driver="fitted", epochs=2, rate=0.03125, batch_size=2,
               **copies)  # fmt: skip
    images, labels = _bars_and_curves(draw, 9)
    yield case("bars and curves", driver="fitted_images", images=images, labels=labels,
               new_images=_bars_and_curves(draw, 1)[0], kernels=draw.reals((4, 1, 3, 3)) / 8,
               weight=draw.reals((3, 36)) / 64, epochs=4, rate=0.0625)  # fmt: skip


def _batch(draw, count, features, classes):
    """Return images, a linear model, and labels of which the model predicts only some.

    The wrong ones keep the loss away from 0.
    """
    images, weight = draw.reals((count, features)), draw.reals((classes, features))
    bias = draw.distinct((classes,))
    labels = _partly(draw, (images @ weight.T + bias).argmax(axis=1), classes)
    return {"images": images, "labels": labels, "weight": weight, "bias": bias}


def _partly(draw, labels, classes):
    """Return labels of which all but a drawn number are moved to the next class."""
    right = draw.whole(2, len(labels) - 2)
    wrong = draw.distinct(labels.shape, 0) >= right
    wrong[-1] = True
    return (labels + wrong).astype("int64") % classes


def _bars_and_curves(draw, count):
    """Return noisy images of upright bars (0), level bars (1) and arcs (2), and their labels."""
    rows, columns = draw.arange(8, 1), draw.arange(1, 8)
    labels = draw.integers((count,), 0, 2, dtype="int64")
    images = draw.integers((count, 1, 8, 8), 0, 3) / 16
    for image, label in zip(images, labels, strict=True):
        place = draw.whole(1, 6)
        distance = ((rows - 4) ** 2 + (columns - place) ** 2) ** 0.5
        drawn = [columns == place, rows == place, abs(distance - 3) < 0.7][label]
        image[0] += drawn
    return images, labels


@exercise.misconception("DEVICE-MISMATCH", move_batch)
def _(move_batch, model, images, labels):
    """Leave the batch where it is, but give the labels the right dtype."""
    moved = move_batch(model, images, labels)
    return images.clone(), labels.to(moved[1].dtype, copy=True)


@exercise.misconception("DEVICE-MISMATCH", move_batch)
def _(move_batch, model, images, labels):
    """Move the images only."""
    moved = move_batch(model, images, labels)
    return moved[0], labels.to(moved[1].dtype, copy=True)


@exercise.misconception("DEVICE-MISMATCH", move_batch)
def _(move_batch, model, images, labels):
    """Move the labels only, and do not move the images."""
    return images.clone(), move_batch(model, images, labels)[1]


@exercise.misconception("LABEL-DTYPE", move_batch)
def _(move_batch, model, images, labels):
    """Change the device of the labels, but not their dtype."""
    moved_images, moved_labels = move_batch(model, images, labels)
    return moved_images, labels.to(moved_labels.device, copy=True)


for _dtype in (torch.float32, torch.int32):

    @exercise.misconception("LABEL-DTYPE", move_batch)
    def _(move_batch, model, images, labels, dtype=_dtype):
        """Convert the labels to another dtype."""
        moved_images, moved_labels = move_batch(model, images, labels)
        return moved_images, moved_labels.to(dtype)


class Partly:
    """An optimizer that leaves out `zero_grad` or `step`."""

    def __init__(self, optimizer, *, clears=True, steps=True):
        self.optimizer, self.clears, self.steps = optimizer, clears, steps

    def zero_grad(self, set_to_none=True):
        if self.clears:
            self.optimizer.zero_grad(set_to_none)

    def step(self):
        if self.steps:
            self.optimizer.step()


@exercise.misconception("NO-ZERO-GRAD", train_step)
def _(train_step, model, images, labels, optimizer):
    return train_step(model, images, labels, Partly(optimizer, clears=False))


@exercise.misconception("LOSS-NOT-DECREASING", train_step)
def _(train_step, model, images, labels, optimizer):
    """Take no step; a step after the gradients are cleared has the same result."""
    return train_step(model, images, labels, Partly(optimizer, steps=False))


class Softened(torch.nn.Module):
    """A model that returns probabilities, to which the loss applies softmax again."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(x).softmax(dim=1)


@exercise.misconception("SOFTMAX-BEFORE-CE", train_step)
def _(train_step, model, images, labels, optimizer):
    return train_step(Softened(model), images, labels, optimizer)


@exercise.misconception("SOFTMAX-BEFORE-CE", fit)
def _(fit, model, *others):
    return fit(Softened(model), *others)


class AsFound(torch.nn.Module):
    """A model that ignores `train()` and stays in its mode."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def train(self, mode=True):
        return self

    def forward(self, x):
        return self.model(x)


@exercise.misconception("TRAIN-MODE-MISSING", train_step)
def _(train_step, model, images, labels, optimizer):
    return train_step(AsFound(model), images, labels, optimizer)


def _by_loss(code, loss_of, told=None):
    """Register a step whose loss is `loss_of(scores, labels)`; `told(model, …)` is returned."""

    @exercise.misconception(code, train_step, alone=True)
    def _(train_step, model, images, labels, optimizer):
        model.train()
        images, labels = move_batch(model, images, labels)
        optimizer.zero_grad()
        loss = loss_of(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item() if told is None else told(model, images, labels)


def _picked(scores, labels):
    return scores[torch.arange(len(labels)), labels]


def _one_hot(scores, labels):
    return F.one_hot(labels, scores.shape[1]).to(scores.dtype)


_by_loss("NLL-OF-SCORES", F.nll_loss)
_by_loss("NLL-OF-SCORES", lambda scores, labels: F.nll_loss(scores.softmax(dim=1), labels))
_by_loss("SQUARED-LOSS", lambda scores, labels: F.mse_loss(scores, _one_hot(scores, labels)))
_by_loss(
    "SQUARED-LOSS",
    lambda scores, labels: F.mse_loss(scores.softmax(dim=1), _one_hot(scores, labels)),
)
_by_loss("LOSS-SUMMED", lambda scores, labels: F.cross_entropy(scores, labels, reduction="sum"))
_by_loss("SIGN-UPHILL", lambda scores, labels: -F.cross_entropy(scores, labels))
_by_loss(
    "LOSS-AFTER-STEP",
    F.cross_entropy,
    lambda model, images, labels: F.cross_entropy(model(images), labels).item(),
)


@exercise.misconception("EVAL-MODE-MISSING", accuracy)
def _(accuracy, model, images, labels):
    """Score in training mode, with dropout and batch statistics switched on."""
    model.train()
    images, labels = move_batch(model, images, labels)
    with torch.no_grad():
        return (model(images).argmax(dim=1) == labels).float().mean().item()


@exercise.misconception("COUNT-NOT-FRACTION", accuracy)
def _(accuracy, model, images, labels):
    return float(round(accuracy(model, images, labels) * len(images)))


@exercise.misconception("PERCENT", accuracy)
def _(accuracy, model, images, labels):
    return 100 * accuracy(model, images, labels)


@exercise.misconception("ERROR-RATE", accuracy, alone=True)
def _(accuracy, model, images, labels):
    """Return the fraction that is wrong."""
    return 1 - accuracy(model, images, labels)


def _fitting(code, history, optimizer=torch.optim.SGD, drops=False, short=False, **options):
    """Register a fit that returns `history(losses, sizes)` of each epoch.

    `drops` leaves a last batch that is smaller out; `short` returns after the first epoch.
    """

    @exercise.misconception(code, fit, alone=True)
    def _(fit, model, images, labels, epochs, learning_rate, batch_size):
        stepping = optimizer(model.parameters(), lr=learning_rate, **options)
        found = []
        for _ in range(epochs):
            batches = torch.randperm(len(images)).split(batch_size)
            batches = [b for b in batches if len(b) == batch_size or not drops]
            losses = [train_step(model, images[b], labels[b], stepping) for b in batches]
            found += history(losses, [len(b) for b in batches])
            if short:
                break
        return found


def _mean(losses, sizes):
    return [sum(losses) / len(losses)]


def _weighted(losses, sizes):
    return [sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)]


_fitting("LOSS-PER-IMAGE", _weighted)
_fitting("LOSS-PER-IMAGE", lambda losses, sizes: [sum(losses) / sum(sizes)])
_fitting("LOSS-SUMMED", lambda losses, sizes: [sum(losses)])
_fitting("LAST-BATCH-LOSS", lambda losses, sizes: losses[-1:])
_fitting("EVERY-BATCH-LISTED", lambda losses, sizes: losses)
_fitting("LAST-BATCH-DROPPED", _mean, drops=True)
_fitting("RETURN-IN-LOOP", _mean, short=True)
_fitting("OTHER-OPTIMIZER", _mean, optimizer=torch.optim.Adam)
_fitting("OTHER-OPTIMIZER", _mean, momentum=0.9)


@exercise.misconception("BATCH-SIZE-IGNORED", fit, alone=True)
def _(fit, model, images, labels, epochs, learning_rate, batch_size):
    """Take one step an epoch, on all images at once."""
    return fit(model, images, labels, epochs, learning_rate, len(images))


@exercise.misconception("LOSS-NOT-DECREASING", fit)
def _(fit, model, images, labels, epochs, learning_rate, batch_size):
    """Train with a learning rate of 0, as if the optimizer never took a step."""
    return fit(model, images, labels, epochs, 0.0, batch_size)


def _by_hand(code, *, clears, along):
    """Register a fit that adds `along` · learning rate · gradient to each parameter.

    The gradients are cleared before each batch only if `clears` is true.
    """

    @exercise.misconception(code, fit)
    def _(fit, model, images, labels, epochs, learning_rate, batch_size):
        model.train()
        losses = []
        for _ in range(epochs):
            steps = []
            for batch in torch.randperm(len(images)).split(batch_size):
                if clears:
                    model.zero_grad()
                loss = F.cross_entropy(model(images[batch]), labels[batch])
                loss.backward()
                with torch.no_grad():
                    for parameter in model.parameters():
                        parameter += along * learning_rate * parameter.grad
                steps.append(loss.item())
            losses.append(sum(steps) / len(steps))
        return losses


_by_hand("SIGN-UPHILL", clears=True, along=1)
_by_hand("NO-ZERO-GRAD", clears=False, along=-1)
