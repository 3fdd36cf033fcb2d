"""ex09: a 1×1 convolution is a matrix product over channels."""

from array_api_compat import array_namespace

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .geometry import wide_enough
from .habits import drops_dtype

exercise = Exercise("ex09")


@exercise.function
def conv1x1(input, weight, bias=None):
    """Multiply every pixel's C channels by the same matrix [F, C]: [N, F, H, W].

    Raises ValueError if the numbers of channels differ.
    """
    xp = array_namespace(input)
    X, weight = wide_enough(input), wide_enough(weight)
    images, channels, height, width = X.shape
    if weight.shape[1] != channels:
        raise ValueError(f"{channels} channels of input, {weight.shape[1]} of weight")
    Y = weight @ xp.reshape(X, (images, channels, height * width))
    Y = xp.reshape(Y, (images, weight.shape[0], height, width))
    return Y if bias is None else Y + bias[:, None, None]


@exercise.function
def bottleneck_macs(c_in, c_mid, c_out, k, h, w):
    """Count the multiplications of 1×1 down to c_mid, k×k, and 1×1 up to c_out, all on h×w."""
    return h * w * (c_in * c_mid + k * k * c_mid * c_mid + c_mid * c_out)


@exercise.oracle(conv1x1)
def _(input, weight, bias=None):
    from torch.nn import functional as F

    bias = None if bias is None else bias.double()
    Y = F.conv2d(input.double(), weight.double()[:, :, None, None], bias)
    return Y.to(input.dtype)


@exercise.cases(conv1x1)
def _(draw):
    yield example(input=draw.array([[[[1, 2]], [[10, 20]]]]), weight=draw.array([[1, 1], [2, 0]]))
    yield example(
        input=draw.array([[[[1], [2], [3]]]]),
        weight=draw.array([[1], [-1]]),
        bias=draw.array([10, 20]),
    )
    yield case("one pixel", input=draw.distinct((1, 3, 1, 1)), weight=draw.kernel((2, 3)))
    yield case("one row", input=draw.distinct((1, 2, 1, 3)), weight=draw.kernel((1, 2)))
    yield case("two images", input=draw.distinct((2, 2, 1, 2)), weight=draw.kernel((3, 2)))
    yield case(
        "with biases",
        input=draw.integers((1, 2, 2, 3)),
        weight=draw.kernel((3, 2)),
        bias=draw.distinct((3,), 5),
    )
    yield case(
        "as many filters as channels", input=draw.integers((2, 3, 2, 4)), weight=draw.kernel((3, 3))
    )
    yield case(
        "as many channels as rows", input=draw.integers((1, 3, 3, 2)), weight=draw.kernel((2, 3))
    )
    yield case(
        "a square of everything", input=draw.integers((2, 2, 2, 2)), weight=draw.kernel((2, 2))
    )
    yield case(
        "everything differs",
        input=draw.integers((2, 4, 3, 5)),
        weight=draw.kernel((6, 4)),
        bias=draw.distinct((6,), 1),
    )
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            input=draw.reals((2, 5, 4, 6), dtype=dtype),
            weight=draw.reals((3, 5), dtype=dtype),
            bias=draw.reals((3,), dtype=dtype),
        )
    yield edge("one channel to one", input=draw.distinct((1, 1, 2, 3)), weight=draw.array([[2]]))
    yield edge(
        "grey images", input=draw.image((2, 1, 2, 3)), weight=draw.kernel((3, 1), dtype="int64")
    )
    yield edge(
        "not contiguous in memory",
        input=draw.strided(draw.integers((2, 3, 2, 4))),
        weight=draw.strided(draw.kernel((2, 3))),
    )
    yield raises(
        ValueError,
        "other channels than the weight",
        input=draw.integers((1, 3, 2, 2)),
        weight=draw.kernel((4, 5)),
    )


@exercise.cases(bottleneck_macs)
def _(draw):
    yield example(c_in=256, c_mid=64, c_out=256, k=3, h=56, w=56)
    yield example(c_in=2, c_mid=1, c_out=3, k=3, h=1, w=1)
    yield case("one pixel", c_in=4, c_mid=2, c_out=5, k=1, h=1, w=1)
    yield case("a small layer", c_mid=2, k=3, h=2, **_channels(draw))
    yield case("a large kernel", c_mid=2, k=5, h=3, **_channels(draw))
    yield case("no narrower in the middle", c_mid=17, k=2, h=4, **_channels(draw))
    yield case(
        "by chance",
        c_in=draw.whole(20, 99),
        c_mid=draw.whole(5, 19),
        c_out=draw.whole(100, 199),
        k=7,
        h=draw.whole(10, 19),
        w=draw.whole(20, 29),
    )
    yield edge("as many channels everywhere", c_in=8, c_mid=8, c_out=8, k=3, h=5,
               w=draw.whole(6, 30))  # fmt: skip
    yield edge("more than 2^31", c_in=2048, c_mid=512, c_out=2048, k=3, h=112,
               w=draw.whole(113, 224))  # fmt: skip


def _channels(draw):
    """Return drawn numbers of channels in and out, and a width."""
    return {"c_in": draw.whole(3, 7), "c_out": draw.whole(8, 15), "w": draw.whole(4, 9)}


@exercise.misconception("AXIS-SWAP-OI", conv1x1)
def _(conv1x1, input, weight, bias=None):
    """Interpret weight as [C, F]."""
    return conv1x1(input, array_namespace(weight).permute_dims(weight, (1, 0)), bias)


@exercise.misconception("AXIS-SWAP-OI", conv1x1)
def _(conv1x1, input, weight, bias=None):
    """Interpret weight as [C, F] in an einsum, which broadcasts a single channel."""
    conv1x1(input, weight, bias)
    xp = array_namespace(weight)
    turned = xp.permute_dims(weight, (1, 0))
    channels = max(input.shape[1], turned.shape[1])
    input, turned = (
        xp.concat([A] * channels, axis=1) if A.shape[1] == 1 else A for A in (input, turned)
    )
    Y = conv1x1(input, turned)
    return Y if bias is None else Y + bias[:, None, None]


#: Orders of the axes of [N, C, H, W] in which pixels are a matrix's rows, and its columns.
_ROWS, _COLUMNS = (0, 2, 3, 1), (1, 0, 2, 3)


def _reshaped(order, *, way_in, way_out, bias_first=False):
    """Register a mutant that uses reshape to change to this order of axes, or to change back.

    The order of the numbers in memory stays the same, so they end up at other places. The bias is
    added to the matrix (`bias_first`) or, as is more usual, to the maps.
    """

    @exercise.misconception("RESHAPE-NOT-TRANSPOSE", conv1x1)
    def _(conv1x1, input, weight, bias=None):
        xp = array_namespace(input)
        if way_in:
            laid = xp.reshape(input, tuple(input.shape[axis] for axis in order))
            input = xp.permute_dims(laid, tuple(order.index(axis) for axis in range(4)))
        Y = conv1x1(input, weight, bias if bias_first else None)
        if way_out:
            Y = xp.reshape(xp.permute_dims(Y, order), Y.shape)
        return Y if bias is None or bias_first else Y + bias[:, None, None]


for _order in (_ROWS, _COLUMNS):
    _reshaped(_order, way_in=True, way_out=True)
    _reshaped(_order, way_in=True, way_out=False)
    _reshaped(_order, way_in=False, way_out=True)
    _reshaped(_order, way_in=True, way_out=True, bias_first=True)
    _reshaped(_order, way_in=False, way_out=True, bias_first=True)


@exercise.misconception("SPATIAL-MIX", conv1x1)
def _(conv1x1, input, weight, bias=None):
    """Compute weight @ input, whose matrix product runs over the rows of the image."""
    if input.shape[2] != weight.shape[1]:
        raise ValueError("shapes do not match")
    Y = wide_enough(weight) @ wide_enough(input)
    if bias is None:
        return Y
    if Y.shape[1] not in (1, bias.shape[0]) and bias.shape[0] != 1:
        raise ValueError("shapes do not match")
    return Y + bias[:, None, None]


@exercise.misconception("SPATIAL-MIX", conv1x1)
def _(conv1x1, input, weight, bias=None):
    """Average each channel over the image first, so that every pixel gets the same result."""
    xp = array_namespace(input)
    X = wide_enough(input)
    if not xp.isdtype(X.dtype, "real floating"):
        X = xp.astype(X, xp.float64)
    return conv1x1(xp.ones_like(X) * xp.mean(X, axis=(2, 3), keepdims=True), weight, bias)


@exercise.misconception("WRONG-SIDE-MATMUL", conv1x1)
def _(conv1x1, input, weight, bias=None):
    """Compute input @ weight, whose matrix product runs over the columns of the image."""
    if input.shape[3] != weight.shape[0]:
        raise ValueError("shapes do not match")
    Y = wide_enough(input) @ wide_enough(weight)
    return Y if bias is None else Y + bias[:, None, None]


@exercise.misconception("WRONG-SIDE-MATMUL", conv1x1)
def _(conv1x1, input, weight, bias=None):
    """Compute input @ weight.T, as for a matrix whose rows are examples."""
    if input.shape[3] != weight.shape[1]:
        raise ValueError("shapes do not match")
    Y = wide_enough(input) @ array_namespace(weight).permute_dims(wide_enough(weight), (1, 0))
    return Y if bias is None else Y + bias[:, None, None]


@exercise.misconception("BIAS-MISSING", conv1x1)
def _(conv1x1, input, weight, bias=None):
    return conv1x1(input, weight)


@exercise.misconception("BIAS-ONE", conv1x1)
def _(conv1x1, input, weight, bias=None):
    if bias is not None:
        bias = array_namespace(bias).ones_like(bias) * bias[0]
    return conv1x1(input, weight, bias)


for _axis in (-1, -2):

    @exercise.misconception("BIAS-AXIS", conv1x1, alone=True)
    def _(conv1x1, input, weight, bias=None, axis=_axis):
        """Add the bias along the width, as `Y + bias` does, or along the height."""
        Y = conv1x1(input, weight)
        if bias is None:
            return Y
        if bias.shape[0] not in (1, Y.shape[axis]) and Y.shape[axis] != 1:
            raise ValueError("operands could not be broadcast together")
        return Y + (bias if axis == -1 else bias[:, None])


@exercise.misconception("NHWC", conv1x1)
def _(conv1x1, input, weight, bias=None):
    """Return the channels last: [N, H, W, F]."""
    Y = conv1x1(input, weight, bias)
    return array_namespace(Y).permute_dims(Y, (0, 2, 3, 1))


@exercise.misconception("KERNEL-NOT-SQUARED", bottleneck_macs)
def _(macs, c_in, c_mid, c_out, k, h, w):
    return macs(c_in, c_mid, c_out, k, h, w) - h * w * (k * k - k) * c_mid * c_mid


@exercise.misconception("NO-1X1-UP", bottleneck_macs)
def _(macs, c_in, c_mid, c_out, k, h, w):
    """Leave out the last 1×1 layer."""
    return macs(c_in, c_mid, c_out, k, h, w) - h * w * c_mid * c_out


@exercise.misconception("NO-1X1-UP", bottleneck_macs)
def _(macs, c_in, c_mid, c_out, k, h, w):
    """Count two layers: 1×1 down to c_mid, then k×k from c_mid to c_out."""
    middle, last = k * k * c_mid * c_mid + c_mid * c_out, k * k * c_mid * c_out
    return macs(c_in, c_mid, c_out, k, h, w) + h * w * (last - middle)


@exercise.misconception("FULL-CONV", bottleneck_macs)
def _(macs, c_in, c_mid, c_out, k, h, w):
    """Count one k×k layer from c_in to c_out, without a bottleneck."""
    bottleneck = c_in * c_mid + k * k * c_mid * c_mid + c_mid * c_out
    return macs(c_in, c_mid, c_out, k, h, w) + h * w * (k * k * c_in * c_out - bottleneck)


@exercise.misconception("POSITIONS-FORGOTTEN", bottleneck_macs)
def _(macs, c_in, c_mid, c_out, k, h, w):
    """Return the number of weights."""
    return macs(c_in, c_mid, c_out, k, 1, 1)


@exercise.misconception("ADDS-COUNTED", bottleneck_macs)
def _(macs, c_in, c_mid, c_out, k, h, w):
    """Count multiplications and additions separately."""
    return 2 * macs(c_in, c_mid, c_out, k, h, w)


@exercise.misconception("FLOAT-COUNT", bottleneck_macs, breaks="whole")
def _(macs, c_in, c_mid, c_out, k, h, w):
    return float(macs(c_in, c_mid, c_out, k, h, w))


drops_dtype(exercise, conv1x1)
