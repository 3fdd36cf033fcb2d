"""ex10: the numbers of parameters and of multiplications of layers."""

from math import prod

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .geometry import pair
from .habits import first_of, refuses_pairs

exercise = Exercise("ex10", triples=True)


@exercise.function
def linear_parameters(input_shape, units, bias=True):
    """Count the parameters of a linear layer on the flattened (C, H, W), with a bias per unit."""
    return prod(input_shape) * units + (units if bias else 0)


@exercise.function
def conv2d_parameters(input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Count the parameters of a convolution of (C, H, W), with a bias per output channel.

    Each output channel's kernel covers the C / groups channels of its group. Raises ValueError if
    `groups` does not divide both numbers of channels.
    """
    channels, (kh, kw) = input_shape[0], pair(kernel_size)
    if channels % groups or out_channels % groups:
        raise ValueError(f"{groups} groups do not divide {channels} and {out_channels} channels")
    return out_channels * (channels // groups) * kh * kw + (out_channels if bias else 0)


@exercise.function
def locally_connected_parameters(input_shape, output_shape, kernel_size, bias=True):
    """Count the parameters of a layer with weights and bias for each element of (F, H', W')."""
    kh, kw = pair(kernel_size)
    return prod(output_shape) * (input_shape[0] * kh * kw + (1 if bias else 0))


@exercise.function
def multiply_adds(input_shape, output_shape, kernel_size, groups=1):
    """Count the multiplications of a convolution from (C, H, W) to (F, H', W').

    Raises ValueError if `groups` does not divide both numbers of channels.
    """
    channels, (kh, kw) = input_shape[0], pair(kernel_size)
    if channels % groups or output_shape[0] % groups:
        raise ValueError(f"{groups} groups do not divide {channels} and {output_shape[0]} channels")
    return prod(output_shape) * (channels // groups) * kh * kw


@exercise.function
def model_parameters(layers):
    """Sum the parameters of layers given as dicts; layers of any other kind have none."""
    counts = {"linear": linear_parameters, "conv2d": conv2d_parameters}
    total = 0
    for layer in layers:
        settings = {name: value for name, value in layer.items() if name != "kind"}
        if layer["kind"] in counts:
            total += counts[layer["kind"]](**settings)
    return total


@exercise.oracle(linear_parameters)
def _(input_shape, units, bias=True):
    from torch import nn

    # The meta device stores shapes but no numbers, so a layer of 10^12 weights fits.
    layer = nn.Linear(prod(input_shape), units, bias=bias, device="meta")
    return sum(parameter.numel() for parameter in layer.parameters())


@exercise.oracle(conv2d_parameters)
def _(input_shape, out_channels, kernel_size, groups=1, bias=True):
    from torch import nn

    layer = nn.Conv2d(
        input_shape[0], out_channels, kernel_size, groups=groups, bias=bias, device="meta"
    )
    return sum(parameter.numel() for parameter in layer.parameters())


@exercise.question("Q10-1")
def q1():
    return linear_parameters((3, 256, 256), 1000)


@exercise.question("Q10-2")
def q2():
    return conv2d_parameters((3, 256, 256), 10, 3)


def _image(draw, channels):
    return channels, draw.whole(3, 6), draw.whole(7, 12)


@exercise.cases(linear_parameters)
def _(draw):
    yield example(input_shape=(3, 256, 256), units=1000)
    yield example(input_shape=(1, 2, 3), units=4, bias=False)
    yield case("one unit", input_shape=_image(draw, 2), units=1)
    yield case("grey image", input_shape=_image(draw, 1), units=3)
    yield case("colour image", input_shape=_image(draw, 3), units=draw.whole(5, 9))
    yield case("without biases", input_shape=_image(draw, 2), units=45, bias=False)
    yield case("head of a network", input_shape=(512, 7, 7), units=draw.whole(1000, 4096))
    yield case(
        "by chance",
        input_shape=(draw.whole(4, 9), draw.whole(10, 30), draw.whole(31, 60)),
        units=draw.whole(100, 900),
    )
    yield edge("one element", input_shape=(1, 1, 1), units=draw.whole(6, 60))
    yield edge("a million units", input_shape=(1, 1000, 1000), units=10**6, bias=False)


@exercise.cases(conv2d_parameters)
def _(draw):
    yield example(input_shape=(3, 256, 256), out_channels=10, kernel_size=3)
    yield example(input_shape=(2, 3, 5), out_channels=3, kernel_size=(3, 5))
    yield case("one channel", input_shape=(1, 4, 5), out_channels=draw.whole(2, 60), kernel_size=3)
    yield case("one filter", input_shape=(draw.whole(3, 60), 5, 4), out_channels=1, kernel_size=2)
    few, many = draw.whole(2, 9), draw.whole(10, 99)
    yield case("a wide kernel", input_shape=(few, 6, 7), out_channels=many, kernel_size=(2, 5))
    yield case(
        "without biases",
        input_shape=(many, 3, 5),
        out_channels=few,
        kernel_size=(3, 5),
        bias=False,
    )
    yield case("two groups", input_shape=(8, 5, 6), out_channels=2 * many, kernel_size=3, groups=2)
    yield case(
        "one channel for each group",
        input_shape=(many, 7, 5),
        out_channels=many,
        kernel_size=(3, 2),
        groups=many,
    )
    yield case(
        "by chance",
        input_shape=(draw.whole(3, 64), draw.whole(20, 40), draw.whole(41, 60)),
        out_channels=draw.whole(65, 128),
        kernel_size=(5, 7),
    )
    yield edge("1×1 kernel", input_shape=(few, 4, 3), out_channels=many, kernel_size=1)
    yield edge(
        "as many filters as channels", input_shape=(many, 6, 3), out_channels=many, kernel_size=2
    )
    yield edge(
        "100 filters of a large image",
        input_shape=(1, 1000, 1000),
        out_channels=100,
        kernel_size=10,
    )
    yield edge(
        "one filter of a large image",
        input_shape=(1, 1000, 1000),
        out_channels=1,
        kernel_size=10,
        bias=False,
    )
    yield edge(
        "100 filters without biases",
        input_shape=(1, 1000, 1000),
        out_channels=100,
        kernel_size=10,
        bias=False,
    )
    yield raises(
        ValueError,
        "groups that do not divide the channels",
        input_shape=(3, 4, 4),
        out_channels=4,
        kernel_size=3,
        groups=2,
    )
    yield raises(
        ValueError,
        "groups that do not divide the filters",
        input_shape=(6, 4, 4),
        out_channels=4,
        kernel_size=2,
        groups=3,
    )


@exercise.cases(locally_connected_parameters)
def _(draw):
    yield example(
        input_shape=(1, 1000, 1000), output_shape=(1, 1000, 1000), kernel_size=10, bias=False
    )
    yield example(input_shape=(2, 3, 4), output_shape=(1, 2, 3), kernel_size=2)
    few, many = draw.whole(2, 6), draw.whole(7, 60)
    yield case("one window", input_shape=(few, 3, 3), output_shape=(many, 1, 1), kernel_size=3)
    yield case("one channel", input_shape=(1, 4, 4), output_shape=(many, 3, 3), kernel_size=2)
    yield case(
        "a wide kernel", input_shape=(many, 5, 8), output_shape=(few, 4, 4), kernel_size=(2, 5)
    )
    yield case(
        "without biases",
        input_shape=(few, 6, 5),
        output_shape=(many, 4, 3),
        kernel_size=3,
        bias=False,
    )
    yield case(
        "by chance",
        input_shape=(draw.whole(3, 9), 30, 40),
        output_shape=(draw.whole(10, 19), 26, 34),
        kernel_size=(5, 7),
    )
    yield edge("1×1 kernel", input_shape=(many, 4, 5), output_shape=(few, 4, 5), kernel_size=1)


@exercise.cases(multiply_adds)
def _(draw):
    yield example(input_shape=(3, 32, 32), output_shape=(6, 28, 28), kernel_size=5)
    yield example(input_shape=(1, 3, 3), output_shape=(1, 2, 2), kernel_size=2)
    few, many, side = draw.whole(3, 6), draw.whole(7, 60), draw.whole(2, 30)
    yield case(
        "two channels", input_shape=(2, 3, side + 1), output_shape=(1, 2, side), kernel_size=2
    )
    yield case(
        "two filters", input_shape=(1, side + 1, 5), output_shape=(2, side, 4), kernel_size=2
    )
    yield case(
        "a wide kernel", input_shape=(few, 4, 9), output_shape=(many, 3, 5), kernel_size=(2, 5)
    )
    yield case(
        "two groups",
        input_shape=(8, 5, 6),
        output_shape=(2 * many, 3, 4),
        kernel_size=3,
        groups=2,
    )
    yield case(
        "one channel for each group",
        input_shape=(many, 7, 9),
        output_shape=(many, 5, 6),
        kernel_size=(3, 4),
        groups=many,
    )
    yield case(
        "by chance",
        input_shape=(draw.whole(3, 64), 60, 50),
        output_shape=(draw.whole(65, 128), 58, 46),
        kernel_size=(3, 5),
    )
    yield edge("1×1 kernel", input_shape=(many, 4, 6), output_shape=(few, 4, 6), kernel_size=1)
    yield edge(
        "more than 2^31", input_shape=(512, 114, 226), output_shape=(512, 112, 224), kernel_size=3
    )
    yield raises(
        ValueError,
        "groups that do not divide the channels",
        input_shape=(3, 4, 4),
        output_shape=(4, 2, 2),
        kernel_size=3,
        groups=2,
    )
    yield raises(
        ValueError,
        "groups that do not divide the filters",
        input_shape=(6, 4, 4),
        output_shape=(4, 3, 3),
        kernel_size=2,
        groups=3,
    )


@exercise.cases(model_parameters)
def _(draw):
    conv = {"kind": "conv2d", "input_shape": (3, 8, 8), "out_channels": 4, "kernel_size": 3}
    pool = {"kind": "max_pool2d", "kernel_size": 2}
    linear = {"kind": "linear", "input_shape": (4, 3, 3), "units": 10}
    yield example(layers=[conv, pool, linear])
    yield example(layers=[{"kind": "relu"}, linear])
    conv = {**conv, "input_shape": (draw.whole(2, 9), 8, 8)}
    linear = {**linear, "units": draw.whole(5, 60)}
    yield case("one linear layer", layers=[linear])
    yield case("one convolution", layers=[{**conv, "kernel_size": (2, 5)}])
    yield case("pooling and a convolution", layers=[{**pool, "kernel_size": 3}, conv])
    yield case("without biases", layers=[{**conv, "bias": False}, {**linear, "bias": False}])
    yield case(
        "groups",
        layers=[conv, {**conv, "input_shape": (4, 6, 6), "out_channels": 8, "groups": 4}],
    )
    yield case(
        "five layers",
        layers=[
            conv,
            {"kind": "relu"},
            pool,
            {**conv, "input_shape": (4, 3, 3), "out_channels": 6, "kernel_size": (2, 3)},
            {**linear, "input_shape": (6, 2, 1)},
        ],
    )
    yield edge("no layers", layers=[])
    yield edge("nothing that learns", layers=[{"kind": "relu"}, pool])


def _counted(code, count, *functions):
    """Register a mutant that replaces a function's result by `count(result, **arguments)`."""
    for function in functions:

        def counts(inner, *positional, _function=function, **named):
            from inspect import signature

            bound = signature(_function).bind(*positional, **named)
            bound.apply_defaults()
            return count(inner(*positional, **named), **bound.arguments)

        exercise.misconception(code, function)(counts)


def _biases(input_shape, units=0, out_channels=0, output_shape=(), bias=True, **_):
    """Return the number of biases of a layer."""
    return (units or out_channels or prod(output_shape)) if bias else 0


_COUNTS = (linear_parameters, conv2d_parameters, locally_connected_parameters)

_counted("NO-BIAS", lambda total, **layer: total - _biases(**layer), *_COUNTS)
_counted(
    "BIAS-ONE", lambda total, **layer: total - _biases(**layer) + (1 if layer["bias"] else 0),
    *_COUNTS,
)  # fmt: skip
_counted(
    "BIAS-ALWAYS",
    lambda total, **layer: total + (0 if layer["bias"] else _biases(**{**layer, "bias": True})),
    *_COUNTS,
)


@exercise.misconception("FC-NO-CHANNELS", linear_parameters)
def _(count, input_shape, units, bias=True):
    return count((1, *input_shape[1:]), units, bias)


@exercise.misconception("FC-ONE-AXIS", linear_parameters, alone=True, beside=("BIAS-ALWAYS",))
def _(count, input_shape, units, bias=True):
    """Count a weight for each channel only."""
    return count(input_shape[:1], units, bias)


@exercise.misconception("FC-ONE-AXIS", linear_parameters, alone=True, beside=("BIAS-ALWAYS",))
def _(count, input_shape, units, bias=True):
    """Count a weight for each element of the last axis, as torch's nn.Linear does by itself."""
    return count(input_shape[-1:], units, bias)


@exercise.misconception("SUM-NOT-PRODUCT", linear_parameters, alone=True, beside=("BIAS-ALWAYS",))
def _(count, input_shape, units, bias=True):
    """Add the numbers of the shape."""
    return count((sum(input_shape),), units, bias)


@exercise.misconception("BIAS-PER-INPUT", linear_parameters, alone=True)
def _(count, input_shape, units, bias=True):
    return count(input_shape, units, False) + (prod(input_shape) if bias else 0)


@exercise.misconception("BIAS-PER-PIXEL", conv2d_parameters)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    weights = count(input_shape, out_channels, kernel_size, groups, False)
    return weights + (out_channels * input_shape[1] * input_shape[2] if bias else 0)


@exercise.misconception("BIAS-PER-PIXEL", conv2d_parameters, alone=True)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Count a bias for every pixel of the output."""
    pixels = prod(n - k + 1 for n, k in zip(input_shape[1:], pair(kernel_size), strict=True))
    weights = count(input_shape, out_channels, kernel_size, groups, False)
    return weights + (out_channels * pixels if bias else 0)


@exercise.misconception("FORGOT-CIN", conv2d_parameters, alone=True)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    count(input_shape, out_channels, kernel_size, groups, bias)
    return count((1, *input_shape[1:]), out_channels, kernel_size, 1, bias)


@exercise.misconception("FORGOT-CIN", conv2d_parameters)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Forget the input channels; groups then have no effect, and are not checked."""
    return count((1, *input_shape[1:]), out_channels, kernel_size, 1, bias)


@exercise.misconception("FORGOT-CIN", locally_connected_parameters)
def _(count, input_shape, output_shape, kernel_size, bias=True):
    return count((1, *input_shape[1:]), output_shape, kernel_size, bias)


@exercise.misconception("FORGOT-CIN", multiply_adds, alone=True)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    count(input_shape, output_shape, kernel_size, groups)
    return count((1, *input_shape[1:]), output_shape, kernel_size)


@exercise.misconception("FORGOT-CIN", multiply_adds)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    """Forget the input channels; groups then have no effect, and are not checked."""
    return count((1, *input_shape[1:]), output_shape, kernel_size)


@exercise.misconception("FORGOT-COUT", conv2d_parameters)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Count the weights of a single filter, but all biases."""
    weights = count(input_shape, out_channels, kernel_size, groups, False)
    return weights // out_channels + (out_channels if bias else 0)


@exercise.misconception("FORGOT-COUT", conv2d_parameters)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Count the weights and the bias of a single filter."""
    return count(input_shape, out_channels, kernel_size, groups, bias) // out_channels


@exercise.misconception("FORGOT-COUT", locally_connected_parameters, multiply_adds)
def _(count, input_shape, output_shape, *others, **options):
    return count(input_shape, output_shape, *others, **options) // output_shape[0]


def _one_side(kernel_size):
    """Return (kh, 1), so that a kernel has kh weights instead of kh·kw."""
    return pair(kernel_size)[0], 1


@exercise.misconception("KERNEL-NOT-SQUARED", conv2d_parameters)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    return count(input_shape, out_channels, _one_side(kernel_size), groups, bias)


@exercise.misconception("KERNEL-NOT-SQUARED", locally_connected_parameters)
def _(count, input_shape, output_shape, kernel_size, bias=True):
    return count(input_shape, output_shape, _one_side(kernel_size), bias)


@exercise.misconception("KERNEL-NOT-SQUARED", multiply_adds)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    return count(input_shape, output_shape, _one_side(kernel_size), groups)


@exercise.misconception("USES-IMAGE-SIZE", conv2d_parameters, alone=True)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Count the weights once for every pixel of the image."""
    pixels = input_shape[1] * input_shape[2]
    biases = out_channels if bias else 0
    return count(input_shape, out_channels, kernel_size, groups, False) * pixels + biases


@exercise.misconception("USES-IMAGE-SIZE", conv2d_parameters, alone=True)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Use the image size as the kernel size."""
    return count(input_shape, out_channels, input_shape[1:], groups, bias)


@exercise.misconception("GROUPS-IGNORED", conv2d_parameters, alone=True)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    count(input_shape, out_channels, kernel_size, groups, bias)
    return count(input_shape, out_channels, kernel_size, 1, bias)


@exercise.misconception("GROUPS-IGNORED", conv2d_parameters)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Ignore groups completely, without a check."""
    return count(input_shape, out_channels, kernel_size, 1, bias)


@exercise.misconception("GROUPS-IGNORED", multiply_adds, alone=True)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    count(input_shape, output_shape, kernel_size, groups)
    return count(input_shape, output_shape, kernel_size)


@exercise.misconception("GROUPS-IGNORED", multiply_adds)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    """Ignore groups completely, without a check."""
    return count(input_shape, output_shape, kernel_size)


@exercise.misconception("NO-CHECK", conv2d_parameters, breaks="errors")
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Round down the number of channels in a group."""
    channels = input_shape[0] // groups
    return count((channels, *input_shape[1:]), out_channels, kernel_size, 1, bias)


@exercise.misconception("NO-CHECK", multiply_adds, breaks="errors")
def _(count, input_shape, output_shape, kernel_size, groups=1):
    """Round down the number of channels in a group."""
    return count((input_shape[0] // groups, *input_shape[1:]), output_shape, kernel_size)


@exercise.misconception("NO-CHECK", conv2d_parameters, breaks="errors")
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Divide the total number of weights by the groups and round it down."""
    weights = count(input_shape, out_channels, kernel_size, 1, False) // groups
    return weights + (out_channels if bias else 0)


@exercise.misconception("NO-CHECK", multiply_adds, breaks="errors")
def _(count, input_shape, output_shape, kernel_size, groups=1):
    """Divide the total by the groups and round it down."""
    return count(input_shape, output_shape, kernel_size) // groups


@exercise.misconception("FLOAT-COUNT", conv2d_parameters, breaks=("whole", "errors"))
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Divide by the groups with `/`, even with a remainder."""
    weights = count(input_shape, out_channels, kernel_size, 1, False) / groups
    return weights + (out_channels if bias else 0)


@exercise.misconception("FLOAT-COUNT", multiply_adds, breaks=("whole", "errors"))
def _(count, input_shape, output_shape, kernel_size, groups=1):
    """Divide by the groups with `/`, even with a remainder."""
    return count(input_shape, output_shape, kernel_size) / groups


@exercise.misconception("SHARED-WEIGHTS", locally_connected_parameters)
def _(count, input_shape, output_shape, kernel_size, bias=True):
    """Count the parameters of a convolution."""
    return count(input_shape, (output_shape[0], 1, 1), kernel_size, bias)


@exercise.misconception("BIAS-PER-CHANNEL", locally_connected_parameters)
def _(count, input_shape, output_shape, kernel_size, bias=True):
    """Count separate weights for every element, but shared biases."""
    weights = count(input_shape, output_shape, kernel_size, False)
    return weights + (output_shape[0] if bias else 0)


@exercise.misconception("POSITIONS-FORGOTTEN", multiply_adds)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    """Return the number of weights."""
    return count(input_shape, (output_shape[0], 1, 1), kernel_size, groups)


@exercise.misconception("ADDS-COUNTED", multiply_adds)
def _(count, *arguments, **options):
    return 2 * count(*arguments, **options)


for _only_ints in (False, True):

    @exercise.misconception(
        *("INPUT-POSITIONS", multiply_adds),
        alone=True,
        beside=("ADDS-COUNTED", "GROUPS-IGNORED", "SQUARE-MAP"),
    )
    def _(count, input_shape, output_shape, kernel_size, groups=1, only_ints=_only_ints):
        """Count the products once for every pixel of the input."""
        if only_ints and isinstance(kernel_size, tuple):
            raise TypeError("can't multiply sequence by non-int of type 'tuple'")
        return count(input_shape, (output_shape[0], *input_shape[1:]), kernel_size, groups)


@exercise.misconception(
    "SQUARE-MAP", multiply_adds, alone=True, beside=("GROUPS-IGNORED", "INPUT-POSITIONS")
)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    """Take the height twice."""
    input_shape, output_shape = ((*shape[:2], shape[1]) for shape in (input_shape, output_shape))
    return count(input_shape, output_shape, kernel_size, groups)


@exercise.misconception("FLOAT-COUNT", *_COUNTS, multiply_adds, model_parameters, breaks="whole")
def _(count, *arguments, **options):
    return float(count(*arguments, **options))


def _with(layers, **changes):
    """Return the layers, with these settings changed in those that have parameters."""
    return [
        {**layer, **changes} if layer["kind"] in ("linear", "conv2d") else layer for layer in layers
    ]


@exercise.misconception("NO-BIAS", model_parameters)
def _(count, layers):
    return count(_with(layers, bias=False))


@exercise.misconception("BIAS-ALWAYS", model_parameters)
def _(count, layers):
    return count(_with(layers, bias=True))


@exercise.misconception("POOL-HAS-PARAMS", model_parameters)
def _(count, layers):
    """Count k·k weights for a pooling window of k×k."""
    kernels = [pair(layer["kernel_size"]) for layer in layers if layer["kind"] == "max_pool2d"]
    return count(layers) + sum(kh * kw for kh, kw in kernels)


@exercise.misconception("POOL-HAS-PARAMS", model_parameters)
def _(count, layers):
    """Count k·k weights and a bias for a pooling window of k×k."""
    kernels = [pair(layer["kernel_size"]) for layer in layers if layer["kind"] == "max_pool2d"]
    return count(layers) + sum(kh * kw + 1 for kh, kw in kernels)


@exercise.misconception("LINEAR-ONLY", model_parameters)
def _(count, layers):
    """Count no parameters for convolutions."""
    return count([layer for layer in layers if layer["kind"] != "conv2d"])


@exercise.misconception("CONV-ONLY", model_parameters)
def _(count, layers):
    return count([layer for layer in layers if layer["kind"] != "linear"])


@exercise.misconception("GROUPS-DEPTHWISE", conv2d_parameters, alone=True)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Let every filter see a single channel as soon as there are groups."""
    channels = input_shape[0] if groups == 1 else 1
    count(input_shape, out_channels, kernel_size, groups, bias)
    return count((channels, *input_shape[1:]), out_channels, kernel_size, 1, bias)


@exercise.misconception("GROUPS-DEPTHWISE", multiply_adds, alone=True)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    channels = input_shape[0] if groups == 1 else 1
    count(input_shape, output_shape, kernel_size, groups)
    return count((channels, *input_shape[1:]), output_shape, kernel_size)


@exercise.misconception("GROUPS-DEPTHWISE", conv2d_parameters, alone=True)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Count one kernel for each input channel as soon as there are groups."""
    total = count(input_shape, out_channels, kernel_size, groups, bias)
    if groups == 1:
        return total
    weights = count((1, *input_shape[1:]), input_shape[0], kernel_size, 1, False)
    return weights + (out_channels if bias else 0)


@exercise.misconception("GROUPS-DEPTHWISE", multiply_adds, alone=True)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    if groups == 1:
        return count(input_shape, output_shape, kernel_size)
    return count((1, *input_shape[1:]), (input_shape[0], *output_shape[1:]), kernel_size)


@exercise.misconception("GROUPS-TWICE", conv2d_parameters, alone=True)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Divide both channels and filters by the groups, which counts the weights of one group."""
    weights = count(input_shape, out_channels, kernel_size, groups, False) // groups
    return weights + (out_channels if bias else 0)


@exercise.misconception("GROUPS-TWICE", multiply_adds, alone=True)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    return count(input_shape, output_shape, kernel_size, groups) // groups


@exercise.misconception("FIRST-OF-PAIR", conv2d_parameters)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Compute `kernel_size[0] ** 2`."""
    return count(input_shape, out_channels, first_of(kernel_size), groups, bias)


@exercise.misconception("FIRST-OF-PAIR", locally_connected_parameters)
def _(count, input_shape, output_shape, kernel_size, bias=True):
    return count(input_shape, output_shape, first_of(kernel_size), bias)


@exercise.misconception("FIRST-OF-PAIR", multiply_adds)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    return count(input_shape, output_shape, first_of(kernel_size), groups)


@exercise.misconception("MEMORY-NOT-MACS", multiply_adds, alone=True)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    """Return the number of elements of the output: what is stored, not what is multiplied."""
    count(input_shape, output_shape, kernel_size, groups)
    return prod(output_shape)


@exercise.misconception("MEMORY-NOT-MACS", multiply_adds, alone=True)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    """Return the number of elements of input, output and weights together."""
    weights = count(input_shape, (output_shape[0], 1, 1), kernel_size, groups)
    return prod(input_shape) + prod(output_shape) + weights


@exercise.misconception("GROUPS-IGNORED", model_parameters)
def _(count, layers):
    return count(
        [{**layer, "groups": 1} if layer["kind"] == "conv2d" else layer for layer in layers]
    )


@exercise.misconception("FIRST-OF-PAIR", model_parameters)
def _(count, layers):
    return count(
        [
            {**layer, "kernel_size": first_of(layer["kernel_size"])}
            if layer["kind"] == "conv2d"
            else layer
            for layer in layers
        ]
    )


@exercise.misconception("RETURN-IN-LOOP", model_parameters)
def _(count, layers):
    """Write `return` inside the loop: only the first layer is counted."""
    return count(layers[:1])


@exercise.misconception("BIAS-PER-CIN", conv2d_parameters, beside=("GROUPS-IGNORED",))
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Count a bias for every input channel."""
    weights = count(input_shape, out_channels, kernel_size, groups, False)
    return weights + (input_shape[0] if bias else 0)


@exercise.misconception(
    "BIASES-MULTIPLIED", multiply_adds, beside=("GROUPS-IGNORED", "ADDS-COUNTED")
)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    """Multiply the number of parameters, biases included, by the number of positions."""
    return count(input_shape, output_shape, kernel_size, groups) + prod(output_shape)


@exercise.misconception(
    *("INPUT-POSITIONS", locally_connected_parameters),
    alone=True,
    beside=("BIAS-ALWAYS", "BIAS-PER-CHANNEL", "NO-BIAS"),
)
def _(count, input_shape, output_shape, *others, **options):
    return count(input_shape, (output_shape[0], *input_shape[1:]), *others, **options)


@exercise.misconception(
    *("CHANNELS-LAST", conv2d_parameters, locally_connected_parameters, multiply_adds),
    alone=True,
    beside=("BIAS-ALWAYS", "GROUPS-IGNORED", "NO-BIAS"),
)
def _(count, input_shape, *others, **options):
    """Interpret the input as (height, width, channels)."""
    return count(input_shape[::-1], *others, **options)


@exercise.misconception("CHANNELS-LAST", conv2d_parameters, alone=True)
def _(count, input_shape, out_channels, kernel_size, groups=1, bias=True):
    """Round the channels of a group down instead of refusing them."""
    channels = input_shape[-1] // groups
    return count((channels, 1, 1), out_channels, kernel_size, 1, bias)


@exercise.misconception("CHANNELS-LAST", multiply_adds, alone=True)
def _(count, input_shape, output_shape, kernel_size, groups=1):
    """Round the channels of a group down instead of refusing them."""
    return count((input_shape[-1] // groups, 1, 1), output_shape, kernel_size)


_OFTEN = ("NO-BIAS", "BIAS-ONE", "BIAS-ALWAYS", "FORGOT-CIN", "FORGOT-COUT", "GROUPS-IGNORED")
for _function in (conv2d_parameters, locally_connected_parameters, multiply_adds):

    @exercise.misconception("PAIR-EXPECTED", _function, alone=True, beside=_OFTEN)
    def _(count, input_shape, others, kernel_size, *given, **options):
        """Unpack the kernel size, or index it."""
        if isinstance(kernel_size, int):
            raise TypeError("cannot unpack non-iterable int object")
        return count(input_shape, others, kernel_size, *given, **options)

    @exercise.misconception("PAIR-EXPECTED", _function, alone=True, beside=_OFTEN)
    def _(count, input_shape, others, kernel_size, *given, **options):
        """Use `np.prod(kernel_size)`, which is k for an int."""
        sides = (kernel_size, 1) if isinstance(kernel_size, int) else kernel_size
        return count(input_shape, others, sides, *given, **options)

    refuses_pairs(exercise, _function, *_OFTEN, "GROUPS-DEPTHWISE")
