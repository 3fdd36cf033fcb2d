"""ex08: convolution over batches and channels, as networks use it."""

from math import prod

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .geometry import output_size, pad, pair, wide_enough, windows_inside
from .habits import (
    before_and_after,
    drops_dtype,
    first_of,
    in_bytes,
    refuse_pair,
    refuses_pairs,
)
from .looping import first_part, looped, running_sums
from .same_size import reflected, with_edges

exercise = Exercise("ex08")


@exercise.function
def conv2d(input, weight, bias=None, stride=1, padding=0):
    """Cross-correlate [N, C, H, W] with [F, C, kh, kw]: one feature map for each filter.

    Returns [N, F, H', W']. Raises ValueError if the channels differ or if no window fits.
    """
    xp = array_namespace(input)
    X, weight = pad(wide_enough(input), padding), wide_enough(weight)
    (filters, channels, kh, kw), (sh, sw) = weight.shape, pair(stride)
    if X.shape[1] != channels:
        raise ValueError(f"{X.shape[1]} channels of input, {channels} of weight")
    rows, columns = output_size(X.shape[2], kh, 0, sh), output_size(X.shape[3], kw, 0, sw)
    size, Y = (X.shape[0], channels * kw, rows * columns), 0
    for top in range(min(kh, sh)):  # rows top, top + sh, … of the kernel meet the same rows of X
        across = [X[:, :, top::sh, j : j + columns * sw : sw] for j in range(kw)]
        lines = xp.stack(across, axis=2)
        for i in range(top, kh, sh):
            cells = xp.reshape(lines[:, :, :, i // sh : i // sh + rows, :], size)
            Y += xp.reshape(weight[:, :, i, :], (filters, channels * kw)) @ cells
    Y = xp.reshape(Y, (X.shape[0], filters, rows, columns))
    return Y if bias is None else Y + bias[:, None, None]


@exercise.oracle(conv2d)
def _(input, weight, bias=None, stride=1, padding=0):
    from torch.nn import functional as F

    bias = None if bias is None else bias.double()
    Y = F.conv2d(input.double(), weight.double(), bias, stride, padding)
    return Y.to(input.dtype)


@exercise.cases(conv2d)
def _(draw):
    two = draw.array([[[[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]]])
    first = draw.array([[[0, 1], [2, 3]], [[1, 2], [3, 4]]])
    filters = first[None] + draw.array([0, 1, 2])[:, None, None, None]
    yield example(input=two, weight=filters)
    yield example(
        input=draw.array([[[[1, 2, 3]]]]),
        weight=draw.array([[[[1, 2]]], [[[0, 1]]]]),
        bias=draw.array([10, 20]),
    )
    yield example(
        input=draw.arange(1, 1, 3, 3),
        weight=draw.arange(1, 1, 2, 2),
        stride=(3, 2),
        padding=1,
    )
    yield case(
        "one row, two filters",
        input=draw.distinct((1, 1, 1, 4)),
        weight=draw.kernel((2, 1, 1, 2)),
    )
    yield case(
        "two channels, one filter",
        input=draw.distinct((1, 2, 1, 3)),
        weight=draw.kernel((1, 2, 1, 2)),
    )
    yield case(
        "two filters with biases",
        input=draw.distinct((1, 1, 2, 3)),
        weight=draw.kernel((2, 1, 2, 2)),
        bias=draw.distinct((2,), 3),
    )
    yield case(
        "as many columns as filters",
        input=draw.integers((1, 1, 3, 4)),
        weight=draw.kernel((3, 1, 2, 2)),
        bias=draw.distinct((3,), 5),
    )
    yield case("two images", input=draw.integers((2, 1, 2, 3)), weight=draw.kernel((1, 1, 2, 2)))
    yield case("a high kernel", input=draw.integers((1, 2, 5, 3)), weight=draw.kernel((2, 2, 3, 1)))
    yield case(
        "a wide kernel",
        input=draw.integers((1, 2, 3, 6)),
        weight=draw.kernel((2, 2, 2, 3)),
        bias=draw.distinct((2,), -3),
    )
    yield case(
        "padding 1",
        input=draw.integers((1, 1, 2, 3)),
        weight=draw.kernel((1, 1, 2, 2)),
        padding=1,
    )
    yield case(
        "padding 1 and a bias",
        input=draw.integers((1, 1, 3, 2)),
        weight=draw.kernel((1, 1, 2, 2)),
        bias=draw.distinct((1,), 2),
        padding=1,
    )
    yield case(
        "padding 2",
        input=draw.integers((1, 2, 4, 3)),
        weight=draw.kernel((2, 2, 3, 3)),
        bias=draw.distinct((2,), 1),
        padding=2,
    )
    yield case(
        "more padding beside",
        input=draw.integers((1, 2, 3, 3)),
        weight=draw.kernel((2, 2, 2, 2)),
        bias=draw.distinct((2,), 2),
        padding=(0, 2),
    )
    yield case(
        "stride 2 with a remainder",
        input=draw.integers((1, 1, 6, 5)),
        weight=draw.kernel((1, 1, 3, 2)),
        stride=2,
    )
    yield case(
        "stride 2 and biases",
        input=draw.integers((1, 1, 4, 5)),
        weight=draw.kernel((2, 1, 2, 2)),
        bias=draw.distinct((2,), -3),
        stride=2,
    )
    yield case(
        "stride 3",
        input=draw.integers((1, 2, 8, 6)),
        weight=draw.kernel((2, 2, 3, 3)),
        bias=draw.distinct((2,), -2),
        stride=3,
    )
    yield case(
        "padding 1 and stride 2",
        input=draw.integers((1, 2, 4, 7)),
        weight=draw.kernel((2, 2, 3, 3)),
        stride=2,
        padding=1,
    )
    yield case(
        "larger steps downwards",
        input=draw.integers((1, 2, 7, 5)),
        weight=draw.kernel((2, 2, 2, 3)),
        stride=(3, 1),
    )
    yield case(
        "as many filters as channels",
        input=draw.integers((2, 3, 4, 5)),
        weight=draw.kernel((3, 3, 2, 3)),
        bias=draw.distinct((3,), -1),
        padding=1,
    )
    yield case(
        "everything differs",
        input=draw.integers((2, 3, 6, 9)),
        weight=draw.kernel((4, 3, 3, 2)),
        bias=draw.distinct((4,), 1),
        stride=(2, 3),
        padding=(2, 1),
    )
    yield case(
        "negative results", input=draw.integers((1, 2, 3, 3), -9, -1),
        weight=draw.distinct((2, 2, 2, 2)),
    )  # fmt: skip
    yield case(
        "fractions",
        input=draw.array([[[[0.5, 1.25, -0.75]]]]),
        weight=draw.array([[[[0.5, 2.5]]]]),
    )
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            input=draw.reals((2, 4, 7, 8), dtype=dtype),
            weight=draw.reals((3, 4, 3, 2), dtype=dtype),
            bias=draw.reals((3,), dtype=dtype),
            stride=(1, 2),
            padding=(1, 2),
        )
    yield case(
        "a larger batch",
        input=draw.reals((4, 3, 12, 14)),
        weight=draw.reals((5, 3, 3, 4)),
        bias=draw.reals((5,)),
        stride=(2, 3),
        padding=(1, 2),
    )
    yield edge(
        "no bias", input=draw.integers((2, 2, 5, 4)), weight=draw.kernel((3, 2, 2, 2)), stride=2
    )
    yield edge(
        "kernel as large as the padded image",
        input=draw.integers((2, 2, 2, 3)),
        weight=draw.kernel((3, 2, 4, 5)),
        padding=1,
    )
    yield edge(
        "1×1 kernel",
        input=draw.integers((2, 3, 2, 4)),
        weight=draw.kernel((2, 3, 1, 1)),
        bias=draw.distinct((2,), 3),
    )
    yield edge(
        "grey images",
        input=draw.image((2, 1, 4, 5)),
        weight=draw.kernel((2, 1, 2, 3), dtype="int64"),
        padding=1,
    )
    yield edge(
        "not contiguous in memory",
        input=draw.strided(draw.integers((1, 2, 4, 5))),
        weight=draw.strided(draw.kernel((2, 2, 2, 3))),
        stride=(1, 2),
    )
    yield raises(
        ValueError,
        "other channels than the filters",
        input=draw.integers((1, 3, 4, 4)),
        weight=draw.kernel((2, 2, 2, 2)),
    )
    yield raises(
        ValueError,
        "kernel higher than the image",
        input=draw.integers((1, 2, 2, 5)),
        weight=draw.kernel((3, 2, 5, 2)),
    )


@exercise.misconception("AXIS-SWAP-OI", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Interpret weight as [C, F, kh, kw]."""
    xp = array_namespace(weight)
    return conv2d(input, xp.permute_dims(weight, (1, 0, 2, 3)), bias, stride, padding)


@exercise.misconception("AXIS-SWAP-OI", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Interpret weight as [C, F, kh, kw] without a check: a single channel is broadcast."""
    xp = array_namespace(weight)
    input, weight = _same_channels(input, xp.permute_dims(weight, (1, 0, 2, 3)))
    return conv2d(input, weight, _first_biases(bias, weight.shape[0]), stride, padding)


def _same_channels(input, weight):
    """Repeat the channel of one of the two if it has a single one, as a product broadcasts it."""
    xp = array_namespace(input)
    channels = max(input.shape[1], weight.shape[1])
    return tuple(
        xp.concat([A] * channels, axis=1) if A.shape[1] == 1 else A for A in (input, weight)
    )


def _first_biases(bias, filters):
    """Return as many biases as there are filters; raise IndexError if there are fewer."""
    if bias is not None and bias.shape[0] < filters:
        raise IndexError("index is out of bounds")
    return None if bias is None else bias[:filters]


@exercise.misconception("BATCH-FIRST-ONLY", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Return a result for the first image only."""
    return conv2d(input[:1, ...], weight, bias, stride, padding)


@exercise.misconception("BATCH-FIRST-ONLY", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Return the result for input[0], without an axis for the images."""
    return conv2d(input[:1, ...], weight, bias, stride, padding)[0, ...]


@exercise.misconception("BATCH-FIRST-ONLY", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Use input[0] in every round of the loop over the images."""
    xp = array_namespace(input)
    same = xp.concat([input[:1, ...]] * input.shape[0])
    return conv2d(same, weight, bias, stride, padding)


@exercise.misconception("BATCH-FIRST-ONLY", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Allocate room for all images, but compute only the first."""
    Y = conv2d(input, weight, bias, stride, padding)
    out = array_namespace(Y).zeros_like(Y)
    out[:1, ...] = Y[:1, ...]
    return out


@exercise.misconception("CH-FIRST-ONLY", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    conv2d(input, weight, bias, stride, padding)
    return conv2d(input[:, :1, ...], weight[:, :1, ...], bias, stride, padding)


@exercise.misconception("CH-LAST-ONLY", conv2d, alone=True, beside=("BIAS-MISSING", "PAD-IGNORED"))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Write `=` instead of `+=` in the loop over the channels."""
    conv2d(input, weight, bias, stride, padding)
    return conv2d(input[:, -1:, ...], weight[:, -1:, ...], bias, stride, padding)


@exercise.misconception("CH-SAME-KERNEL", conv2d, alone=True, beside=("BIAS-MISSING",))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Use weight[f, 0] for all channels."""
    conv2d(input, weight, bias, stride, padding)
    same = array_namespace(weight).concat([weight[:, :1, ...]] * weight.shape[1], axis=1)
    return conv2d(input, same, bias, stride, padding)


for _channels in (slice(1, None), slice(-1)):

    @exercise.misconception("CH-LEFT-OUT", conv2d, alone=True, beside=("BIAS-MISSING",))
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, channels=_channels):
        """Loop over `range(1, C)` or `range(C - 1)`."""
        kept = array_namespace(weight).zeros_like(weight)
        kept[:, channels, ...] = weight[:, channels, ...]
        return conv2d(input, kept, bias, stride, padding)


@exercise.misconception("CH-MEAN", conv2d, alone=True, beside=("BIAS-MISSING", "PAD-IGNORED"))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Divide by the number of channels before the bias is added."""
    Y = conv2d(input, weight, None, stride, padding) / input.shape[1]
    return Y if bias is None else Y + bias[:, None, None]


@exercise.misconception("CH-MEAN", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Take the mean of all products of a window."""
    Y = conv2d(input, weight, None, stride, padding) / prod(weight.shape[1:])
    return Y if bias is None else Y + bias[:, None, None]


@exercise.misconception("BIAS-ONE", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    if bias is not None:
        bias = array_namespace(bias).ones_like(bias) * bias[0]
    return conv2d(input, weight, bias, stride, padding)


for _added in ("to all", "as computed"):

    @exercise.misconception("BIAS-ALL", conv2d, alone=True, beside=("PAD-IGNORED", "FLIP"))
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, added=_added):
        """Write `Y[n] += bias[f]`: every bias is added to all maps, or to those computed so far."""
        if bias is not None:
            xp = array_namespace(bias)
            sums = xp.flip(xp.cumulative_sum(xp.flip(bias)))
            bias = sums if added == "as computed" else xp.zeros_like(sums) + sums[0]
        return conv2d(input, weight, bias, stride, padding)


@exercise.misconception("BIAS-PIXEL", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Compute `Y + bias`, which adds the biases to the columns if their number fits."""
    Y = conv2d(input, weight, None, stride, padding)
    if bias is None:
        return Y
    if Y.shape[3] not in (1, bias.shape[0]) and bias.shape[0] != 1:
        raise ValueError("operands could not be broadcast together")
    return Y + bias


@exercise.misconception("BIAS-PIXEL", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Add the bias inside the loops over the kernel: once for each of its elements."""
    if bias is not None:
        bias = bias * (weight.shape[2] * weight.shape[3])
    return conv2d(input, weight, bias, stride, padding)


@exercise.misconception("BIAS-TWICE", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(input, weight, None if bias is None else 2 * bias, stride, padding)


@exercise.misconception("BIAS-TWICE", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Add the bias inside the loop over the channels of the input."""
    bias = None if bias is None else bias * weight.shape[1]
    return conv2d(input, weight, bias, stride, padding)


@exercise.misconception("BIAS-MISSING", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(input, weight, None, stride, padding)


@exercise.misconception("BIAS-NAN", conv2d, alone=True, beside=("PAD-IGNORED", "STRIDE-IGNORED"))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Write `np.array(bias, dtype=float)`, which turns None into NaN."""
    Y = conv2d(input, weight, bias, stride, padding)
    return Y * float("nan") if bias is None else Y


@exercise.misconception("RELU-ADDED", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    Y = conv2d(input, weight, bias, stride, padding)
    xp = array_namespace(Y)
    return xp.where(Y > 0, Y, xp.zeros_like(Y))


for _axes in ((2, 3), (1, 2, 3), (0, 1, 2, 3)):

    @exercise.misconception(
        *("FLIP", conv2d),
        beside=("BIAS-MISSING", "PAD-IGNORED", "STRIDE-IGNORED") if _axes != (2, 3) else (),
    )
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, axes=_axes):
        """Flip with `np.flip`, which on `weight[f]` includes channels, on `weight` also filters."""
        flipped = array_namespace(weight).flip(weight, axis=axes)
        return conv2d(input, flipped, bias, stride, padding)


@exercise.misconception("HW-SWAP", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(input, weight, bias, pair(stride)[::-1], padding)


@exercise.misconception("HW-SWAP", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(input, weight, bias, stride, pair(padding)[::-1])


@exercise.misconception("HW-SWAP", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(input, weight, bias, pair(stride)[::-1], pair(padding)[::-1])


@exercise.misconception("PAD-ONCE", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Pad rows above and columns on the left, but none below and on the right."""
    ph, pw = pair(padding)
    height, width = input.shape[2:]
    padded = pad(input, (ph, pw))[:, :, : ph + height, : pw + width]
    return conv2d(padded, weight, bias, stride)


@exercise.misconception("PAD-ONCE", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Pad rows below and columns on the right, but none above and on the left."""
    ph, pw = pair(padding)
    return conv2d(pad(input, (ph, pw))[:, :, ph:, pw:], weight, bias, stride)


for _whole in (True, False):

    @exercise.misconception("PAD-ONCE", conv2d, alone=True, beside=("BIAS-MISSING",))
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, whole=_whole):
        """Skip what lies beyond the last row and column: the last windows stay 0.

        Loops end at n − k + 1 + p in a result of the right size. Unless `whole`, pairs are refused.
        """
        if not whole:
            refuse_pair(stride)
            refuse_pair(padding)
        ph, pw = pair(padding)
        Y = conv2d(input, weight, bias, stride, padding)
        X, out = pad(input, (ph, pw))[:, :, ph:, pw:], array_namespace(Y).zeros_like(Y)
        rows, columns = windows_inside(X.shape[2:], weight.shape[2:], stride)
        if rows > 0 and columns > 0:
            out[:, :, :rows, :columns] = conv2d(X, weight, bias, stride)
        return out


@exercise.misconception("PAD-IGNORED", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(input, weight, bias, stride)


for _none in (True, False):

    @exercise.misconception(
        *("PAD-IGNORED", conv2d),
        alone=True,
        beside=("SQUARE-K", "BIAS-MISSING", "FLIP") if _none else ("SQUARE-K",),
    )
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, none=_none):
        """Ignore the padding, in code whose stride is an int, and some of which needs a bias."""
        refuse_pair(stride)
        if bias is None and not none:
            raise TypeError("None is no number")
        return conv2d(input, weight, bias, stride)


@exercise.misconception("STRIDE-IGNORED", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(input, weight, bias, 1, padding)


@exercise.misconception("STRIDE-IGNORED", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Return the right size, but start window (i, j) at (i, j)."""
    rows, columns = conv2d(input, weight, bias, stride, padding).shape[2:]
    return conv2d(input, weight, bias, 1, padding)[:, :, :rows, :columns]


def _looped(conv2d, input, weight, bias, padding, size, window):
    """Return conv2d computed by a loop over windows of the padded images; add the biases last."""
    maps = input.shape[0], weight.shape[0]
    Y = looped(conv2d, pad(input, padding), weight, size, window, maps)
    return Y if bias is None else Y + bias[:, None, None]


def _windows(height, width, stride):
    """Return a function that maps (i, j) to the slices of a window of this height and width."""
    sh, sw = pair(stride)
    return lambda i, j: (slice(i * sh, i * sh + height), slice(j * sw, j * sw + width))


def _square(weight, side):
    """Return `weight` as it acts on windows of side × side, broadcast if possible.

    Raises ValueError if it cannot be broadcast.
    """
    xp = array_namespace(weight)
    for axis in (2, 3):
        if side == 1:
            weight = xp.sum(weight, axis=axis, keepdims=True, dtype=weight.dtype)
        elif weight.shape[axis] == 1:
            weight = xp.concat([weight] * side, axis=axis)
        elif weight.shape[axis] != side:
            raise ValueError("operands could not be broadcast together")
    return weight


for _axis in (2, 3):

    @exercise.misconception("SQUARE-K", conv2d)
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, axis=_axis):
        """Use windows as wide as they are high, or as high as they are wide."""
        return conv2d(input, _square(weight, weight.shape[axis]), bias, stride, padding)


@exercise.misconception("SQUARE-K", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Use windows as wide as they are high, clipped at the image's end; return the right size."""
    size = tuple(conv2d(input, weight, bias, stride, padding).shape[2:])
    side = weight.shape[2]
    return _looped(conv2d, input, weight, bias, padding, size, _windows(side, side, stride))


@exercise.misconception("SQUARE-K", conv2d, beside=("PAD-IGNORED", "BIAS-MISSING"))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Use the height as the width in the windows and in the size of the result."""
    rows, side = conv2d(input, weight, bias, stride, padding).shape[2], weight.shape[2]
    window = _windows(side, side, stride)
    return _looped(conv2d, input, weight, bias, padding, (rows, rows), window)


for _axis in (2, 3):

    @exercise.misconception("SQUARE-K", conv2d, alone=True)
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, axis=_axis):
        """Use one side of the kernel in both directions, for the windows and for the size."""
        side = weight.shape[axis]
        axes = zip(input.shape[2:], pair(padding), pair(stride), strict=True)
        size = tuple((n + 2 * p - side) // s + 1 for n, p, s in axes)
        return _looped(conv2d, input, weight, bias, padding, size, _windows(side, side, stride))


@exercise.misconception("SQUARE-K", conv2d, alone=True, beside=("PAD-IGNORED",))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Cut windows as wide as they are high, for `np.tensordot`, which broadcasts nothing."""
    if weight.shape[2] != weight.shape[3]:
        raise ValueError("shapes do not match")
    return conv2d(input, weight, bias, stride, padding)


for _zeros in (True, False):

    @exercise.misconception("LOOP-UNPADDED", conv2d, beside=("BIAS-MISSING", "FLIP"))
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, zeros=_zeros):
        """Loop over the windows that fit the images without padding.

        The rest of the maps stays 0, or is missing.
        """
        Y = conv2d(input, weight, bias, stride, padding)
        return first_part(Y, *windows_inside(input.shape[2:], weight.shape[2:], stride), zeros)


@exercise.misconception("SIZE-HW-SWAP", conv2d, beside=("PAD-IGNORED", "BIAS-MISSING"))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Compute as many rows as there are columns, and the other way round; windows are clipped."""
    size = conv2d(input, weight, bias, stride, padding).shape[:1:-1]
    window = _windows(*weight.shape[2:], stride)
    return _looped(conv2d, input, weight, bias, padding, size, window)


@exercise.misconception("SIZE-HW-SWAP", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Collect the sums of each map in a list, and reshape it to W' rows of H' numbers."""
    Y = conv2d(input, weight, bias, stride, padding)
    return array_namespace(Y).reshape(Y, (*Y.shape[:2], Y.shape[3], Y.shape[2]))


@exercise.misconception(
    "BATCH-SUM", conv2d, beside=("BIAS-MISSING", "PAD-IGNORED", "STRIDE-IGNORED")
)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Write `out[:, f, i, j] = (windows * weight[f]).sum()`, which adds all images up."""
    xp = array_namespace(input)
    Y = conv2d(input, weight, None, stride, padding)
    Y = xp.broadcast_to(xp.sum(Y, axis=0, keepdims=True, dtype=Y.dtype), Y.shape)
    return Y + (0 if bias is None else bias[:, None, None])


@exercise.misconception("SQUARE-OUT", conv2d, beside=("PAD-IGNORED",))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Compute as many columns as rows: some are missing, or their windows are clipped."""
    rows = conv2d(input, weight, bias, stride, padding).shape[2]
    window = _windows(*weight.shape[2:], stride)
    return _looped(conv2d, input, weight, bias, padding, (rows, rows), window)


for _bias_last in (True, False):

    @exercise.misconception("SQUARE-OUT", conv2d, alone=True)
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, bias_last=_bias_last):
        """Run both loops over the rows: columns beyond them stay 0, or contain only the bias."""
        xp = array_namespace(input)
        Y = conv2d(input, weight, bias, stride, padding)
        rows = Y.shape[2]
        if rows > Y.shape[3]:
            raise IndexError("column out of range")
        rest = xp.zeros_like(Y[..., rows:])
        if bias is not None and bias_last:
            rest = rest + bias[:, None, None]
        return xp.concat([Y[..., :rows], rest], axis=3)


@exercise.misconception("MUTATE", conv2d, breaks="mutated")
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Return the right result, but change the input."""
    Y = conv2d(input, weight, bias, stride, padding)
    input[:, 0, 0, 0] += 1
    return Y


@exercise.misconception("INT-OUT", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    Y = conv2d(input, weight, bias, stride, padding)
    return array_namespace(Y).astype(Y, array_namespace(Y).int64)


@exercise.misconception("INT-OUT", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Write `out[n, f] += bias[f]` in an array of integers, to which floats cannot be added."""
    if bias is not None:
        raise TypeError("cannot cast floats to integers")
    Y = conv2d(input, weight, bias, stride, padding)
    return array_namespace(Y).astype(Y, array_namespace(Y).int64)


@exercise.misconception("INT-OUT", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Truncate every sum with `int(...)`, in a result of floats."""
    xp = array_namespace(input)
    Y = conv2d(input, weight, bias, stride, padding)
    return xp.astype(xp.astype(Y, xp.int64), Y.dtype)


drops_dtype(exercise, conv2d)


@exercise.misconception("NHWC", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Return the channels last: [N, H', W', F]."""
    Y = conv2d(input, weight, bias, stride, padding)
    return array_namespace(Y).permute_dims(Y, (0, 2, 3, 1))


for _unpacked_as_square in (False, True):

    @exercise.misconception("NHWC", conv2d, alone=True)
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, square=_unpacked_as_square):
        """Interpret input as [N, H, W, C] and weight as [kh, kw, C, F], and return [N, H', W', F].

        Courses whose images have the channels last unpack `f, f, C, F = weight.shape`.
        """
        xp = array_namespace(input)
        X, K = xp.permute_dims(input, (0, 3, 1, 2)), xp.permute_dims(weight, (3, 2, 0, 1))
        kh, kw = K.shape[2:]
        kernel = (kw, kw) if square else (kh, kw)
        axes = zip(X.shape[2:], kernel, pair(stride), pair(padding), strict=True)
        size = tuple(int((n - k + 2 * p) / s) + 1 for n, k, s, p in axes)
        if 0 not in size:
            X, K = _same_channels(X, K)
            if X.shape[1] != K.shape[1]:
                raise ValueError("operands could not be broadcast together")
            bias = _first_biases(bias, K.shape[0])
            Y = _looped(conv2d, X, K, bias, padding, size, _windows(*kernel, stride))
            return xp.permute_dims(Y, (0, 2, 3, 1))
        return xp.zeros((X.shape[0], *size, K.shape[0]), dtype=X.dtype, device=device(X))


def _laid(weight, shape, order):
    """Return `weight` reshaped to (filters, *shape), with its axes in another order, and back."""
    xp = array_namespace(weight)
    laid = xp.permute_dims(xp.reshape(weight, (weight.shape[0], *shape)), order)
    return xp.reshape(laid, weight.shape)


@exercise.misconception("COL-ORDER", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Order the columns of im2col (a, b, c), but flatten the weights as (c, a, b)."""
    _, channels, kh, kw = weight.shape
    return conv2d(input, _laid(weight, (kh * kw, channels), (0, 2, 1)), bias, stride, padding)


@exercise.misconception("COL-ORDER", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Order the columns of im2col (c, a, b), but flatten the weights as (a, b, c)."""
    _, channels, kh, kw = weight.shape
    return conv2d(input, _laid(weight, (channels, kh * kw), (0, 2, 1)), bias, stride, padding)


for _order in ((0, 2, 3, 1), (1, 0, 2, 3), (1, 2, 3, 0)):

    @exercise.misconception("RESHAPE-NOT-TRANSPOSE", conv2d, alone=True)
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, order=_order):
        """Reshape the product of im2col, such as [N·H'·W', F] or [F, N·H'·W'], without a transpose.

        If the images are the last loop, it is [F, H'·W'·N].
        """
        Y = conv2d(input, weight, bias, stride, padding)
        xp = array_namespace(Y)
        return xp.reshape(xp.permute_dims(Y, order), Y.shape)


for _order in ((0, 2, 3, 1), (1, 2, 3, 0)):

    @exercise.misconception("RESHAPE-NOT-TRANSPOSE", conv2d, alone=True)
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, order=_order):
        """Reshape [N·H'·W', F] or [F, H'·W'·N] to [F, N, H', W'], and exchange F and N only."""
        Y = conv2d(input, weight, bias, stride, padding)
        xp = array_namespace(Y)
        images, filters, rows, columns = Y.shape
        mixed = xp.reshape(xp.permute_dims(Y, order), (filters, images, rows, columns))
        return xp.permute_dims(mixed, (1, 0, 2, 3))


@exercise.misconception("PAD-ALWAYS-1", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Pad by 1 whatever the argument is, and slide over all of the padded image."""
    return conv2d(input, weight, bias, stride, 1)


@exercise.misconception("PAD-ALWAYS-1", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Pad by 1 whatever the argument is; the size of the result depends on the argument."""
    size = tuple(conv2d(input, weight, bias, stride, padding).shape[2:])
    return _looped(conv2d, input, weight, bias, 1, size, _windows(*weight.shape[2:], stride))


@exercise.misconception("WINDOW-CLIPPED", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Start windows at `max(i * s - p, 0)` of the image; elements beyond its end count as 0."""
    size = tuple(conv2d(input, weight, bias, stride, padding).shape[2:])
    (sh, sw), (ph, pw), (kh, kw) = pair(stride), pair(padding), weight.shape[2:]

    def window(i, j):
        top, left = max(i * sh, ph), max(j * sw, pw)
        return slice(top, top + kh), slice(left, left + kw)

    more = pad(input, (kh + ph, kw + pw))[:, :, kh:, kw:]
    return _looped(conv2d, more, weight, bias, 0, size, window)


@exercise.misconception("FILTERS-SUMMED", conv2d, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Start the sum before the loop over the filters: each map also holds those before it."""
    weight = array_namespace(weight).cumulative_sum(weight, axis=0)
    return conv2d(input, weight, bias, stride, padding)


for _checked in (True, False):

    @exercise.misconception("TRANSPOSE-K", conv2d, alone=True)
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, checked=_checked):
        """Exchange rows and columns of the kernels; unless `checked`, a size of 0 is no error."""
        xp = array_namespace(weight)
        turned = xp.permute_dims(weight, (0, 1, 3, 2))
        sides = zip(input.shape[2:], turned.shape[2:], pair(stride), pair(padding), strict=True)
        size = [(n + 2 * p - k) // s + 1 for n, k, s, p in sides]
        if checked or 0 not in size:
            return conv2d(input, turned, bias, stride, padding)
        shape = (input.shape[0], weight.shape[0], *(max(n, 0) for n in size))
        return xp.zeros(shape, dtype=wide_enough(input).dtype, device=device(input))


for _grow in (with_edges, reflected, lambda X, ph, pw: pad(X, (ph, pw), 1)):

    @exercise.misconception("PAD-VALUE", conv2d, alone=True)
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, grow=_grow):
        """Pad with copies of the border, with its reflection, or with ones."""
        return conv2d(grow(input, *pair(padding)), weight, bias, stride)


@exercise.misconception("OUTPUT-STEPS", conv2d, beside=("PAD-IGNORED", "BIAS-MISSING", "SQUARE-K"))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Write `for i in range(0, rows, stride)`, and let window and result begin at the same i."""
    Y = conv2d(input, weight, None, stride, padding)
    sh, sw = pair(stride)
    dense = conv2d(input, weight, None, 1, padding)[..., : Y.shape[2], : Y.shape[3]]
    out = array_namespace(Y).zeros_like(Y)
    out[..., ::sh, ::sw] = dense[..., ::sh, ::sw]
    return out if bias is None else out + bias[:, None, None]


@exercise.misconception("OUTPUT-STEPS", conv2d, alone=True, beside=("BIAS-MISSING",))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Go through n − k + 1 rows and columns in steps of the stride, which leaves zeros between."""
    Y = conv2d(input, weight, None, 1, padding)
    sh, sw = pair(stride)
    out = array_namespace(Y).zeros_like(Y)
    out[..., ::sh, ::sw] = Y[..., ::sh, ::sw]
    return out if bias is None else out + bias[:, None, None]


@exercise.misconception("SHAPE-OFF1", conv2d, alone=True, beside=("BIAS-MISSING", "PAD-IGNORED"))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Forget the + 1 in the size: the last row and the last column are missing."""
    return conv2d(input, weight, bias, stride, padding)[..., :-1, :-1]


for _bias_last in (True, False):

    @exercise.misconception("SHAPE-OFF1", conv2d, alone=True)
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, bias_last=_bias_last):
        """Stop both loops one short: the last row and column stay 0, or contain only the bias."""
        Y = conv2d(input, weight, bias, stride, padding)
        out = array_namespace(Y).zeros_like(Y)
        if bias is not None and bias_last:
            out = out + bias[:, None, None]
        out[..., :-1, :-1] = Y[..., :-1, :-1]
        return out


for _axes in (1, 2, 3, 4):

    @exercise.misconception(
        "SUM-NOT-RESET", conv2d, alone=True, beside=("BIAS-MISSING",) if _axes in (2, 4) else ()
    )
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, axes=_axes):
        """Write `total = 0` for each row, map or image, or once; add the bias at the end."""
        Y = running_sums(conv2d(input, weight, None, stride, padding), axes)
        return Y if bias is None else Y + bias[:, None, None]


@exercise.misconception("SUM-WRAPS", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return in_bytes(conv2d(input, weight, bias, stride, padding), input)


@exercise.misconception("PLUS1-INSIDE", conv2d, beside=("PAD-IGNORED", "SQUARE-K", "FIRST-OF-PAIR"))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Compute the size as (n + 2p − k + 1) // s: some of the last windows are missing."""
    sides = zip(input.shape[2:], weight.shape[2:], pair(stride), pair(padding), strict=True)
    rows, columns = ((n + 2 * p - k + 1) // s for n, k, s, p in sides)
    return conv2d(input, weight, bias, stride, padding)[..., :rows, :columns]


def _half(n, k, s):
    return k // 2, k // 2


def _smaller_half(n, k, s):
    return (k - 1) // 2, (k - 1) // 2


def _halves(n, k, s):
    """Return the padding before and after, as TensorFlow's "same" has it."""
    total = max((-(-n // s) - 1) * s + k - n, 0)
    return total // 2, total - total // 2


def _for_every_element(n, k, s):
    """Return a padding with which there are n windows in spite of the stride, or one more."""
    each = (max((n - 1) * s + k - n, 0) + 1) // 2
    return each, each


def _padded(input, sides):
    """Return `input` with ((above, below), (left, right)) rows and columns of zeros."""
    (above, below), (left, right) = sides
    rows, columns = max(above, below), max(left, right)
    height, width = input.shape[2:]
    down = slice(rows - above, rows + height + below)
    return pad(input, (rows, columns))[..., down, columns - left : columns + width + right]


def _keeps_size(sides, strided, given):
    """Register SAME-SIZE: `sides(n, k, s)` rows of padding before and after, on both axes.

    The stride is ignored unless `strided`. If `given`, there is no padding unless it is asked for.
    """

    @exercise.misconception("SAME-SIZE", conv2d, beside=("BIAS-MISSING",))
    def _(conv2d, input, weight, bias=None, stride=1, padding=0):
        if given and padding == 0:
            return conv2d(input, weight, bias, stride, 0)
        axes = zip(input.shape[2:], weight.shape[2:], pair(stride), strict=True)
        X = _padded(input, [sides(n, k, s) for n, k, s in axes])
        return conv2d(X, weight, bias, stride if strided else 1, 0)


for _sides in (_half, _smaller_half):
    for _strided in (False, True):
        _keeps_size(_sides, _strided, given=False)
for _sides in (_half, _halves, _for_every_element):
    _keeps_size(_sides, True, given=True)
for _sides in (_halves, _for_every_element):
    _keeps_size(_sides, True, given=False)


def _loops_over_image(sides, axis, strided):
    """Register SAME-SIZE in loops over the elements of the image, where windows are clipped.

    With an `axis`, this side of the kernel determines the padding in both directions.
    """

    @exercise.misconception("SAME-SIZE", conv2d, alone=True)
    def _(conv2d, input, weight, bias=None, stride=1, padding=0):
        steps = pair(stride) if strided else (1, 1)
        axes = zip(input.shape[2:], weight.shape[2:], steps, strict=True)
        padding = [sides(n, k if axis is None else weight.shape[axis], s) for n, k, s in axes]
        size = tuple(-(-n // s) for n, s in zip(input.shape[2:], steps, strict=True))
        window = _windows(*weight.shape[2:], steps)
        return _looped(conv2d, _padded(input, padding), weight, bias, 0, size, window)


for _sides in (_half, _smaller_half):
    for _axis in (None, 2):
        for _strided in (False, True):
            _loops_over_image(_sides, _axis, _strided)


@exercise.misconception("PAD-BEFORE-AFTER", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Pad with `np.pad(input, ((0, 0), (0, 0), padding, padding))`: the pair is (before, after)."""
    return conv2d(before_and_after(input, padding), weight, bias, stride)


@exercise.misconception("FIRST-OF-PAIR", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Use `stride[0]` and `padding[0]` on both axes."""
    return conv2d(input, weight, bias, first_of(stride), first_of(padding))


for _only in ("padding", "stride"):

    @exercise.misconception(
        "FIRST-OF-PAIR", conv2d, alone=True, beside=("BIAS-MISSING", "PLUS1-INSIDE")
    )
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, only=_only):
        """Use the first number on both axes for one of the two only."""
        if only == "padding":
            return conv2d(input, weight, bias, stride, first_of(padding))
        return conv2d(input, weight, bias, first_of(stride), padding)


for _odd in ("more after", "less", "refused"):

    @exercise.misconception("PAD-TOTAL", conv2d, alone=True)
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, odd=_odd):
        """Divide the padding between the two sides.

        An odd number has one more after the image, is rounded down, or fits no array.
        """
        paddings = pair(padding)
        if odd == "refused" and any(p % 2 for p in paddings):
            raise ValueError("could not broadcast input array")
        sides = [(p // 2, p - p // 2 if odd == "more after" else p // 2) for p in paddings]
        return conv2d(_padded(input, sides), weight, bias, stride)


def _needs_bias(wrap):
    """Return a mistake in code that adds `bias` without asking whether it is None."""

    def needs(conv2d, input, weight, bias=None, stride=1, padding=0):
        if bias is None:
            raise TypeError("None is no number")
        return wrap(conv2d, input, weight, bias, stride, padding)

    return needs


for _mutant in exercise.mutants_of("conv2d"):
    if _mutant.code == "PAD-TOTAL":
        exercise.misconception("PAD-TOTAL", conv2d, alone=True)(_needs_bias(_mutant.wrap))


refuses_pairs(
    exercise,
    conv2d,
    *("FLIP", "PAD-IGNORED", "STRIDE-IGNORED", "PAD-ONCE", "BIAS-MISSING", "BIAS-ONE"),
    *("BIAS-TWICE", "CH-FIRST-ONLY", "SQUARE-K", "BATCH-FIRST-ONLY", "INT-OUT"),
    alone_too=("NHWC", "PAD-ALWAYS-1", "WINDOW-CLIPPED", "COL-ORDER"),
)


@exercise.misconception("RESULT-TRANSPOSED", conv2d)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Exchange the rows and columns of the result."""
    Y = conv2d(input, weight, bias, stride, padding)
    return array_namespace(Y).permute_dims(Y, (0, 1, 3, 2))
