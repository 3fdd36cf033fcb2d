"""ex03: the size of a sliding window's result."""

from functools import partial

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .geometry import pair
from .habits import first_of, refuses_pairs

exercise = Exercise("ex03")


@exercise.function
def output_size(n, k, padding=0, stride=1):
    """Return the number of windows of size k on n elements with `padding` more on EACH side."""
    return output_size_total(n, k, 2 * padding, stride)


@exercise.function
def output_size_total(n, k, total_padding=0, stride=1):
    """Return the number of windows of size k on n elements with `total_padding` more in TOTAL."""
    room = n + total_padding - k
    if room < 0:
        raise ValueError(f"a window of {k} does not fit {n + total_padding} elements")
    return room // stride + 1


@exercise.function
def output_shape(input_shape, out_channels, kernel_size, padding=0, stride=1):
    """Return the shape (out_channels, H', W') of a convolution of (channels, H, W)."""
    _, height, width = input_shape
    (kh, kw), (ph, pw), (sh, sw) = pair(kernel_size), pair(padding), pair(stride)
    return out_channels, output_size(height, kh, ph, sh), output_size(width, kw, pw, sw)


@exercise.function
def same_padding(k):
    """Return the padding per side with which a window of k keeps the size at stride 1.

    Raises ValueError if k is even: there the two sides would need different padding.
    """
    if k % 2 == 0:
        raise ValueError(f"no padding per side makes a window of {k} keep the size")
    return (k - 1) // 2


@exercise.oracle(output_shape)
def _(input_shape, out_channels, kernel_size, padding=0, stride=1):
    from torch import nn, zeros

    layer = nn.Conv2d(input_shape[0], out_channels, kernel_size, stride, padding)
    return tuple(layer(zeros(input_shape)).shape)


@exercise.question("Q03-1")
def q1():
    return output_shape((3, 100, 100), 4, 3, padding=2)


def _fit(draw, padding=0, stride=1, rest=0):
    """Return n and k of several windows with `rest` elements left over; padding is per side."""
    k = draw.choice([k for k in range(2, 9) if k != 2 * padding + 1])
    room = stride * draw.whole(padding + 2, padding + 20) + rest
    return {"n": k + room - 2 * padding, "k": k}


@exercise.cases(output_size)
def _(draw):
    yield example(n=32, k=5)
    yield example(n=5, k=3, padding=1)
    yield example(n=100, k=3, padding=2)
    yield case("no padding, stride 1", **_fit(draw))
    yield case("one element to spare", n=3, k=2)
    yield case("padding on both sides", **_fit(draw, 1), padding=1)
    yield case("wide padding", **_fit(draw, 3), padding=3)
    yield case("stride without a remainder", **_fit(draw, stride=2), stride=2)
    yield case("stride with a remainder", **_fit(draw, stride=2, rest=1), stride=2)
    yield case("larger stride with a remainder", **_fit(draw, stride=4, rest=1), stride=4)
    yield case("padding and stride", **_fit(draw, 1, 2, 1), padding=1, stride=2)
    yield case("padding, stride and a remainder", **_fit(draw, 2, 5, 3), padding=2, stride=5)
    yield case("first layer of a network", n=227, k=11, padding=0, stride=4)
    yield case("halving", n=2 * draw.whole(4, 30), k=2, stride=2)
    yield case("by chance", n=draw.whole(20, 60), k=draw.whole(3, 6), padding=3, stride=5)
    yield edge("window as large as the input", n=5, k=5)
    yield edge("window as large as the padded input", n=3, k=7, padding=2)
    yield edge("window larger than the input, padding helps", n=2, k=draw.whole(3, 6),
               padding=draw.whole(4, 12), stride=2)  # fmt: skip
    yield edge("stride larger than the input", n=6, k=2, padding=1, stride=9)
    yield edge("window of one element", n=draw.whole(5, 40), k=1, stride=3)
    yield raises(ValueError, "window larger than the input", n=3, k=5)
    yield raises(ValueError, "window larger by one", n=3, k=4, stride=2)
    yield raises(ValueError, "window larger than the padded input", n=2, k=7, padding=2)


def _total(draw, total, stride=1, rest=0):
    """Return n, k and `total_padding`, like `_fit` with the padding of both sides in total."""
    k = draw.choice([k for k in range(2, 9) if k != total + 1])
    room = stride * draw.whole(total + 2, total + 20) + rest
    return {"n": k + room - total, "k": k, "total_padding": total}


def _same(draw):
    """Return a window size and a total padding that is one less."""
    k = draw.whole(3, 7)
    return {"k": k, "total_padding": k - 1}


@exercise.cases(output_size_total)
def _(draw):
    yield example(n=5, k=3, total_padding=2)
    yield example(n=5, k=2, total_padding=1)
    yield case("no padding", **_fit(draw))
    yield case("odd padding", **_total(draw, 3))
    yield case("even padding", **_total(draw, 4))
    yield case("padding k − 1 and stride 2", n=draw.whole(7, 40), **_same(draw), stride=2)
    yield case("the stride divides n", n=3 * draw.whole(3, 20), **_same(draw), stride=3)
    yield case("stride with a remainder", **_total(draw, 2, 3, 1), stride=3)
    yield case("stride without padding", **_fit(draw, stride=4, rest=3), stride=4)
    yield case("by chance", n=draw.whole(20, 60), k=draw.whole(3, 6), total_padding=3, stride=5)
    yield edge("window as large as the padded input", n=3, k=6, total_padding=3)
    yield edge("stride larger than the input", n=6, k=2, total_padding=3, stride=11)
    yield raises(ValueError, "window larger than the padded input", n=3, k=6, total_padding=2)
    yield raises(ValueError, "window larger by one", n=3, k=5, total_padding=1, stride=2)


def _image(draw, channels):
    """Return the shape of an image that is wider than it is high."""
    return channels, draw.whole(5, 12), draw.whole(13, 30)


def _square(draw, channels):
    size = draw.whole(6, 30)
    return channels, size, size


@exercise.cases(output_shape)
def _(draw):
    yield example(input_shape=(3, 100, 100), out_channels=4, kernel_size=3, padding=2)
    yield example(input_shape=(2, 3, 5), out_channels=3, kernel_size=(3, 5), padding=(1, 2))
    yield case("one channel", input_shape=_image(draw, 1), out_channels=2, kernel_size=3)
    yield case(
        "rectangular kernel", input_shape=_square(draw, 2), out_channels=5, kernel_size=(2, 4)
    )
    yield case(
        "rectangular padding",
        input_shape=_square(draw, 2),
        out_channels=3,
        kernel_size=3,
        padding=(0, 2),
    )
    yield case(
        "rectangular stride",
        input_shape=_square(draw, 3),
        out_channels=draw.whole(1, 2),
        kernel_size=2,
        stride=(2, 3),
    )
    yield case(
        "everything rectangular",
        input_shape=_image(draw, 3),
        out_channels=draw.whole(4, 9),
        kernel_size=(3, 5),
        padding=(2, 1),
        stride=(2, 3),
    )
    yield case(
        "height and width by chance",
        input_shape=(2, draw.whole(10, 19), draw.whole(20, 29)),
        out_channels=7,
        kernel_size=(4, 3),
        padding=(1, 3),
        stride=(3, 4),
    )
    yield case(
        "halving",
        input_shape=(64, 4 * draw.whole(5, 20), 2 * draw.whole(5, 9)),
        out_channels=128,
        kernel_size=3,
        padding=1,
        stride=2,
    )
    yield edge(
        "as many channels out as in",
        input_shape=_image(draw, 4),
        out_channels=4,
        kernel_size=(2, 3),
    )
    yield edge(
        "kernel as large as the padded input",
        input_shape=(2, 3, 5),
        out_channels=3,
        kernel_size=(5, 9),
        padding=(1, 2),
    )
    yield edge(
        "stride larger than the input",
        input_shape=(2, 5, 4),
        out_channels=3,
        kernel_size=(2, 1),
        stride=(7, 6),
    )
    yield raises(
        ValueError,
        "kernel wider than the padded input",
        input_shape=(3, 9, 2),
        out_channels=4,
        kernel_size=7,
        padding=1,
    )


@exercise.cases(same_padding)
def _(draw):
    yield example(k=3)
    yield example(k=5)
    yield case("a larger window", k=2 * draw.whole(3, 60) + 1)
    yield case("an odd window", k=2 * draw.whole(61, 500) + 1)
    yield edge("window of one element", k=1)
    yield raises(ValueError, "even window", k=4)
    yield raises(ValueError, "window of two elements", k=2)


def _fitting(n, k, p, s):
    """Return the room for the window, or 0 if it does not fit, so that it is still refused."""
    return max(n - k + 2 * p, 0)


def _once(n, k, p, s):
    return n + p, k, 0, s


def _up(n, k, p, s):
    return n + -_fitting(n, k, p, s) % s, k, p, s


def _up_unless_zero(n, k, p, s):
    """Round up, and refuse a window only if the rounded result is below 1."""
    return n + -(n - k + 2 * p) % s, k, p, s


def _early(n, k, p, s):
    """Compute ⌊(n − k)/s⌋ + ⌊2p/s⌋ + 1."""
    return k + s * ((n - k) // s + 2 * p // s), k, 0, s


def _no_stride(n, k, p, s):
    return n, k, p, 1


def _no_padding(n, k, p, s):
    return n, k, 0, s


def _as_is(n, k, p, s):
    return n, k, p, s


def _size_from(distort):
    def mutant(output_size, n, k, padding=0, stride=1):
        return output_size(*distort(n, k, padding, stride))

    return mutant


def _size_unchecked(distort):
    """Return a mutant that applies the distorted formula without a check.

    k more steps of input add k windows, so the right function accepts the call; k is then
    subtracted.
    """

    def mutant(output_size, n, k, padding=0, stride=1):
        n, k, padding, stride = distort(n, k, padding, stride)
        return output_size(n + k * stride, k, padding, stride) - k

    return mutant


def _size_after_check(distort):
    """Return a mutant that checks the size correctly, then applies the distorted formula."""
    unchecked = _size_unchecked(distort)

    def mutant(output_size, n, k, padding=0, stride=1):
        output_size(n, k, padding, stride)
        return unchecked(output_size, n, k, padding, stride)

    return mutant


def _shape_from(distort):
    """Return a mutant of `output_shape` that makes the same mistake on both axes."""

    def mutant(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1):
        axes = zip(input_shape[1:], pair(kernel_size), pair(padding), pair(stride), strict=True)
        sizes, kernel, padding, stride = zip(*(distort(*axis) for axis in axes), strict=True)
        return output_shape((input_shape[0], *sizes), out_channels, kernel, padding, stride)

    return mutant


def _shape_unchecked(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1):
    """Apply the formula to both axes without a check."""
    channels, *sizes = input_shape
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    longer = (channels, sizes[0] + kh * sh, sizes[1] + kw * sw)
    channels, height, width = output_shape(longer, out_channels, kernel_size, padding, stride)
    return channels, height - kh, width - kw


exercise.misconception("NO-CHECK", output_size, breaks="errors")(_size_unchecked(_as_is))
exercise.misconception("NO-CHECK", output_shape, breaks="errors")(_shape_unchecked)


@exercise.misconception("NO-CHECK", output_size, breaks="errors")
def _(output_size, n, k, padding=0, stride=1):
    """Round with `int(…)`, which rounds a negative quotient towards zero."""
    windows = _size_unchecked(_as_is)(output_size, n, k, padding, stride)
    room = n - k + 2 * padding
    return windows + (room < 0 and room % stride > 0)


@exercise.misconception("NO-CHECK", output_size_total, breaks="errors")
def _(output_size_total, n, k, total_padding=0, stride=1):
    return output_size_total(n + k * stride, k, total_padding, stride) - k


for _code, _distort in (("PAD-ONCE", _once), ("PAD-IGNORED", _no_padding), ("FLOOR-EARLY", _early)):
    exercise.misconception(_code, output_size)(_size_after_check(_distort))


@exercise.misconception("PAD-IGNORED", output_size_total, alone=True)
def _(output_size_total, n, k, total_padding=0, stride=1):
    """Check the size correctly, then apply the formula without padding."""
    output_size_total(n, k, total_padding, stride)
    return output_size_total(n + k * stride, k, 0, stride) - k


for _code, _distort in (
    ("PAD-ONCE", _once),
    ("CEIL", _up),
    ("CEIL", _up_unless_zero),
    ("FLOOR-EARLY", _early),
    ("STRIDE-IGNORED", _no_stride),
    ("PAD-IGNORED", _no_padding),
):
    exercise.misconception(_code, output_size)(_size_from(_distort))
    exercise.misconception(_code, output_shape)(_shape_from(_distort))


def _rounded(n, k, p, s):
    """Compute round((n − k + 2p) / s), to the nearest whole number."""
    return k + s * round((n - k + 2 * p) / s), k, 0, s


def _one_inside(n, k, p, s):
    """Compute (n − k + 2p + 1) // s."""
    return k + s * ((n - k + 2 * p + 1) // s - 1), k, 0, s


#: Mistakes in the padding, with which a wrong rounding is combined.
_PADDING = ("PAD-IGNORED", "PAD-ONCE", "PER-SIDE-VS-TOTAL")

for _code, _distort in (("ROUNDED", _rounded), ("PLUS1-INSIDE", _one_inside)):

    @exercise.misconception(_code, output_size, alone=True, beside=_PADDING)
    def _(output_size, n, k, padding=0, stride=1, distort=_distort):
        return _size_unchecked(distort)(output_size, n, k, padding, stride)

    @exercise.misconception(_code, output_size_total, alone=True, beside=_PADDING)
    def _(output_size_total, n, k, total_padding=0, stride=1, distort=_distort):
        n, k, _, stride = distort(n + total_padding, k, 0, stride)
        return output_size_total(n + k * stride, k, 0, stride) - k

    @exercise.misconception(_code, output_shape, alone=True)
    def _(output_shape, *args, distort=_distort, **kwargs):
        return _shape_from(distort)(partial(_shape_unchecked, output_shape), *args, **kwargs)


@exercise.misconception("PAD-IGNORED", output_shape, alone=True)
def _(output_shape, *args, **kwargs):
    """Apply the formula without padding and without a check."""
    unchecked = partial(_shape_unchecked, output_shape)
    return _shape_from(_no_padding)(unchecked, *args, **kwargs)


@exercise.misconception("CHANNELS-LAST", output_shape, alone=True)
def _(output_shape, *args, **kwargs):
    """Return (H', W', out_channels)."""
    channels, height, width = output_shape(*args, **kwargs)
    return height, width, channels


for _unchecked in (False, True):
    for _result_too in (False, True):

        @exercise.misconception("CHANNELS-LAST", output_shape, alone=True)
        def _(
            output_shape, input_shape, *args, unchecked=_unchecked, result_too=_result_too, **kwargs
        ):
            """Interpret the input as (height, width, channels), and perhaps return such a shape."""
            height, width, channels = input_shape
            apply = partial(_shape_unchecked, output_shape) if unchecked else output_shape
            channels, height, width = apply((channels, height, width), *args, **kwargs)
            return (height, width, channels) if result_too else (channels, height, width)


@exercise.misconception(
    *("CHANNELS-MISSING", output_shape),
    alone=True,
    beside=(
        *("CEIL", "FLOAT-OUT", "FLOOR-EARLY", "KERNEL-IGNORED", "NO-PLUS1", "PAD-IGNORED"),
        *("PAD-ONCE", "PAIR-EXPECTED", "SQUARE-OUT", "STRIDE-IGNORED"),
    ),
)
def _(output_shape, *args, **kwargs):
    """Return (H', W')."""
    return output_shape(*args, **kwargs)[1:]


@exercise.misconception("NO-PLUS1", output_size, output_size_total)
def _(size, *args, **kwargs):
    return size(*args, **kwargs) - 1


@exercise.misconception("NO-PLUS1", output_shape)
def _(output_shape, *args, **kwargs):
    channels, height, width = output_shape(*args, **kwargs)
    return channels, height - 1, width - 1


@exercise.misconception("NO-PLUS1", output_size, output_size_total, alone=True)
def _(size, *args, **kwargs):
    """Forget the + 1, and refuse a result below 1."""
    return _above_0(size(*args, **kwargs) - 1)


@exercise.misconception("NO-PLUS1", output_shape, alone=True)
def _(output_shape, *args, **kwargs):
    channels, height, width = output_shape(*args, **kwargs)
    return channels, _above_0(height - 1), _above_0(width - 1)


def _above_0(size):
    if size < 1:
        raise ValueError("no window fits")
    return size


@exercise.misconception("FLOAT-OUT", output_size, output_size_total, same_padding, breaks="whole")
def _(size, *args, **kwargs):
    """Return a float, as `np.floor` and an exact division do."""
    return float(size(*args, **kwargs))


@exercise.misconception("FLOAT-OUT", same_padding, alone=True, breaks=("whole", "errors"))
def _(same_padding, k):
    """Return (k − 1) / 2, also for an even window."""
    return float(same_padding(k)) if k % 2 else (same_padding(k - 1) + same_padding(k + 1)) / 2


@exercise.misconception("FLOAT-OUT", output_size)
def _(output_size, n, k, padding=0, stride=1):
    """Forget to round."""
    return output_size(n, k, padding, stride) + (n - k + 2 * padding) % stride / stride


@exercise.misconception("FLOAT-OUT", output_size_total)
def _(output_size_total, n, k, total_padding=0, stride=1):
    """Forget to round."""
    rest = (n - k + total_padding) % stride / stride
    return output_size_total(n, k, total_padding, stride) + rest


@exercise.misconception("FLOAT-OUT", output_shape, breaks="whole")
def _(output_shape, *args, **kwargs):
    channels, height, width = output_shape(*args, **kwargs)
    return channels, float(height), float(width)


@exercise.misconception("FLOAT-OUT", output_shape)
def _(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1):
    """Forget to round."""
    axes = zip(input_shape[1:], pair(kernel_size), pair(padding), pair(stride), strict=True)
    rests = [(n - k + 2 * p) % s / s for n, k, p, s in axes]
    channels, *sizes = output_shape(input_shape, out_channels, kernel_size, padding, stride)
    return channels, *(size + rest for size, rest in zip(sizes, rests, strict=True))


@exercise.misconception("CIN-IN-SHAPE", output_shape)
def _(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1):
    return output_shape(input_shape, input_shape[0], kernel_size, padding, stride)


@exercise.misconception("CIN-IN-SHAPE", output_shape, alone=True)
def _(output_shape, input_shape, *args, **kwargs):
    """Multiply the channels of the input by the filters."""
    channels, *sizes = output_shape(input_shape, *args, **kwargs)
    return input_shape[0] * channels, *sizes


@exercise.misconception("CIN-IN-SHAPE", output_shape, alone=True)
def _(output_shape, input_shape, *args, **kwargs):
    """Add the channels of the input to the filters."""
    channels, *sizes = output_shape(input_shape, *args, **kwargs)
    return input_shape[0] + channels, *sizes


@exercise.misconception("HW-SWAP", output_shape)
def _(output_shape, *args, **kwargs):
    """Return (channels, W', H')."""
    channels, height, width = output_shape(*args, **kwargs)
    return channels, width, height


@exercise.misconception("HW-SWAP", output_shape, alone=True)
def _(output_shape, input_shape, *args, **kwargs):
    """Unpack `channels, width, height = input_shape`."""
    channels, height, width = input_shape
    return output_shape((channels, width, height), *args, **kwargs)


@exercise.misconception("HW-SWAP", output_shape, alone=True)
def _(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1):
    """Interpret every pair as (width, height)."""
    turned = (pair(value)[::-1] for value in (kernel_size, padding, stride))
    return output_shape(input_shape, out_channels, *turned)


@exercise.misconception("HW-SWAP", output_shape)
def _(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1):
    return output_shape(input_shape, out_channels, pair(kernel_size)[::-1], padding, stride)


@exercise.misconception("HW-SWAP", output_shape)
def _(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1):
    return output_shape(input_shape, out_channels, kernel_size, pair(padding)[::-1], stride)


@exercise.misconception("HW-SWAP", output_shape)
def _(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1):
    return output_shape(input_shape, out_channels, kernel_size, padding, pair(stride)[::-1])


@exercise.misconception("PER-SIDE-VS-TOTAL", output_size_total)
def _(output_size_total, n, k, total_padding=0, stride=1):
    return output_size_total(n, k, 2 * total_padding, stride)


@exercise.misconception("PAIR-RETURNED", same_padding)
def _(same_padding, k):
    """Return the padding before and after."""
    return same_padding(k), same_padding(k)


@exercise.misconception("PER-SIDE-VS-TOTAL", same_padding)
def _(same_padding, k):
    return 2 * same_padding(k)


@exercise.misconception("PER-SIDE-VS-TOTAL", same_padding, alone=True)
def _(same_padding, k):
    """Return k − 1, also for an even window."""
    return 2 * same_padding(k) if k % 2 else same_padding(k - 1) + same_padding(k + 1)


@exercise.misconception("CEIL", output_size_total)
def _(output_size_total, n, k, total_padding=0, stride=1):
    room = max(n - k + total_padding, 0)
    return output_size_total(n + -room % stride, k, total_padding, stride)


@exercise.misconception("CEIL", output_size_total)
def _(output_size_total, n, k, total_padding=0, stride=1):
    """Round up, and refuse a window only if the rounded result is below 1."""
    return output_size_total(n + -(n - k + total_padding) % stride, k, total_padding, stride)


@exercise.misconception("STRIDE-IGNORED", output_size_total)
def _(output_size_total, n, k, total_padding=0, stride=1):
    return output_size_total(n, k, total_padding, 1)


@exercise.misconception("PAD-IGNORED", output_size_total)
def _(output_size_total, n, k, total_padding=0, stride=1):
    return output_size_total(n, k, 0, stride)


@exercise.misconception("FLOOR-EARLY", output_size_total)
def _(output_size_total, n, k, total_padding=0, stride=1):
    """Halve the total and round down, so that an odd total loses 1."""
    return output_size_total(n, k, total_padding // 2 * 2, stride)


@exercise.misconception("FLOOR-EARLY", output_size_total, alone=True, beside=("NO-PLUS1",))
def _(output_size_total, n, k, total_padding=0, stride=1):
    """Halve the total and round down, and check nothing."""
    return output_size_total(n + k * stride, k, total_padding // 2 * 2, stride) - k


@exercise.misconception("FLOOR-EARLY", output_size_total)
def _(output_size_total, n, k, total_padding=0, stride=1):
    """Compute ⌊(n − k)/s⌋ + ⌊total/s⌋ + 1."""
    steps = (n - k) // stride + total_padding // stride
    return output_size_total(k + stride * steps, k, 0, stride)


@exercise.misconception("EVEN-K", same_padding, breaks="errors")
def _(same_padding, k):
    """Return k // 2, also for an even window."""
    return same_padding(k + 1 - k % 2)


@exercise.misconception("EVEN-K", same_padding, breaks="errors")
def _(same_padding, k):
    """Return (k − 1) // 2, also for an even window."""
    return same_padding(k - 1 + k % 2)


@exercise.misconception("FIRST-OF-PAIR", output_shape)
def _(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1):
    """Use `kernel_size[0]`, `padding[0]` and `stride[0]` on both axes."""
    window = map(first_of, (kernel_size, padding, stride))
    return output_shape(input_shape, out_channels, *window)


@exercise.misconception("SQUARE-OUT", output_shape)
def _(output_shape, *args, **kwargs):
    """Use the height of the result as its width."""
    channels, height, _ = output_shape(*args, **kwargs)
    return channels, height, height


@exercise.misconception("SQUARE-OUT", output_shape, alone=True)
def _(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1):
    """Compute `h` first, then the width from that `h`, without a check."""
    height, kernel, padding, stride = input_shape[1], *map(pair, (kernel_size, padding, stride))
    rows = (height - kernel[0] + 2 * padding[0]) // stride[0] + 1
    return out_channels, rows, (rows - kernel[1] + 2 * padding[1]) // stride[1] + 1


@exercise.misconception("LECTURE-CONSTANTS", output_size, output_shape, alone=True)
def _(size, *args, padding=0, stride=1):
    """Use stride 2, as in the lecture."""
    return size(*args, padding, 2)


#: Formulas in which brackets are missing, so that the stride divides one term alone.
_WITHOUT_BRACKETS = (
    lambda n, k, p, s: n - k + 2 * p // s + 1,
    lambda n, k, p, s: n - k + 2 * p / s + 1,
    lambda n, k, p, s: int(n - k + 2 * p / s + 1),
    lambda n, k, p, s: n + 2 * p - k // s + 1,
    lambda n, k, p, s: n + 2 * p - k / s + 1,
    lambda n, k, p, s: int(n + 2 * p - k / s + 1),
)
for _size in _WITHOUT_BRACKETS:

    @exercise.misconception("BRACKETS-MISSING", output_size, alone=True)
    def _(output_size, n, k, padding=0, stride=1, size=_size):
        return size(n, k, padding, stride)

    @exercise.misconception("BRACKETS-MISSING", output_shape, alone=True)
    def _(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1, size=_size):
        axes = zip(input_shape[1:], *map(pair, (kernel_size, padding, stride)), strict=True)
        return out_channels, *(size(*axis) for axis in axes)


#: Formulas ⌊…⌋ of n, k and s that do not use the padding. SAME-SIZE is a padding of k // 2, or
#: the padding that gives ⌈n/s⌉.
_WITHOUT_PADDING = (
    ("SAME-SIZE", lambda n, k, s: (n - k + 2 * (k // 2)) // s + 1),
    ("SAME-SIZE", lambda n, k, s: (n - 1) // s + 1),
    ("KERNEL-IGNORED", lambda n, k, s: n // s + 1),
    ("SIDE-BY-SIDE", lambda n, k, s: n // k),
)
for _code, _size in _WITHOUT_PADDING:

    @exercise.misconception(_code, output_size, alone=True)
    def _(output_size, n, k, padding=0, stride=1, size=_size):
        return size(n, k, stride)

    @exercise.misconception(_code, output_shape, alone=True)
    def _(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1, size=_size):
        axes = zip(input_shape[1:], pair(kernel_size), pair(stride), strict=True)
        return out_channels, *(size(*axis) for axis in axes)


#: Formulas ⌊…⌋ of n, p and s that do not use the kernel.
_WITHOUT_KERNEL = (
    lambda n, p, s: (n + 2 * p) // s,
    lambda n, p, s: (n + 2 * p) // s + 1,
    lambda n, p, s: (n + 2 * p - 1) // s + 1,
)
for _size in _WITHOUT_KERNEL:

    @exercise.misconception("KERNEL-IGNORED", output_size, alone=True)
    def _(output_size, n, k, padding=0, stride=1, size=_size):
        return size(n, padding, stride)

    @exercise.misconception(
        "KERNEL-IGNORED", output_shape, alone=True, beside=("CHANNELS-MISSING",)
    )
    def _(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1, size=_size):
        axes = zip(input_shape[1:], pair(padding), pair(stride), strict=True)
        return out_channels, *(size(*axis) for axis in axes)


for _all in (False, True):

    @exercise.misconception(
        *("PAIR-EXPECTED", output_shape),
        alone=True,
        beside=("CHANNELS-LAST", "CHANNELS-MISSING", "NO-PLUS1", "PAD-IGNORED", "PAD-ONCE"),
    )
    def _(output_shape, input_shape, channels, kernel_size, padding=0, stride=1, all_pairs=_all):
        """Index or unpack the kernel size, or all three settings."""
        for setting in (kernel_size, padding, stride) if all_pairs else (kernel_size,):
            if isinstance(setting, int):
                raise TypeError("'int' object is not subscriptable")
        return output_shape(input_shape, channels, kernel_size, padding, stride)


@exercise.misconception("PAIR-EXPECTED", output_shape, alone=True)
def _(output_shape, input_shape, out_channels, kernel_size, padding=0, stride=1):
    """Use an int for the rows only, as (k, 1), (p, 0) and (s, 1)."""
    settings = (
        (value, rest) if isinstance(value, int) else value
        for value, rest in ((kernel_size, 1), (padding, 0), (stride, 1))
    )
    return output_shape(input_shape, out_channels, *settings)


@exercise.misconception("HALF-ROUNDED-UP", same_padding, alone=True)
def _(same_padding, k):
    """Return k // 2 + 1."""
    return same_padding(k) + 1


@exercise.misconception("HALF-ROUNDED-UP", same_padding, alone=True)
def _(same_padding, k):
    """Return (k + 1) // 2, also for an even window."""
    return same_padding(k - 1 + k % 2) + 1


refuses_pairs(
    exercise,
    output_shape,
    *("PAD-ONCE", "CEIL", "PAD-IGNORED", "NO-PLUS1", "CIN-IN-SHAPE", "STRIDE-IGNORED"),
    alone_too=("SAME-SIZE", "KERNEL-IGNORED", "SIDE-BY-SIDE"),
)
