"""ex16: global average pooling, its gradient, and the parameters it saves."""

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example

from .habits import drops_dtype

exercise = Exercise("ex16")


@exercise.function
def global_avg_pool2d(input):
    """Return the mean of every feature map of [N, C, H, W], as [N, C]."""
    xp = array_namespace(input)
    if not xp.isdtype(input.dtype, "real floating"):
        input = xp.astype(input, xp.float64)
    return xp.mean(input, axis=(2, 3))


@exercise.function
def global_avg_pool2d_backward(grad_output, input_shape):
    """Return the gradient of the input: every element of a map gets the same share."""
    xp = array_namespace(grad_output)
    height, width = input_shape[2:]
    share = grad_output[..., None, None] / (height * width)
    ones = xp.ones(tuple(input_shape), dtype=grad_output.dtype, device=device(grad_output))
    return ones * share


@exercise.function
def gap_head_parameters(input_shape, num_classes, bias=True):
    """Count the parameters of a linear layer after global average pooling of (C, H, W)."""
    channels, _, _ = input_shape
    return channels * num_classes + (num_classes if bias else 0)


@exercise.oracle(global_avg_pool2d)
def _(input):
    from torch.nn import functional as F

    floating = input if input.is_floating_point() else input.double()
    return F.adaptive_avg_pool2d(floating, 1).flatten(1)


@exercise.oracle(global_avg_pool2d_backward)
def _(grad_output, input_shape):
    import torch
    from torch.nn import functional as F

    X = torch.zeros(input_shape, dtype=grad_output.dtype, requires_grad=True)
    return torch.autograd.grad(F.adaptive_avg_pool2d(X, 1).flatten(1), X, grad_output)[0]


@exercise.oracle(gap_head_parameters)
def _(input_shape, num_classes, bias=True):
    from torch import nn

    head = nn.Linear(input_shape[0], num_classes, bias=bias)
    return sum(parameter.numel() for parameter in head.parameters())


@exercise.cases(global_avg_pool2d)
def _(draw):
    yield example(input=draw.array([[[[1, 3], [5, 7]]]]))
    yield example(input=draw.array([[[[1, 2, 3]], [[4, 5, 9]]]]))
    yield case("one map in a row", input=draw.distinct((1, 1, 1, 4)) * 4)
    yield case("a high map", input=draw.distinct((1, 1, 5, 2)) * 10)
    yield case("two channels", input=draw.integers((1, 2, 2, 3)) * 6)
    yield case("two images", input=draw.integers((2, 1, 3, 2)) * 6)
    yield case("more channels than images", input=draw.integers((2, 4, 3, 5)))
    yield case("negative numbers", input=draw.integers((2, 3, 2, 2), -9, -1) * 4)
    for dtype in ("float32", "float64"):
        yield case(f"fractions in {dtype}", input=draw.reals((3, 2, 4, 7), dtype=dtype))
    yield case("7×7 maps", input=draw.reals((2, 8, 7, 7)))
    yield edge("maps of one element", input=draw.distinct((2, 3, 1, 1)))
    yield edge("grey images", input=draw.image((2, 1, 4, 5)))
    yield edge("not contiguous in memory", input=draw.strided(draw.integers((2, 3, 4, 5))))


@exercise.cases(global_avg_pool2d_backward)
def _(draw):
    yield example(grad_output=draw.array([[8]]), input_shape=(1, 1, 2, 2))
    yield example(grad_output=draw.array([[6, 12]]), input_shape=(1, 2, 1, 3))
    yield case("a high map", grad_output=draw.distinct((1, 1)) * 6, input_shape=(1, 1, 3, 2))
    yield case("a wide map", grad_output=draw.distinct((1, 1)) * 10, input_shape=(1, 1, 2, 5))
    yield case("two channels", grad_output=draw.distinct((1, 2)) * 4, input_shape=(1, 2, 1, 4))
    yield case("two images", grad_output=draw.distinct((2, 1)) * 6, input_shape=(2, 1, 3, 2))
    yield case("everything differs", grad_output=draw.reals((2, 3)), input_shape=(2, 3, 4, 5))
    yield case(
        "maps of N×C elements", grad_output=draw.distinct((2, 3)) * 6, input_shape=(2, 3, 2, 3)
    )
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            grad_output=draw.reals((3, 4), dtype=dtype),
            input_shape=(3, 4, 5, 3),
        )
    yield edge("maps of one element", grad_output=draw.distinct((2, 3)), input_shape=(2, 3, 1, 1))
    yield edge(
        "a gradient of zeros", grad_output=draw.integers((2, 2), 0, 0), input_shape=(2, 2, 2, 3)
    )
    yield edge(
        "not contiguous in memory",
        grad_output=draw.strided(draw.integers((2, 3))),
        input_shape=(2, 3, 4, 2),
    )


@exercise.cases(gap_head_parameters)
def _(draw):
    same = draw.whole(8, 60)
    yield example(input_shape=(512, 7, 7), num_classes=1000)
    yield example(input_shape=(3, 4, 5), num_classes=2, bias=False)
    yield case("few channels", input_shape=(draw.whole(4, 9), 2, 3), num_classes=draw.whole(2, 9))
    shape = (draw.whole(5, 30), 3, 2)
    yield case("without biases", input_shape=shape, num_classes=draw.whole(4, 30), bias=False)
    yield case("one class", input_shape=(draw.whole(6, 60), 5, 4), num_classes=1)
    yield case("as many classes as channels", input_shape=(same, 2, 6), num_classes=same)
    yield case(
        "by chance",
        input_shape=(draw.whole(10, 99), draw.whole(2, 9), draw.whole(10, 19)),
        num_classes=draw.whole(100, 199),
    )
    yield edge("maps of one element", input_shape=(draw.whole(7, 60), 1, 1), num_classes=5)
    yield edge("one channel", input_shape=(1, 9, 8), num_classes=draw.whole(10, 60))


@exercise.misconception("GAP-MEAN-ALL", global_avg_pool2d)
def _(pool, input):
    """Return `input.mean()`, one number."""
    xp = array_namespace(input)
    return xp.mean(pool(input))


@exercise.misconception("GAP-MEAN-ALL", global_avg_pool2d)
def _(pool, input):
    """Return one number for each image."""
    xp = array_namespace(input)
    return xp.mean(pool(input), axis=1)


@exercise.misconception("GAP-MEAN-ALL", global_avg_pool2d)
def _(pool, input):
    """Return one number for each channel, over all images."""
    xp = array_namespace(input)
    return xp.mean(pool(input), axis=0)


@exercise.misconception("GAP-WRONG-AXES", global_avg_pool2d, alone=True)
def _(pool, input):
    """Take the mean over the first two axes, as for one image [H, W, C]."""
    xp = array_namespace(input)
    return pool(xp.permute_dims(input, (2, 3, 0, 1)))


@exercise.misconception("GAP-SUM", global_avg_pool2d)
def _(pool, input):
    return pool(input) * (input.shape[2] * input.shape[3])


@exercise.misconception("SUM-WRAPS", global_avg_pool2d)
def _(pool, input):
    """Add up a grey image in uint8, numpy's dtype of it: bytes wrap at 256."""
    xp = array_namespace(input)
    cells = input.shape[2] * input.shape[3]
    sums = pool(input) * cells
    return (sums if xp.isdtype(input.dtype, "real floating") else sums % 256) / cells


@exercise.misconception("INT-OUT", global_avg_pool2d)
def _(pool, input):
    """Store the means in the dtype of the input."""
    return array_namespace(input).astype(pool(input), input.dtype)


@exercise.misconception("INT-OUT", global_avg_pool2d)
def _(pool, input):
    """Store the means in an array of integers."""
    return array_namespace(input).astype(pool(input), array_namespace(input).int64)


@exercise.misconception("INT-OUT", global_avg_pool2d)
def _(pool, input):
    """Divide by `//`, which rounds down."""
    return array_namespace(input).floor(pool(input))


@exercise.misconception("GAP-KEEPDIMS", global_avg_pool2d)
def _(pool, input):
    pooled = pool(input)
    return array_namespace(pooled).reshape(pooled, (*pooled.shape, 1, 1))


@exercise.misconception("GAP-MAX", global_avg_pool2d)
def _(pool, input):
    """Return the maximum of each map as a float."""
    xp = array_namespace(input)
    return pool(xp.ones_like(input) * xp.max(input, axis=(2, 3), keepdims=True))


@exercise.misconception("GAP-MAX", global_avg_pool2d)
def _(pool, input):
    """Return the maximum of each map in the dtype of the input, so that integers stay integers."""
    pool(input)
    return array_namespace(input).max(input, axis=(2, 3))


@exercise.misconception("DIV-K-NOT-KK", global_avg_pool2d)
def _(pool, input):
    return pool(input) * input.shape[3]


@exercise.misconception("DIV-K-NOT-KK", global_avg_pool2d)
def _(pool, input):
    return pool(input) * input.shape[2]


for _twice, _unused in ((2, 3), (3, 2)):

    @exercise.misconception("SQUARE-MAP", global_avg_pool2d, alone=True)
    def _(pool, input, twice=_twice, unused=_unused):
        """Divide by H · H or W · W."""
        return pool(input) * (input.shape[unused] / input.shape[twice])

    @exercise.misconception("SQUARE-MAP", global_avg_pool2d_backward, alone=True)
    def _(backward, grad_output, input_shape, twice=_twice, unused=_unused):
        return backward(grad_output * (input_shape[unused] / input_shape[twice]), input_shape)


@exercise.misconception("RESHAPE-NOT-TRANSPOSE", global_avg_pool2d, alone=True)
def _(pool, input):
    """Compute `input.reshape(N, H * W, C).mean(axis=1)`."""
    xp = array_namespace(input)
    images, channels, height, width = input.shape
    places = xp.reshape(input, (images, height, width, channels))
    return pool(xp.permute_dims(places, (0, 3, 1, 2)))


# The gradients of each image repeated by np.tile, or those of all images.
for _order in ((0, 2, 3, 1), (2, 3, 0, 1)):

    @exercise.misconception(
        *("RESHAPE-NOT-TRANSPOSE", global_avg_pool2d_backward),
        alone=True,
        beside=("GRAD-NOT-DIVIDED",),
    )
    def _(backward, grad_output, input_shape, order=_order):
        """Repeat all channels H · W times, and reshape that to [N, C, H, W]."""
        xp = array_namespace(grad_output)
        grad = backward(grad_output, input_shape)
        return xp.reshape(xp.permute_dims(grad, order), tuple(input_shape))


@exercise.misconception("FLATTENED", global_avg_pool2d, alone=True)
def _(pool, input):
    """Return the means in one row: `input.reshape(N * C, -1).mean(axis=1)`."""
    return array_namespace(input).reshape(pool(input), (-1,))


@exercise.misconception("GRAD-NOT-DIVIDED", global_avg_pool2d_backward)
def _(backward, grad_output, input_shape):
    height, width = input_shape[2:]
    return backward(grad_output * (height * width), input_shape)


@exercise.misconception("GRAD-NOT-DIVIDED", global_avg_pool2d_backward)
def _(backward, grad_output, input_shape):
    """Return a view of the gradient, as `broadcast_to` and `expand` do, without dividing it."""
    xp = array_namespace(grad_output)
    return xp.broadcast_to(grad_output[..., None, None], tuple(input_shape))


@exercise.misconception("DIV-K-NOT-KK", global_avg_pool2d_backward)
def _(backward, grad_output, input_shape):
    return backward(grad_output * input_shape[3], input_shape)


@exercise.misconception("DIV-K-NOT-KK", global_avg_pool2d_backward)
def _(backward, grad_output, input_shape):
    return backward(grad_output * input_shape[2], input_shape)


for _axes in (1, 2):

    @exercise.misconception("GRAD-DIV-ALL", global_avg_pool2d_backward, alone=True)
    def _(backward, grad_output, input_shape, axes=_axes):
        """Divide by the number of elements of an image, or of all images."""
        maps = input_shape[1] if axes == 1 else input_shape[0] * input_shape[1]
        return backward(grad_output / maps, input_shape)


for _kept in ((), (1, 1)):

    @exercise.misconception("GRAD-NOT-SPREAD", global_avg_pool2d_backward)
    def _(backward, grad_output, input_shape, kept=_kept):
        """Return the share of an element once for each map, as [N, C] or as [N, C, 1, 1]."""
        share = backward(grad_output, input_shape)[..., 0, 0]
        return array_namespace(share).reshape(share, (*share.shape, *kept))


for _grows in (False, True):

    @exercise.misconception(
        *("GRAD-BROADCAST", global_avg_pool2d_backward),
        alone=True,
        beside=("GRAD-NOT-DIVIDED", "NHWC"),
    )
    def _(backward, grad_output, input_shape, grows=_grows):
        """Broadcast [N, C] against [N, C, H, W] without two more axes: it is read as [H, W].

        If the result `grows`, the gradient is multiplied by ones, and maps of one element grow.
        """
        *_, height, width = input_shape
        sides = zip(grad_output.shape, (height, width), strict=True)
        if any(n != m and n != 1 and not (grows and m == 1) for n, m in sides):
            raise ValueError("operands could not be broadcast together")
        xp = array_namespace(grad_output)
        ones = xp.ones(tuple(input_shape), dtype=grad_output.dtype, device=device(grad_output))
        return ones * backward(grad_output, (*grad_output.shape, height, width))[..., 0, 0]


@exercise.misconception("UPSTREAM-IGNORED", global_avg_pool2d_backward)
def _(backward, grad_output, input_shape):
    return backward(array_namespace(grad_output).ones_like(grad_output), input_shape)


@exercise.misconception("USES-IMAGE-SIZE", gap_head_parameters)
def _(parameters, input_shape, num_classes, bias=True):
    """Count the parameters of a linear layer on the flattened maps, without pooling."""
    channels, height, width = input_shape
    return parameters((channels * height * width, 1, 1), num_classes, bias)


@exercise.misconception("NO-BIAS", gap_head_parameters)
def _(parameters, input_shape, num_classes, bias=True):
    return parameters(input_shape, num_classes, False)


@exercise.misconception("BIAS-ALWAYS", gap_head_parameters)
def _(parameters, input_shape, num_classes, bias=True):
    return parameters(input_shape, num_classes, True)


@exercise.misconception("BIAS-ONE", gap_head_parameters)
def _(parameters, input_shape, num_classes, bias=True):
    return parameters(input_shape, num_classes, False) + (1 if bias else 0)


@exercise.misconception("BIAS-PER-CIN", gap_head_parameters, alone=True)
def _(parameters, input_shape, num_classes, bias=True):
    """Count a bias for each channel of the input."""
    return parameters(input_shape, num_classes, False) + (input_shape[0] if bias else 0)


@exercise.misconception(
    "CHANNELS-LAST", gap_head_parameters, alone=True, beside=("BIAS-ONE", "BIAS-ALWAYS")
)
def _(parameters, input_shape, num_classes, bias=True):
    """Unpack `H, W, C = input_shape`."""
    return parameters(tuple(input_shape)[::-1], num_classes, bias)


@exercise.misconception("FLOAT-COUNT", gap_head_parameters, breaks="whole")
def _(parameters, input_shape, num_classes, bias=True):
    return float(parameters(input_shape, num_classes, bias))


@exercise.misconception("SQUEEZED", global_avg_pool2d)
def _(pool, input):
    """Call `squeeze()`, which drops the axis of a single image or channel too."""
    pooled = pool(input)
    shape = tuple(n for n in pooled.shape if n != 1)
    return array_namespace(pooled).reshape(pooled, shape)


@exercise.misconception("SQUEEZED", global_avg_pool2d, alone=True)
def _(pool, input):
    """Call `squeeze()` before the mean, which leaves a single image without its axis."""
    pooled = pool(input)
    images, channels, *_ = input.shape
    shape = (channels,) if images == 1 else pooled.shape
    return array_namespace(pooled).reshape(pooled, shape)


@exercise.misconception("LECTURE-CONSTANTS", global_avg_pool2d)
def _(pool, input):
    """Divide the sum by 49, as for maps of 7×7."""
    return pool(input) * (input.shape[2] * input.shape[3] / 49)


@exercise.misconception("LECTURE-CONSTANTS", global_avg_pool2d_backward)
def _(backward, grad_output, input_shape):
    return backward(grad_output * (input_shape[2] * input_shape[3] / 49), input_shape)


for _kept in ((), (1,), (1, 1)):

    @exercise.misconception(
        "NHWC", global_avg_pool2d, alone=True, beside=() if _kept else ("GAP-SUM", "GAP-MAX")
    )
    def _(pool, input, kept=_kept):
        """Reduce axes 1 and 2, as for [N, H, W, C]; return [N, C], [N, 1, C] or [N, 1, 1, C]."""
        xp = array_namespace(input)
        pooled = pool(xp.permute_dims(input, (0, 3, 1, 2)))
        images, channels = pooled.shape
        return xp.reshape(pooled, (images, *kept, channels))


@exercise.misconception("NHWC", global_avg_pool2d_backward, alone=True, beside=("GRAD-BROADCAST",))
def _(backward, grad_output, input_shape):
    """Unpack `m, H, W, C = input_shape` for the divisor only; return the right shape."""
    _, channels, height, width = input_shape
    return backward(grad_output * (height * width / (channels * height)), input_shape)


@exercise.misconception("NHWC", global_avg_pool2d_backward, alone=True)
def _(backward, grad_output, input_shape):
    """Compute `ones((m, H, W, C)) * dA[:, None, None, :] / (H * W)`, broadcast where it can be."""
    xp = array_namespace(grad_output)
    _, channels, height, width = input_shape
    if channels != width and 1 not in (channels, width):
        raise ValueError("operands could not be broadcast together")
    share = _last_axis(backward, grad_output) / (channels * height)
    return share * xp.ones(tuple(input_shape), dtype=share.dtype, device=device(share))


@exercise.misconception("NHWC", global_avg_pool2d_backward, alone=True)
def _(backward, grad_output, input_shape):
    """Write `dX[:, :, :, c] = dA[:, None, None, c] / (H * W)` for each c < C = input_shape[3]."""
    xp = array_namespace(grad_output)
    _, channels, height, width = input_shape
    if width > channels:
        raise IndexError("index is out of bounds")
    share = _last_axis(backward, grad_output)[..., :width] / (channels * height)
    return share * xp.ones(tuple(input_shape), dtype=share.dtype, device=device(share))


def _last_axis(backward, grad_output):
    """Return grad_output as [N, 1, 1, C]."""
    images, channels = grad_output.shape
    grad = backward(grad_output, (images, channels, 1, 1))
    return array_namespace(grad).reshape(grad, (images, 1, 1, channels))


drops_dtype(exercise, global_avg_pool2d, global_avg_pool2d_backward)
