"""ex23: two single layers as modules, and LeNet-5 with its partially connected C3.

Sizes and the connection table are those of LeCun, Bottou, Bengio and Haffner, "Gradient-Based
Learning Applied to Document Recognition", Proceedings of the IEEE 86(11), 1998, section II.B.
"""

from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from learncnn.grader.course.exercise import Exercise, case, edge, example

exercise = Exercise(
    "ex23",
    torch_only=True,
    triples=True,
    exclusive=(
        frozenset({"SUBSAMPLE-NO-COEF", "SUBSAMPLE-MEAN"}),
        frozenset({"C5-LINEAR", "C5-WRONG-SIZE", "FLATTEN-BATCH", "OTHER-SQUASH"}),
        frozenset({"C5-LINEAR", "C5-WRONG-SIZE", "FLATTEN-BATCH", "SUBSAMPLE-MEAN"}),
        *(
            frozenset({code, "DISTANCE-ROOTED", "DISTANCE-NEGATED"})
            for code in ("C5-LINEAR", "C5-WRONG-SIZE", "FLATTEN-BATCH")
        ),
    ),
)


@exercise.function
def conv_layer():
    """Return a convolution of 2 channels into 3 that keeps height and width: 93 parameters."""
    return nn.Conv2d(2, 3, kernel_size=(3, 5), padding=(1, 2))


@exercise.function
def pool_layer():
    """Return a max pooling over 3×3 windows with stride (2, 1) and padding 1."""
    return nn.MaxPool2d(kernel_size=3, stride=(2, 1), padding=1)


@exercise.constant
def c3_connections():
    """Return the maps of S2 that each of the 16 maps of C3 sees (table I of the paper)."""
    threes = [tuple((start + i) % 6 for i in range(3)) for start in range(6)]
    fours = [tuple((start + i) % 6 for i in range(4)) for start in range(6)]
    apart = [(0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)]
    return [tuple(sorted(maps)) for maps in (*threes, *fours, *apart)] + [tuple(range(6))]


def squash(x):
    """Return the scaled hyperbolic tangent of the paper: 1.7159 · tanh(2/3 · x)."""
    return 1.7159 * torch.tanh(x * 2 / 3)


class Subsample(nn.Module):
    """Subsampling: the sum of each 2×2 window, times a coefficient, plus a bias, both per map."""

    def __init__(self, channels):
        super().__init__()
        self.coefficient = nn.Parameter(torch.full((channels,), 0.25))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        sums = F.avg_pool2d(x, 2) * 4
        return sums * self.coefficient[:, None, None] + self.bias[:, None, None]


class PartialConv2d(nn.Module):
    """A convolution with 5×5 kernels for connected pairs of maps only; a bias per output map."""

    def __init__(self, connections):
        super().__init__()
        self.connections = connections
        self.weight = nn.Parameter(torch.randn(sum(map(len, connections)), 5, 5) * 0.1)
        self.bias = nn.Parameter(torch.zeros(len(connections)))

    def forward(self, x):
        kernels = iter(self.weight)
        outputs = []
        for maps, bias in zip(self.connections, self.bias, strict=True):
            weight = torch.stack([next(kernels) for _ in maps])[None]
            outputs.append(F.conv2d(x[:, list(maps)], weight, bias[None]))
        return torch.cat(outputs, dim=1)


@exercise.function
class LeNet5(nn.Module):
    """LeNet-5: 1@32×32 → C1 6@28 → S2 6@14 → C3 16@10 → S4 16@5 → C5 120 → F6 84 → 10.

    The ten outputs are squared distances to `codes` [10, 84].
    """

    squash = staticmethod(squash)

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
            x = self.squash(layer(x))
        x = self.squash(self.f6(x.flatten(1)))
        return ((x[:, None, :] - self.codes) ** 2).sum(dim=2)


def _blocks(draw, count):
    """Return images of black and white squares, which take little room in a key."""
    return draw.integers((count, 1, 8, 8), 0, 1).repeat(4, axis=2).repeat(4, axis=3)


@exercise.cases(conv_layer)
def _(draw):
    inputs = {"weight": draw.reals((3, 2, 3, 5)), "bias": draw.distinct((3,))}
    yield example(driver="parameters_of")
    yield case("shape of the weights", driver="weight_shape")
    yield case("two images", driver="layer", input=draw.reals((2, 2, 3, 5)), **inputs)
    yield case("another image size", driver="layer", input=draw.reals((1, 2, 4, 3)), **inputs)


@exercise.cases(pool_layer)
def _(draw):
    yield example(driver="apply", input=draw.arange(1, 2, 4, 4))
    yield case("negative numbers", driver="apply", input=draw.integers((2, 1, 5, 4), -9, -1))
    yield case("another image size", driver="apply", input=draw.reals((1, 3, 7, 6)))
    yield edge("no parameters", driver="parameters_of")


@exercise.cases(c3_connections)
def _(draw):
    yield example(driver="kernels_of")
    yield case("the table", driver="table")


@exercise.cases(LeNet5)
def _(draw):
    codes = draw.choice([1, 1]) * (draw.integers((10, 84), 0, 1) * 2 - 1)
    yield example(driver="count", codes=codes)
    yield case("parameters of each layer", driver="count_by_layer", codes=codes)
    one, two = _blocks(draw, 1), _blocks(draw, 2)
    yield case("what F6 is given", driver="given_to_f6", codes=codes, images=two)
    yield case("shapes along the way", driver="along", codes=codes, images=two)
    yield case("one image", driver="run", codes=codes, images=one)
    yield case("two images", driver="run", codes=codes, images=_blocks(draw, 2))
    yield edge("the codes are not trained", driver="run_after_step", codes=codes, images=one)


@exercise.misconception("KERNEL-HW-SWAP", conv_layer)
def _(conv_layer):
    return nn.Conv2d(2, 3, kernel_size=(5, 3), padding=(2, 1))


@exercise.misconception("PAD-IGNORED", conv_layer)
def _(conv_layer):
    layer = conv_layer()
    layer.padding = (0, 0)
    layer._reversed_padding_repeated_twice = [0, 0, 0, 0]
    return layer


def _padded_by(code, padding):
    exercise.misconception(code, conv_layer, alone=True)(
        lambda conv_layer: nn.Conv2d(2, 3, kernel_size=(3, 5), padding=padding)
    )


_padded_by("PAD-HW-SWAP", (2, 1))
_padded_by("PAD-ONE-NUMBER", 1)
_padded_by("PAD-ONE-NUMBER", 2)


def _pooling_by(code, **options):
    @exercise.misconception(code, pool_layer, alone=True)
    def _(pool_layer):
        return nn.MaxPool2d(**{"kernel_size": 3, "stride": (2, 1), "padding": 1, **options})


_pooling_by("STRIDE-ONE-NUMBER", stride=2)
_pooling_by("STRIDE-ONE-NUMBER", stride=1)
_pooling_by("PAD-IGNORED", padding=0)


@exercise.misconception("AVERAGE-POOLING", pool_layer, alone=True)
def _(pool_layer):
    return nn.AvgPool2d(kernel_size=3, stride=(2, 1), padding=1)


@exercise.misconception("TABLE-FROM-1", c3_connections, alone=True)
def _(c3_connections):
    """Number the maps from 1 to 6."""
    return [tuple(i + 1 for i in maps) for maps in c3_connections()]


@exercise.misconception("STRIDE-HW-SWAP", pool_layer)
def _(pool_layer):
    layer = pool_layer()
    layer.stride = layer.stride[::-1]
    return layer


@exercise.misconception("STRIDE-DEFAULT", pool_layer)
def _(pool_layer):
    layer = pool_layer()
    layer.stride = layer.kernel_size
    return layer


@exercise.misconception("C3-FULL", c3_connections)
def _(c3_connections):
    return [tuple(range(6)) for _ in c3_connections()]


@exercise.misconception("C3-FULL", LeNet5)
def _(LeNet5, codes):
    model = LeNet5(codes)
    model.c3 = nn.Conv2d(6, 16, 5)
    return model


class Plain(nn.Module):
    """Pooling without a coefficient or a bias."""

    def __init__(self, pool):
        super().__init__()
        self.pool = pool

    def forward(self, x):
        return self.pool(x, 2)


for _pool in (F.avg_pool2d, F.max_pool2d, lambda x, k: F.avg_pool2d(x, k) * k * k):

    @exercise.misconception("SUBSAMPLE-NO-COEF", LeNet5, alone=_pool is not F.avg_pool2d)
    def _(LeNet5, codes, pool=_pool):
        """Pool with the mean, the maximum or the sum of each window, without parameters."""
        model = LeNet5(codes)
        model.s2, model.s4 = Plain(pool), Plain(pool)
        return model


class Averaging(Subsample):
    """Subsampling that multiplies the mean of each window instead of its sum."""

    def forward(self, x):
        means = F.avg_pool2d(x, 2)
        return means * self.coefficient[:, None, None] + self.bias[:, None, None]


@exercise.misconception("SUBSAMPLE-MEAN", LeNet5)
def _(LeNet5, codes):
    model = LeNet5(codes)
    model.s2, model.s4 = Averaging(6), Averaging(16)
    return model


class Masked(nn.Conv2d):
    """A full convolution, some of whose kernels are multiplied by 0."""

    def __init__(self):
        super().__init__(6, 16, 5)
        mask = torch.zeros(16, 6, 1, 1)
        for row, maps in zip(mask, c3_connections(), strict=True):
            row[list(maps)] = 1
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias)


@exercise.misconception("C3-MASKED", LeNet5, alone=True)
def _(LeNet5, codes):
    model = LeNet5(codes)
    model.c3 = Masked()
    return model


for _squash in (torch.tanh, torch.relu, torch.sigmoid):

    @exercise.misconception("OTHER-SQUASH", LeNet5, alone=_squash is torch.sigmoid)
    def _(LeNet5, codes, squash=_squash):
        """Use tanh without its factors, ReLU or the sigmoid."""
        model = LeNet5(codes)
        model.squash = squash
        return model


def _with_outputs(code, change):
    @exercise.misconception(code, LeNet5, alone=True)
    def _(LeNet5, codes):
        model = LeNet5(codes)
        model.register_forward_hook(lambda module, given, output: change(output))
        return model


_with_outputs("DISTANCE-ROOTED", torch.sqrt)
_with_outputs("DISTANCE-NEGATED", torch.neg)


@exercise.misconception("CODES-TRAINED", LeNet5, alone=True)
def _(LeNet5, codes):
    """Make the codes a parameter."""
    model = LeNet5(codes)
    del model.codes
    model.codes = nn.Parameter(codes.clone())
    return model


@exercise.misconception("FLATTEN-BATCH", LeNet5)
def _(LeNet5, codes):
    """Flatten all images into one row, which F6 refuses unless there is one image."""
    model = LeNet5(codes)
    model.f6.register_forward_pre_hook(lambda module, given: (given[0].reshape(1, -1),))
    return model


def _in_one_row(module, given):
    return (given[0].flatten(),)


def _flat(model, forward, x):
    """Return the output of a single image without its axis; F6 refuses several images."""
    if x.shape[0] == 1:
        return forward(x)[0]
    handle = model.f6.register_forward_pre_hook(_in_one_row, prepend=True)
    try:
        return forward(x)
    finally:
        handle.remove()


@exercise.misconception("FLATTEN-BATCH", LeNet5, alone=True)
def _(LeNet5, codes):
    """Call `x.flatten()`, and return distances without an axis for the images."""
    model = LeNet5(codes)
    model.forward = partial(_flat, model, model.forward)
    return model


class Refusing(nn.Conv2d):
    """A layer that refuses its input, like a linear layer of another input size."""

    def forward(self, x):
        raise RuntimeError("shapes cannot be multiplied")


for _size in (1, 2, 3, 4):

    @exercise.misconception("C5-WRONG-SIZE", LeNet5, alone=_size < 4)
    def _(LeNet5, codes, size=_size):
        """Use a smaller kernel, which leaves more than 1×1, so that F6 refuses it."""
        model = LeNet5(codes)
        model.c5 = nn.Conv2d(16, 120, size)
        return model

    @exercise.misconception("C5-WRONG-SIZE", LeNet5, alone=True)
    def _(LeNet5, codes, size=_size):
        """Use a linear layer with as many weights as such a kernel, which refuses its input."""
        model = LeNet5(codes)
        model.c5 = Refusing(16, 120, size)
        return model

    @exercise.misconception("C5-WRONG-SIZE", LeNet5, alone=True)
    def _(LeNet5, codes, size=_size):
        """Use a smaller kernel, and an F6 that accepts its output."""
        model = LeNet5(codes)
        model.c5 = nn.Conv2d(16, 120, size)
        model.f6 = nn.Linear(120 * (6 - size) ** 2, 84)
        return model


class Flattening(nn.Linear):
    """A fully connected layer that flattens its images first."""

    def forward(self, x):
        return super().forward(x.flatten(1))


@exercise.misconception("C5-LINEAR", LeNet5)
def _(LeNet5, codes):
    model = LeNet5(codes)
    model.c5 = Flattening(16 * 5 * 5, 120)
    return model


for _pool in (F.max_pool2d, F.avg_pool2d):
    for _squash in (torch.relu, torch.tanh, torch.sigmoid):
        for _as_linear in (False, True):

            @exercise.misconception("MODERN-LENET", LeNet5, alone=True)
            def _(LeNet5, codes, pool=_pool, squash=_squash, as_linear=_as_linear):
                """Return a LeNet with pooling, a full C3 and a linear output: 61706 parameters."""
                return Modern(codes, pool, squash, as_linear)


class Modern(nn.Module):
    """The LeNet of tutorials, with the layer names of the stub."""

    def __init__(self, codes, pool, squash, as_linear):
        super().__init__()
        self.c1, self.c3 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.s2, self.s4 = Plain(pool), Plain(pool)
        self.c5 = Flattening(16 * 5 * 5, 120) if as_linear else nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, codes.shape[0])
        self.squash = squash

    def forward(self, x):
        x = self.s2(self.squash(self.c1(x)))
        x = self.s4(self.squash(self.c3(x)))
        x = self.squash(self.c5(x)).flatten(1)
        return self.output(self.squash(self.f6(x)))
