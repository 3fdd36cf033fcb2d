"""ex14: the gradient of average pooling."""

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example

from .geometry import pad, pair, windows_inside
from .habits import CROPS, drops_dtype, refuses_pairs, square_part
from .pooling import WindowOutsideError, cropped, whatever_the_count, windows_on

exercise = Exercise("ex14")


@exercise.function
def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Return the gradient of the input: each window's gradient is divided among its elements.

    Padded elements get a share, which is lost, if `count_include_pad` is true.
    """
    xp = array_namespace(grad_output)
    windows = windows_on(input_shape, kernel_size, stride, padding)
    share = grad_output / _counts(grad_output, input_shape, windows, count_include_pad)
    nothing = xp.zeros(tuple(input_shape), dtype=grad_output.dtype, device=device(grad_output))
    grad = pad(nothing, padding)
    for shift in windows.shifts():
        grad[shift] += share
    return cropped(grad, padding)


def _counts(like, input_shape, windows, count_include_pad):
    """Return how many elements of each window its mean counts: [H', W'] in the dtype of `like`."""
    xp = array_namespace(like)
    inside = xp.ones(tuple(input_shape[-2:]), dtype=like.dtype, device=device(like))
    cells = pad(inside, windows.padding, value=int(count_include_pad))
    return sum(cells[shift] for shift in windows.shifts())


@exercise.oracle(avg_pool2d_backward)
def _(grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    import torch
    from torch.nn import functional as F

    X = torch.zeros(input_shape, dtype=grad_output.dtype, requires_grad=True)
    Y = F.avg_pool2d(X, kernel_size, stride, padding, count_include_pad=count_include_pad)
    return torch.autograd.grad(Y, X, grad_output)[0]


@exercise.cases(avg_pool2d_backward)
def _(draw):
    yield example(grad_output=draw.array([[[[4, 8]]]]), input_shape=(1, 1, 2, 4), kernel_size=2)
    yield example(
        grad_output=draw.array([[[[3, 6, 9]]]]),
        input_shape=(1, 1, 1, 5),
        kernel_size=(1, 3),
        stride=1,
    )
    yield example(
        grad_output=draw.array([[[[9, 18], [27, 36]]]]),
        input_shape=(1, 1, 3, 3),
        kernel_size=3,
        stride=2,
        padding=1,
    )
    yield case(
        "a wide window",
        grad_output=draw.distinct((1, 1, 2, 2)) * 6,
        input_shape=(1, 1, 4, 6),
        kernel_size=(2, 3),
    )
    yield case(
        "a high window",
        grad_output=draw.distinct((1, 1, 2, 1)) * 6,
        input_shape=(1, 1, 6, 2),
        kernel_size=(3, 2),
    )
    yield case(
        "overlapping windows in a row",
        grad_output=draw.distinct((1, 1, 1, 3)) * 4,
        input_shape=(1, 1, 1, 8),
        kernel_size=(1, 4),
        stride=2,
    )
    yield case(
        "overlapping windows",
        grad_output=draw.integers((1, 1, 3, 2)) * 6,
        input_shape=(1, 1, 4, 4),
        kernel_size=(2, 3),
        stride=1,
    )
    yield case(
        "elements left over",
        grad_output=draw.distinct((1, 1, 2, 1)) * 4,
        input_shape=(1, 1, 5, 3),
        kernel_size=2,
    )
    yield case(
        "gaps between the windows",
        grad_output=draw.distinct((1, 1, 2, 2)) * 2,
        input_shape=(1, 1, 5, 6),
        kernel_size=(2, 1),
        stride=(3, 4),
    )
    for counted, title in ((True, "padding counts"), (False, "padding does not count")):
        yield case(
            title,
            grad_output=draw.distinct((1, 1, 2, 2)) * 12,
            input_shape=(1, 1, 2, 3),
            kernel_size=2,
            padding=1,
            count_include_pad=counted,
        )
    yield case(
        "a square window, padding does not count",
        grad_output=draw.distinct((1, 1, 2, 3)) * 12,
        input_shape=(1, 1, 3, 5),
        kernel_size=3,
        stride=2,
        padding=1,
        count_include_pad=False,
    )
    yield case(
        "more padding above",
        grad_output=draw.integers((1, 1, 3, 2)) * 4,
        input_shape=(1, 1, 5, 2),
        kernel_size=(4, 1),
        stride=(2, 1),
        padding=(2, 0),
        count_include_pad=False,
    )
    yield case(
        "two channels",
        grad_output=draw.distinct((1, 2, 1, 2)) * 4,
        input_shape=(1, 2, 2, 4),
        kernel_size=2,
    )
    yield case(
        "two images",
        grad_output=draw.integers((2, 3, 2, 3)) * 4,
        input_shape=(2, 3, 3, 4),
        kernel_size=2,
        stride=1,
    )
    yield case(
        "gaps between square windows",
        grad_output=draw.distinct((1, 1, 2, 3)) * 4,
        input_shape=(1, 1, 7, 8),
        kernel_size=2,
        stride=3,
    )
    for counted, title in (
        (True, "everything differs"),
        (False, "everything differs, padding does not count"),
    ):
        yield case(
            title,
            grad_output=draw.reals((2, 3, 3, 5)),
            input_shape=(2, 3, 7, 10),
            kernel_size=(4, 3),
            stride=(3, 2),
            padding=(2, 1),
            count_include_pad=counted,
        )
    for dtype, window in (("float32", 3), ("float64", (3, 2))):
        yield case(
            f"fractions in {dtype}",
            grad_output=draw.reals((2, 2, 3, 4), dtype=dtype),
            input_shape=(2, 2, 6, 7),
            kernel_size=window,
            stride=2,
            padding=1,
        )
    yield edge(
        "one window over all",
        grad_output=draw.distinct((2, 2, 1, 1)) * 20,
        input_shape=(2, 2, 4, 5),
        kernel_size=(4, 5),
    )
    yield edge(
        "1×1 windows",
        grad_output=draw.integers((1, 2, 2, 3)),
        input_shape=(1, 2, 2, 3),
        kernel_size=1,
    )
    yield edge(
        "padding of half the kernel",
        grad_output=draw.distinct((1, 1, 2, 2)) * 8,
        input_shape=(1, 1, 3, 4),
        kernel_size=(2, 4),
        padding=(1, 2),
        count_include_pad=False,
    )
    yield edge(
        "a gradient of zeros",
        grad_output=draw.integers((1, 1, 2, 2), 0, 0),
        input_shape=(1, 1, 4, 4),
        kernel_size=2,
    )
    yield edge(
        "not contiguous in memory",
        grad_output=draw.strided(draw.integers((1, 2, 3, 3))),
        input_shape=(1, 2, 5, 4),
        kernel_size=(3, 2),
        stride=(2, 1),
        padding=(1, 0),
    )


def _divided(code, divisor, when=(True, False), **rare):
    """Register division by `divisor(kernel, outputs)`, for these values of count_include_pad."""

    def divides(
        backward,
        grad_output,
        input_shape,
        kernel_size,
        stride=None,
        padding=0,
        count_include_pad=True,
    ):
        if count_include_pad in when:
            kh, kw = pair(kernel_size)
            scale = kh * kw / divisor((kh, kw), grad_output.shape[-2:])
            return backward(grad_output * scale, input_shape, kernel_size, stride, padding, True)
        return backward(grad_output, input_shape, kernel_size, stride, padding, count_include_pad)

    exercise.misconception(code, avg_pool2d_backward, **rare)(divides)


_divided("COPY-N", lambda kernel, outputs: 1)
for modes in ((True, False), (True,)):
    _divided("DIV-K-NOT-KK", lambda kernel, outputs: kernel[0], modes)
    _divided("DIV-K-NOT-KK", lambda kernel, outputs: kernel[1], modes)
    _divided("DIV-BY-OUTPUTS", lambda kernel, outputs: outputs[0] * outputs[1], modes)
for side in (0, 1):
    _divided(
        *("DIV-BY-SQUARE", lambda kernel, outputs, side=side: kernel[side] ** 2, (True,)),
        alone=True,
        beside=("ASSIGN-NOT-ADD", "CIP-INCLUDED", "STRIDE-DEFAULT-1"),
    )


@exercise.misconception("CIP-INCLUDED", avg_pool2d_backward)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    return backward(grad_output, input_shape, kernel_size, stride, padding, True)


@exercise.misconception("CIP-EXCLUDED", avg_pool2d_backward)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    return backward(grad_output, input_shape, kernel_size, stride, padding, False)


@exercise.misconception("UPSTREAM-IGNORED", avg_pool2d_backward)
def _(backward, grad_output, *options, **named):
    return backward(array_namespace(grad_output).ones_like(grad_output), *options, **named)


drops_dtype(exercise, avg_pool2d_backward)


def _all_counted(grad_output, input_shape, kernel_size, stride, padding, count_include_pad):
    """Return grad_output scaled so that dividing it by kh·kw respects count_include_pad."""
    if count_include_pad:
        return grad_output
    kh, kw = pair(kernel_size)
    windows = windows_on(input_shape, kernel_size, stride, padding)
    counts = _counts(grad_output, input_shape, windows, False)
    rows, columns = grad_output.shape[-2:]
    return grad_output * (kh * kw / counts[:rows, :columns])


def _plane(input_shape, padding):
    """Return the shape of the padded input."""
    ph, pw = pair(padding)
    images, channels, height, width = input_shape
    return images, channels, height + 2 * ph, width + 2 * pw


def _extended(X, shape):
    """Return X in the top left corner of an array of zeros, clipped if it is larger."""
    out = array_namespace(X).zeros(tuple(shape), dtype=X.dtype, device=device(X))
    part = X[..., : out.shape[-2], : out.shape[-1]]
    out[..., : part.shape[-2], : part.shape[-1]] = part
    return out


@exercise.misconception("STRIDE-DEFAULT-1", avg_pool2d_backward)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Use stride 1 by default, for the same number of windows."""
    if stride is not None:
        return backward(grad_output, input_shape, kernel_size, stride, padding, count_include_pad)
    grad_output = _all_counted(grad_output, input_shape, kernel_size, 1, padding, count_include_pad)
    return _apart(backward, grad_output, input_shape, kernel_size, 1, padding)


def _apart(backward, grad_output, input_shape, kernel_size, stride, padding=0):
    """Return the gradient of as many windows as grad_output has, placed `stride` apart.

    Each is divided by kh·kw. What lies outside the padded input is clipped.
    """
    (kh, kw), (sh, sw), (rows, columns) = pair(kernel_size), pair(stride), grad_output.shape[-2:]
    seen = (*input_shape[:2], (rows - 1) * sh + kh, (columns - 1) * sw + kw)
    grad = backward(grad_output, seen, kernel_size, stride)
    return cropped(_extended(grad, _plane(input_shape, padding)), padding)


@exercise.misconception("NO-CROP", avg_pool2d_backward)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Return the gradient of the padded input."""
    options = kernel_size, stride, padding, count_include_pad
    grad_output = _all_counted(grad_output, input_shape, *options)
    return backward(grad_output, _plane(input_shape, padding), kernel_size, stride)


@exercise.misconception("NO-CROP", avg_pool2d_backward, alone=True)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Return the right size, cut from the corner of the padded gradient."""
    options = kernel_size, stride, padding, count_include_pad
    grad_output = _all_counted(grad_output, input_shape, *options)
    grad = backward(grad_output, _plane(input_shape, padding), kernel_size, stride)
    return grad[..., : input_shape[2], : input_shape[3]]


def _assigned(order):
    """Register `=` for `+=`; `order` gives the order in which the kernel's elements are written."""

    def assigns(
        backward,
        grad_output,
        input_shape,
        kernel_size,
        stride=None,
        padding=0,
        count_include_pad=True,
    ):
        options = kernel_size, stride, padding, count_include_pad
        windows = windows_on(input_shape, kernel_size, stride, padding)
        (kh, kw), (rows, columns) = windows.kernel, windows.size
        apart = (*input_shape[:2], rows * kh, columns * kw)
        blocks = backward(_all_counted(grad_output, input_shape, *options), apart, kernel_size)
        grad = _extended(grad_output[..., :0, :0], _plane(input_shape, padding))
        for number, shift in order(list(enumerate(windows.shifts()))):
            i, j = divmod(number, kw)
            grad[shift] = blocks[..., i::kh, j::kw]
        return cropped(grad, padding)

    exercise.misconception("ASSIGN-NOT-ADD", avg_pool2d_backward)(assigns)


_assigned(reversed)  # window by window: the last window wins
_assigned(iter)  # offset by offset, all windows at once: the last offset wins


for _crop in CROPS:

    @exercise.misconception("CROP-ZERO", avg_pool2d_backward, alone=_crop is not CROPS[0])
    def _(
        backward,
        grad_output,
        input_shape,
        kernel_size,
        stride=None,
        padding=0,
        count_include_pad=True,
        crop=_crop,
    ):
        options = kernel_size, stride, padding, count_include_pad
        grad_output = _all_counted(grad_output, input_shape, *options)
        grad = backward(grad_output, _plane(input_shape, padding), kernel_size, stride)
        return crop(grad, *pair(padding))


@exercise.misconception("STRIDE-IGNORED", avg_pool2d_backward)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Place the windows side by side, whatever the stride, and clip what lies outside."""
    if stride is None:
        return backward(grad_output, input_shape, kernel_size, None, padding, count_include_pad)
    options = kernel_size, stride, padding, count_include_pad
    grad = _side_by_side(backward, _all_counted(grad_output, input_shape, *options), kernel_size)
    return cropped(_extended(grad, _plane(input_shape, padding)), padding)


def _side_by_side(backward, grad_output, kernel_size):
    """Return the gradient of windows that tile an image; each is divided by kh·kw."""
    (kh, kw), (*maps, rows, columns) = pair(kernel_size), grad_output.shape
    return backward(grad_output, (*maps, rows * kh, columns * kw), kernel_size)


@exercise.misconception("STRIDE-IGNORED", avg_pool2d_backward, alone=True)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Place the windows one element apart, in a result of h + k − 1 rows."""
    sides = (n - 1 + k for n, k in zip(grad_output.shape[2:], pair(kernel_size), strict=True))
    return backward(grad_output, (*input_shape[:2], *sides), kernel_size, 1)


@exercise.misconception("TILES-ONLY", avg_pool2d_backward)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Use `np.repeat`, or a reshape to blocks: the result has the size of windows side by side."""
    return _side_by_side(backward, grad_output, kernel_size)


@exercise.misconception("TILES-ONLY", avg_pool2d_backward, alone=True)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Loop over the n // k tiles of the input, and read the gradient of each.

    Raises ValueError if there are more tiles than gradients; further gradients are lost.
    """
    rows, columns = (n // k for n, k in zip(input_shape[2:], pair(kernel_size), strict=True))
    if rows > grad_output.shape[2] or columns > grad_output.shape[3]:
        raise ValueError("operands could not be broadcast together")
    return backward(grad_output[..., :rows, :columns], input_shape, kernel_size)


@exercise.misconception("TILES-ONLY", avg_pool2d_backward, alone=True)
def _(backward, grad_output, input_shape, kernel_size, *others, **named):
    """Write the tiles into zeros of the input's shape, which raises if there are more."""
    grad = _side_by_side(backward, grad_output, kernel_size)
    if grad.shape[2] > input_shape[2] or grad.shape[3] > input_shape[3]:
        raise ValueError("could not broadcast input array")
    return _extended(grad, input_shape)


@exercise.misconception("TILES-ONLY", avg_pool2d_backward, alone=True, beside=("NHWC",))
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Repeat each gradient `stride` times along both axes, and divide it by kh·kw."""
    kernel, steps = pair(kernel_size), pair(kernel_size if stride is None else stride)
    scaled = grad_output * (steps[0] * steps[1] / (kernel[0] * kernel[1]))
    return _side_by_side(backward, scaled, steps)


for _by_stride in (False, True):

    @exercise.misconception(
        *("SPREAD-OVER-STRIDE", avg_pool2d_backward),
        alone=True,
        beside=("PAD-IGNORED",) if _by_stride else ("PAD-IGNORED", "CIP-INCLUDED"),
    )
    def _(
        backward,
        grad_output,
        input_shape,
        kernel_size,
        stride=None,
        padding=0,
        count_include_pad=True,
        by_stride=_by_stride,
    ):
        """Write `grad[..., i * s : (i + 1) * s, j * s : (j + 1) * s] += share`.

        The share is divided by the stride's elements if `by_stride`, otherwise by the window's.
        """
        (kh, kw), (sh, sw) = pair(kernel_size), pair(kernel_size if stride is None else stride)
        if not by_stride:
            options = kernel_size, stride, padding, count_include_pad
            grad_output = _all_counted(grad_output, input_shape, *options) * (sh * sw / (kh * kw))
        grad = _side_by_side(backward, grad_output, (sh, sw))
        return cropped(_extended(grad, _plane(input_shape, padding)), padding)


@exercise.misconception("PAD-IGNORED", avg_pool2d_backward)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Begin window (i, j) at (i * sh, j * sw) of the input, and clip it at the end."""
    begin = kernel_size if stride is None else stride
    return whatever_the_count(
        lambda: backward(grad_output, input_shape, kernel_size, stride, 0),
        lambda: _apart(backward, grad_output, input_shape, kernel_size, begin),
    )


@exercise.misconception("PAD-IGNORED", avg_pool2d_backward, alone=True)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Loop over the windows that fit the input without padding; the other gradients are lost."""
    stride = kernel_size if stride is None else stride
    rows, columns = windows_inside(input_shape[2:], pair(kernel_size), stride)
    if 0 in (rows, columns):
        return _extended(grad_output[..., :0, :0], tuple(input_shape))
    return backward(grad_output[..., :rows, :columns], input_shape, kernel_size, stride)


@exercise.misconception("PAD-IGNORED", avg_pool2d_backward, alone=True)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Begin window (i, j) at (i * sh, j * sw) of the input; divide by what is left at the end."""
    (kh, kw), (sh, sw) = pair(kernel_size), pair(kernel_size if stride is None else stride)
    rows, columns = (
        [max(min(k, n - i * s), 1) for i in range(windows)]
        for k, n, s, windows in zip(
            *((kh, kw), input_shape[2:], (sh, sw), grad_output.shape[2:]), strict=True
        )
    )
    xp = array_namespace(grad_output)
    counts = xp.asarray([[r * c for c in columns] for r in rows], dtype=grad_output.dtype)
    scaled = grad_output * (kh * kw / xp.asarray(counts, device=device(grad_output)))
    return _apart(backward, scaled, input_shape, kernel_size, (sh, sw))


@exercise.misconception("SQUARE-OUT", avg_pool2d_backward)
def _(backward, grad_output, *options, **named):
    """Run both loops over the rows of the output."""
    return backward(square_part(grad_output), *options, **named)


for _clipped in (True, False):

    @exercise.misconception("STRIDE-IGNORED", avg_pool2d_backward, beside=("PAD-IGNORED",))
    def _(
        backward,
        grad_output,
        input_shape,
        kernel_size,
        stride=None,
        padding=0,
        count_include_pad=True,
        clipped=_clipped,
    ):
        """Place the windows one element apart, whatever the stride.

        Unless `clipped`, a block of kh × kw is added, which does not fit a window cut off by the
        end of the padded input.
        """
        ends = [n - 1 + k for n, k in zip(grad_output.shape[2:], pair(kernel_size), strict=True)]
        sides = _plane(input_shape, padding)[2:]
        beyond = any(end > n for end, n in zip(ends, sides, strict=True))
        if beyond and not clipped and pair(kernel_size) != (1, 1):
            raise WindowOutsideError("operands could not be broadcast together")
        if not count_include_pad and max(pair(padding)):
            options = kernel_size, 1, padding, count_include_pad
            grad_output = _all_counted(grad_output, input_shape, *options)
        return _apart(backward, grad_output, input_shape, kernel_size, 1, padding)


for _padded in (False, True):

    @exercise.misconception("NHWC", avg_pool2d_backward, alone=True)
    def _(
        backward,
        grad_output,
        input_shape,
        kernel_size,
        stride=None,
        padding=0,
        count_include_pad=True,
        padded=_padded,
    ):
        """Take all axes for [N, H, W, C]; loop over the axes of grad_output, and clip windows.

        Such code divides by kh·kw, and seldom has a padding.
        """
        permuted = array_namespace(grad_output).permute_dims
        given = permuted(grad_output, (0, 3, 1, 2))
        images, height, width, channels = input_shape
        if given.shape[1] > channels:
            raise IndexError("index is out of bounds")
        shape, stride = (*given.shape[:2], height, width), kernel_size if stride is None else stride
        part = _apart(backward, given, shape, kernel_size, stride, padding if padded else 0)
        whole = (images, channels, height, width)
        grad = array_namespace(part).zeros(whole, dtype=part.dtype, device=device(part))
        grad[:, : given.shape[1], ...] = part
        return permuted(grad, (0, 2, 3, 1))


@exercise.misconception(
    "NHWC", avg_pool2d_backward, alone=True, beside=("TILES-ONLY", "LECTURE-CONSTANTS")
)
def _(backward, grad_output, input_shape, *options, **named):
    """Take all axes for [N, H, W, C], without a loop: the sizes have to match."""
    permuted = array_namespace(grad_output).permute_dims
    images, height, width, channels = input_shape
    shape, given = (images, channels, height, width), permuted(grad_output, (0, 3, 1, 2))
    return permuted(backward(given, shape, *options, **named), (0, 2, 3, 1))


for _offset in (
    lambda p, kh, kw: (p // kh, p % kw),
    lambda p, kh, kw: (p // kw, p % kh),
    lambda p, kh, kw: (p // kh, p % kh),
):

    @exercise.misconception(
        "WINDOW-INDICES", avg_pool2d_backward, alone=True, beside=("CIP-INCLUDED",)
    )
    def _(
        backward,
        grad_output,
        input_shape,
        kernel_size,
        stride=None,
        padding=0,
        count_include_pad=True,
        offset=_offset,
    ):
        """Exchange height and width in the row or column of a window's element p, or in both."""
        steps, (kh, kw) = kernel_size if stride is None else stride, pair(kernel_size)
        options = kernel_size, stride, padding, count_include_pad
        share = _all_counted(grad_output, input_shape, *options) / (kh * kw)
        spans = zip(grad_output.shape[2:], pair(steps), strict=True)
        height, width = ((n - 1) * s + 1 for n, s in spans)
        apart = backward(share, (*input_shape[:2], height, width), 1, steps)
        grad = _extended(grad_output[..., :0, :0], _plane(input_shape, padding))
        for p in range(kh * kw):
            top, left = offset(p, kh, kw)
            if top + height > grad.shape[2] or left + width > grad.shape[3]:
                raise IndexError("index is out of bounds")
            grad[..., top : top + height, left : left + width] += apart
        return cropped(grad, padding)


@exercise.misconception("LECTURE-CONSTANTS", avg_pool2d_backward, alone=True, beside=("NHWC",))
def _(backward, grad_output, *options, **named):
    """Repeat each gradient 2×2 times and divide it by 4, whatever the window."""
    return _side_by_side(backward, grad_output, 2)


@exercise.misconception(
    *("LECTURE-CONSTANTS", avg_pool2d_backward),
    alone=True,
    beside=("PAD-IGNORED", "ASSIGN-NOT-ADD", "CIP-INCLUDED"),
)
def _(
    backward, grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    """Use stride 2 by default, and clip windows."""
    if stride is not None:
        return backward(grad_output, input_shape, kernel_size, stride, padding, count_include_pad)
    options = kernel_size, None, padding, count_include_pad
    grad_output = _all_counted(grad_output, input_shape, *options)
    return _apart(backward, grad_output, input_shape, kernel_size, 2, padding)


_divided("LECTURE-CONSTANTS", lambda kernel, outputs: 4)
_divided("LECTURE-CONSTANTS", lambda kernel, outputs: 4, (True,))

refuses_pairs(
    exercise,
    avg_pool2d_backward,
    *("CROP-ZERO", "COPY-N", "ASSIGN-NOT-ADD", "NO-CROP", "CIP-INCLUDED", "STRIDE-IGNORED"),
    *("UPSTREAM-IGNORED", "STRIDE-DEFAULT-1", "DIV-BY-OUTPUTS", "LECTURE-CONSTANTS"),
)
