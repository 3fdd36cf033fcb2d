"""ex12: maximum and average pooling."""

import math
from functools import partial, reduce

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .geometry import pad, pair, wide_enough, windows_inside
from .habits import before_and_after, drops_dtype, first_of, refuses_pairs, square_part
from .looping import first_part
from .pooling import lowest, windows_on, without_nan

exercise = Exercise("ex12")


@exercise.function
def max_pool2d(input, kernel_size, stride=None, padding=0):
    """Return the maximum of each window of input[N, C, H, W]; padding never wins.

    Raises ValueError if no window fits, or if the padding exceeds half the kernel.
    """
    xp = array_namespace(input)
    windows = windows_on(input.shape, kernel_size, stride, padding)
    padded = pad(input, padding, lowest(input))
    return reduce(xp.maximum, (padded[shift] for shift in windows.shifts()))


@exercise.function
def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Return the mean of each window of input[N, C, H, W].

    Padded zeros count if `count_include_pad` is true. Raises ValueError if no window fits,
    or if the padding exceeds half the kernel.
    """
    xp = array_namespace(input)
    windows = windows_on(input.shape, kernel_size, stride, padding)
    padded = pad(wide_enough(input), padding)
    inside = xp.ones(input.shape[-2:], dtype=padded.dtype, device=device(input))
    cells = pad(inside, padding, value=int(count_include_pad))
    total = sum(padded[shift] for shift in windows.shifts())
    return total / sum(cells[shift] for shift in windows.shifts())


@exercise.oracle(max_pool2d)
def _(input, kernel_size, stride=None, padding=0):
    from torch.nn import functional as F

    return F.max_pool2d(input.double(), kernel_size, stride, padding).to(input.dtype)


@exercise.oracle(avg_pool2d)
def _(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    from torch.nn import functional as F

    X = input if input.is_floating_point() else input.double()
    return F.avg_pool2d(X, kernel_size, stride, padding, count_include_pad=count_include_pad)


@exercise.cases(max_pool2d)
def _(draw):
    yield example(input=draw.array([[[[1, 5, 2, 0], [3, 4, 8, 6]]]]), kernel_size=2)
    yield example(input=draw.arange(1, 2, 4, 4), kernel_size=3, stride=(2, 1), padding=1)
    yield from _plain_cases(draw)
    yield case(
        "negative numbers with padding",
        input=draw.integers((1, 1, 3, 4), -9, -1),
        kernel_size=2,
        padding=1,
    )
    yield case(
        "everything differs",
        input=draw.integers((2, 3, 7, 10), -9, -1),
        kernel_size=(4, 3),
        stride=(3, 2),
        padding=(2, 1),
    )
    yield from _float_cases(draw)
    yield from _edges(draw)
    yield edge(
        "equal numbers",
        input=draw.integers((1, 2, 4, 5), 1, 2),
        kernel_size=2,
        stride=1,
    )
    yield edge("grey image", input=draw.image((1, 2, 4, 5)), kernel_size=2, stride=1, padding=1)
    yield edge(
        "negative whole numbers",
        input=draw.integers((1, 1, 3, 4), -9, -1, dtype="int64"),
        kernel_size=2,
        padding=1,
    )
    yield from _impossible(draw)


@exercise.cases(avg_pool2d)
def _(draw):
    yield example(input=draw.array([[[[1, 5, 2, 0], [3, 7, 8, 6]]]]), kernel_size=2)
    yield example(
        input=draw.array([[[[6, 2], [4, 0]]]]), kernel_size=(1, 2), stride=1, padding=(0, 1)
    )
    yield example(
        input=draw.array([[[[6, 2], [4, 0]]]]),
        kernel_size=(1, 2),
        stride=1,
        padding=(0, 1),
        count_include_pad=False,
    )
    yield from _plain_cases(draw)
    yield case("padding counts", input=draw.distinct((1, 1, 2, 3)), kernel_size=2, padding=1)
    yield case(
        "padding does not count",
        input=draw.distinct((1, 1, 2, 3)),
        kernel_size=2,
        padding=1,
        count_include_pad=False,
    )
    yield case(
        "padding does not count, stride 2",
        input=draw.integers((1, 1, 3, 5)),
        kernel_size=2,
        stride=2,
        padding=1,
        count_include_pad=False,
    )
    for counted, title in (
        (True, "everything differs"),
        (False, "everything differs, padding does not count"),
    ):
        yield case(
            title,
            input=draw.integers((2, 3, 7, 10)),
            kernel_size=(4, 3),
            stride=(3, 2),
            padding=(2, 1),
            count_include_pad=counted,
        )
    yield from _float_cases(draw)
    yield from _edges(draw)
    if draw.framework == "numpy":  # torch has no mean of integers
        yield edge("grey image", input=draw.image((1, 2, 4, 5)), kernel_size=2, stride=1)
    yield from _impossible(draw)


def _plain_cases(draw):
    """Yield cases with windows in all positions, without padding or with little."""
    yield case("one row", input=draw.distinct((1, 1, 1, 6)), kernel_size=(1, 3))
    yield case("one column", input=draw.distinct((1, 1, 6, 1)), kernel_size=(2, 1))
    yield case("a wide window", input=draw.distinct((1, 1, 4, 6)), kernel_size=(2, 3))
    yield case("a high window", input=draw.distinct((1, 1, 6, 4)), kernel_size=(3, 2))
    yield case(
        "overlapping windows", input=draw.distinct((1, 1, 3, 4)), kernel_size=(2, 3), stride=1
    )
    yield case("remainder dropped", input=draw.distinct((1, 1, 3, 5)), kernel_size=2, stride=2)
    yield case("negative numbers", input=draw.integers((1, 1, 2, 4), -9, -1), kernel_size=2)
    yield case(
        "larger steps to the right",
        input=draw.distinct((1, 1, 3, 6)),
        kernel_size=2,
        stride=(1, 2),
    )
    yield case(
        "larger steps downwards", input=draw.distinct((1, 1, 7, 4)), kernel_size=2, stride=(3, 1)
    )
    yield case(
        "gaps between the windows", input=draw.distinct((1, 1, 5, 9)), kernel_size=2, stride=(3, 4)
    )
    yield case(
        "a square window, stride 1", input=draw.distinct((1, 1, 4, 6)), kernel_size=2, stride=1
    )
    yield case(
        "a square window, stride 2 and padding",
        input=draw.integers((1, 1, 5, 6), -9, -1),
        kernel_size=3,
        stride=2,
        padding=1,
    )
    yield case("two channels", input=draw.distinct((1, 2, 2, 4)), kernel_size=2, stride=2)
    yield case(
        "padding 1 and stride 2",
        input=draw.integers((1, 1, 3, 5), -9, -1),
        kernel_size=2,
        stride=2,
        padding=1,
    )
    yield case(
        "padding 1 and stride 1",
        input=draw.integers((1, 2, 3, 4), -9, -1),
        kernel_size=3,
        stride=1,
        padding=1,
    )
    yield case("two images", input=draw.distinct((2, 2, 3, 4)), kernel_size=2, stride=1)
    yield case(
        "gaps between square windows", input=draw.distinct((1, 1, 7, 8)), kernel_size=2, stride=3
    )
    yield case("20×20 by 10×10", input=draw.integers((1, 1, 20, 20), -99, 99), kernel_size=10)


def _float_cases(draw):
    for dtype, window in (("float32", 3), ("float64", (3, 2))):
        yield case(
            f"fractions in {dtype}",
            input=draw.reals((2, 2, 6, 7), dtype=dtype),
            kernel_size=window,
            stride=2,
            padding=1,
        )


def _edges(draw):
    yield edge("one window over all", input=draw.integers((2, 3, 4, 5)), kernel_size=(4, 5))
    yield edge("1×1 windows", input=draw.integers((1, 2, 2, 3)), kernel_size=1)
    yield edge(
        "padding of half the kernel",
        input=draw.integers((1, 1, 3, 4), -9, -1),
        kernel_size=(2, 4),
        padding=(1, 2),
    )
    yield edge(
        "only padding makes the window fit",
        input=draw.integers((1, 1, 2, 5), -9, -1),
        kernel_size=(4, 2),
        stride=1,
        padding=(1, 0),
    )
    holed = draw.distinct((1, 1, 4, 6))
    holed[0, 0, 1, 2] = float("nan")
    yield edge("a NaN among the numbers", input=holed, kernel_size=2)
    yield edge(
        "not contiguous in memory",
        input=draw.strided(draw.integers((1, 2, 5, 4))),
        kernel_size=(3, 2),
        stride=(2, 1),
        padding=(1, 0),
    )


def _impossible(draw):
    yield raises(
        ValueError,
        "a window higher than the image",
        input=draw.arange(1, 1, 3, 5),
        kernel_size=5,
        stride=3,
    )
    yield raises(
        ValueError,
        "a window wider than the padded image",
        input=draw.arange(1, 1, 5, 3),
        kernel_size=7,
        stride=1,
        padding=1,
    )


def _extended(X, below, right, value):
    """Return X with this many more rows and columns of `value` at its end."""
    xp = array_namespace(X)
    *batch, height, width = X.shape
    shape = (*batch, height + below, width + right)
    out = xp.full(shape, value, dtype=X.dtype, device=device(X))
    out[..., :height, :width] = X
    return out


def _ones(X):
    xp = array_namespace(X)
    return xp.ones_like(wide_enough(X))


def _cells(avg_pool2d, input, kernel_size, stride, padding, count_include_pad):
    """Return how many elements each window counts, as a number or as an array."""
    kh, kw = pair(kernel_size)
    if count_include_pad:
        return kh * kw
    return kh * kw * avg_pool2d(_ones(input), kernel_size, stride, padding, True)


@exercise.misconception("STRIDE-DEFAULT-1", max_pool2d, avg_pool2d)
def _(pool, input, kernel_size, stride=None, *options, **named):
    return pool(input, kernel_size, 1 if stride is None else stride, *options, **named)


@exercise.misconception("STRIDE-HW-SWAP", max_pool2d, avg_pool2d)
def _(pool, input, kernel_size, stride=None, *options, **named):
    stride = kernel_size if stride is None else pair(stride)[::-1]
    return pool(input, kernel_size, stride, *options, **named)


@exercise.misconception("STRIDE-HW-SWAP", max_pool2d, avg_pool2d)
def _(pool, input, kernel_size, stride=None, *options, **named):
    """Exchange the two strides, including those of the default stride."""
    stride = pair(kernel_size if stride is None else stride)[::-1]
    return pool(input, kernel_size, stride, *options, **named)


def _or_empty(pool, input, kernel_size, stride=None, padding=0, rounded=math.floor, **named):
    """Call `pool` without a size check: if the formula of ex03 gives 0, return an empty result."""
    window = pair(kernel_size), pair(kernel_size if stride is None else stride), pair(padding)
    axes = zip(input.shape[-2:], *window, strict=True)
    size = [rounded((n + 2 * p - k) / s + 1) for n, k, s, p in axes]
    if 0 not in size or min(size) < 0:
        return pool(input, kernel_size, stride, padding, **named)
    xp = array_namespace(input)
    return xp.zeros((*input.shape[:-2], *size), dtype=pool(input, 1).dtype, device=device(input))


def _kernel_swapped(stride_too, checked):
    """Register mutants that exchange the height and width of the window.

    With `stride_too`, the default stride is exchanged too. If the size is `checked`, windows that
    no longer fit are refused; otherwise the size is usually 0 by the formula of ex03.
    """

    def swaps(pool, input, kernel_size, stride=None, padding=0, **named):
        kernel = pair(kernel_size)[::-1]
        if stride is None:
            stride = kernel if stride_too else kernel_size
        pools = pool if checked else partial(_or_empty, pool)
        return pools(input, kernel, stride, padding, **named)

    alone = stride_too or not checked
    exercise.misconception("KERNEL-HW-SWAP", max_pool2d, avg_pool2d, alone=alone)(swaps)


for stride_too in (False, True):
    for checked in (False, True):
        _kernel_swapped(stride_too, checked)


@exercise.misconception("KERNEL-HW-SWAP", max_pool2d, alone=True)
def _(max_pool2d, input, kernel_size, stride=None, padding=0):
    """Exchange height and width of the window, but return the right size; windows are clipped."""
    kernel, size, X = _cut_off(max_pool2d, input, kernel_size, stride, padding, lowest(input))
    Y = max_pool2d(X, kernel, kernel_size if stride is None else stride)
    return Y[..., : size[0], : size[1]]


@exercise.misconception("KERNEL-HW-SWAP", avg_pool2d, alone=True)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Exchange height and width of the window, but return the right size; windows are clipped.

    The sum is divided by as many elements as the right window has.
    """
    stride = kernel_size if stride is None else stride
    kernel, size, X = _cut_off(avg_pool2d, wide_enough(input), kernel_size, stride, padding, 0)
    total = avg_pool2d(X, kernel, stride)[..., : size[0], : size[1]]
    if count_include_pad:
        return total
    _, _, inside = _cut_off(avg_pool2d, _ones(input), kernel_size, stride, padding, 0)
    return total / avg_pool2d(inside, kernel, stride)[..., : size[0], : size[1]]


def _cut_off(pool, input, kernel_size, stride, padding, value):
    """Return the exchanged window, the right size, and an image that contains all its windows."""
    kernel = pair(kernel_size)[::-1]
    size = pool(input, kernel_size, stride, padding).shape[-2:]
    return kernel, size, _extended(pad(input, padding, value), *kernel, value)


@exercise.misconception("PAD-HW-SWAP", max_pool2d, avg_pool2d)
def _(pool, input, kernel_size, stride=None, padding=0, **named):
    return pool(input, kernel_size, stride, pair(padding)[::-1], **named)


drops_dtype(exercise, max_pool2d, avg_pool2d)


@exercise.misconception("VIEW", max_pool2d, avg_pool2d, breaks="aliased")
def _(pool, input, kernel_size, *options, **named):
    """Return the input itself for windows of one element, where there is nothing to compute."""
    Y = pool(input, kernel_size, *options, **named)
    return input[:, :, :, :] if pair(kernel_size) == (1, 1) else Y


@exercise.misconception("NO-CHECK", max_pool2d, avg_pool2d, breaks="errors")
def _(pool, *given, **named):
    return _or_empty(pool, *given, **named)


@exercise.misconception("MAX-ZERO-PAD", max_pool2d)
def _(max_pool2d, input, kernel_size, stride=None, padding=0):
    max_pool2d(input, kernel_size, stride, padding)
    return max_pool2d(pad(input, padding), kernel_size, stride, 0)


@exercise.misconception("MAX-INIT-0", max_pool2d)
def _(max_pool2d, input, *options, **named):
    Y = max_pool2d(input, *options, **named)
    xp = array_namespace(Y)
    return xp.maximum(Y, xp.zeros_like(Y))


@exercise.misconception("MAX-ABS", max_pool2d, alone=True)
def _(max_pool2d, input, *options, **named):
    """Return the largest magnitude."""
    return max_pool2d(array_namespace(input).abs(input), *options, **named)


@exercise.misconception("MAX-ABS", max_pool2d, alone=True)
def _(max_pool2d, input, *options, **named):
    """Return the number of the largest magnitude, with its sign."""
    xp = array_namespace(input)
    X = wide_enough(input)
    top, bottom = max_pool2d(X, *options, **named), -max_pool2d(-X, *options, **named)
    return xp.where(-bottom > xp.abs(top), bottom, top)


@exercise.misconception("NAN-LOST", max_pool2d)
def _(max_pool2d, input, *options, **named):
    """Compare with `if x > best`, which is false for NaN."""
    return max_pool2d(without_nan(input), *options, **named)


def _mixed(X, mix, axis):
    """Return X with each channel replaced by `mix` over this axis."""
    mixed = mix(X, axis=axis, keepdims=True)
    return array_namespace(X).broadcast_to(mixed, X.shape)


@exercise.misconception("CHANNEL-MIXED", max_pool2d)
def _(max_pool2d, input, *options, **named):
    return max_pool2d(_mixed(input, array_namespace(input).max, 1), *options, **named)


@exercise.misconception("CHANNEL-MIXED", avg_pool2d)
def _(avg_pool2d, input, *options, **named):
    return avg_pool2d(_mixed(input, array_namespace(input).mean, 1), *options, **named)


@exercise.misconception("SUM-NOT-MEAN", avg_pool2d)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    options = kernel_size, stride, padding, count_include_pad
    Y = avg_pool2d(input, *options)
    return Y * _cells(avg_pool2d, input, *options)


@exercise.misconception("CIP-EXCLUDED", avg_pool2d)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    return avg_pool2d(input, kernel_size, stride, padding, False)


@exercise.misconception("CIP-INCLUDED", avg_pool2d)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    return avg_pool2d(input, kernel_size, stride, padding, True)


@exercise.misconception("CIP-EXCHANGED", avg_pool2d, alone=True)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    return avg_pool2d(input, kernel_size, stride, padding, not count_include_pad)


for _always in (False, True):

    @exercise.misconception("ZEROS-NOT-COUNTED", avg_pool2d, alone=True)
    def _(
        avg_pool2d,
        input,
        kernel_size,
        stride=None,
        padding=0,
        count_include_pad=True,
        always=_always,
    ):
        """Divide by `np.count_nonzero(window)`, whether padding counts or not, or if it does not.

        A window of zeros gives 0.
        """
        if count_include_pad and not always:
            return avg_pool2d(input, kernel_size, stride, padding)
        xp = array_namespace(input)
        total = avg_pool2d(input, kernel_size, stride, padding)
        shares = avg_pool2d(xp.astype(input != 0, total.dtype), kernel_size, stride, padding)
        return total / xp.where(shares > 0, shares, xp.ones_like(shares))


def _lacking(shape, kernel_size, stride, padding):
    """Return how many rows and columns the last, incomplete windows lack."""
    windows = windows_on(shape, kernel_size, stride, padding)
    return [
        -(n + 2 * p - k) % s
        for n, p, k, s in zip(
            shape[-2:], windows.padding, windows.kernel, windows.stride, strict=True
        )
    ]


@exercise.misconception("CEIL", max_pool2d)
def _(max_pool2d, input, kernel_size, stride=None, padding=0):
    lacking = _lacking(input.shape, kernel_size, stride, padding)
    X = _extended(input, *lacking, lowest(input))
    return max_pool2d(X, kernel_size, stride, padding)


@exercise.misconception("CEIL", avg_pool2d)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Average the elements that an incomplete window does have."""
    lacking = _lacking(input.shape, kernel_size, stride, padding)
    total = avg_pool2d(_extended(wide_enough(input), *lacking, 0), kernel_size, stride, padding)
    cells = pad(_ones(input), padding, value=int(count_include_pad))
    return total / avg_pool2d(_extended(cells, *lacking, 0), kernel_size, stride, 0)


@exercise.misconception("CEIL", avg_pool2d)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Complete incomplete windows with zeros."""
    lacking = _lacking(input.shape, kernel_size, stride, padding)
    X, cells = (_extended(A, *lacking, 0) for A in (wide_enough(input), _ones(input)))
    total = avg_pool2d(X, kernel_size, stride, padding)
    return total if count_include_pad else total / avg_pool2d(cells, kernel_size, stride, padding)


def _last(pool, padded, kernel_size, stride):
    """Return the element at the bottom right of each window of a padded image."""
    kh, kw = pair(kernel_size)
    stride = kernel_size if stride is None else stride
    return pool(padded[..., kh - 1 :, kw - 1 :], 1, stride, 0)


@exercise.misconception("LAST-ELEMENT", max_pool2d, beside=("PAD-IGNORED",))
def _(max_pool2d, input, kernel_size, stride=None, padding=0):
    """Write `best = x` without a comparison."""
    max_pool2d(input, kernel_size, stride, padding)
    return _last(max_pool2d, pad(input, padding, lowest(input)), kernel_size, stride)


@exercise.misconception("LAST-ELEMENT", avg_pool2d, beside=("PAD-IGNORED",))
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Write `total = x` instead of `total += x`."""
    options = kernel_size, stride, padding, count_include_pad
    avg_pool2d(input, *options)
    last = _last(avg_pool2d, pad(input, padding), kernel_size, stride)
    return last / _cells(avg_pool2d, input, *options)


@exercise.misconception("STRIDE-IGNORED", max_pool2d, avg_pool2d)
def _(pool, input, kernel_size, stride=None, *options, **named):
    """Place the windows side by side, whatever the stride."""
    return pool(input, kernel_size, None, *options, **named)


@exercise.misconception("STRIDE-IGNORED", max_pool2d, avg_pool2d, beside=("PAD-IGNORED",))
def _(pool, input, kernel_size, stride=None, *options, **named):
    """Place the windows one element apart, whatever the stride."""
    return pool(input, kernel_size, 1, *options, **named)


@exercise.misconception("STRIDE-IGNORED", max_pool2d, avg_pool2d)
def _(pool, input, kernel_size, stride=None, *options, **named):
    """Return the right size, but start window (i, j) at (i, j)."""
    rows, columns = pool(input, kernel_size, stride, *options, **named).shape[-2:]
    return pool(input, kernel_size, 1, *options, **named)[..., :rows, :columns]


def _placed(pool, padded, kernel_size, stride, size):
    """Return `size` windows of a padded image, clipped at its end, where [i, j] begins at i·s, j·s.

    Raises ValueError if a window lies outside the image, because it has no maximum.
    """
    xp = array_namespace(padded)
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    dtype = pool(padded, 1).dtype
    Y = xp.zeros((*padded.shape[:2], *size), dtype=dtype, device=device(padded))
    for i in range(size[0]):
        for j in range(size[1]):
            cells = padded[..., i * sh : i * sh + kh, j * sw : j * sw + kw]
            if 0 in cells.shape:
                raise ValueError("zero-size array to reduction operation maximum")
            Y[..., i, j] = pool(cells, cells.shape[2:])[..., 0, 0]
    return Y


def _by_loops(
    code,
    beside,
    size_of,
    step_of=lambda kernel_size, stride: stride,
    room_of=lambda axes, size: size,
    padded=True,
):
    """Register loops over `size_of(axes, right size)` windows that are `step_of` elements apart.

    `axes` are (elements with padding, window, stride) of height and width. The result has room for
    `room_of(axes, size)` windows and stays 0 where there is none. Unless the image is `padded`, the
    padding counts in the size only.
    """
    grow = pad if padded else lambda X, padding, value=0: X

    def loops(pool, input, kernel_size, stride=None, padding=0, value=None, **named):
        stride = kernel_size if stride is None else stride
        kernel, steps, pads = pair(kernel_size), pair(stride), pair(padding)
        sides = [n + 2 * p for n, p in zip(input.shape[-2:], pads, strict=True)]
        right = tuple(pool(input, kernel_size, stride, padding).shape[-2:])
        axes = list(zip(sides, kernel, steps, strict=True))
        size, step = size_of(axes, right), step_of(kernel_size, stride)
        Y = _placed(pool, grow(input, padding, value(input)), kernel_size, step, size)
        if not named.get("count_include_pad", True):
            Y = Y / _placed(pool, grow(_ones(input), padding), kernel_size, step, size)
        below, right = (n - m for n, m in zip(room_of(axes, size), size, strict=True))
        return _extended(Y, below, right, 0) if below or right else Y

    for function, value in ((max_pool2d, lowest), (avg_pool2d, lambda X: 0)):
        register = exercise.misconception(code, function, alone=not beside, beside=beside)
        register(partial(loops, value=value))


# The right size, but windows side by side.
_by_loops("STRIDE-IGNORED", ("PAD-IGNORED",), lambda axes, right: right, lambda k, s: k)
# The size n // k, and windows one element apart.
_by_loops(
    *("STRIDE-IGNORED", ("PAD-IGNORED",)),
    lambda axes, right: [n // k for n, k, _ in axes],
    lambda k, s: 1,
)
# As many columns as rows: some are missing, or begin outside the image.
_by_loops(
    "SQUARE-OUT", ("PAD-IGNORED", "LECTURE-CONSTANTS"), lambda axes, right: (right[0], right[0])
)
# The size n // k, which is right for tiles only; windows may begin outside the image.
_by_loops("TILES-ONLY", ("PAD-IGNORED",), lambda axes, right: [n // k for n, k, _ in axes])
# The size n // s instead of (n - k) // s + 1.
_by_loops(
    *("SIZE-OVER-STRIDE", ("PAD-IGNORED", "MAX-ZERO-PAD", "CIP-INCLUDED")),
    lambda axes, right: [n // s for n, _, s in axes],
)
# As many rows as there are columns, and the other way round; windows are clipped.
_by_loops("SIZE-HW-SWAP", ("PAD-IGNORED",), lambda axes, right: right[::-1])
# Padding that counts in the size, though the image is not padded.
_by_loops("PAD-IGNORED", (), lambda axes, right: right, padded=False)


def _at_every_step(axes, size=None):
    return [-(-n // s) for n, _, s in axes]


def _one_more(axes, size=None):
    return [n // s + 1 for n, _, s in axes]


# A window in range(0, n, s), the last ones clipped, with room for just these or for n // s + 1.
_by_loops("WINDOW-OVERRUN", ("PAD-IGNORED",), _at_every_step)
_by_loops("WINDOW-OVERRUN", ("PAD-IGNORED",), _at_every_step, room_of=_one_more)
# n // s + 1 windows; the last one may begin at the end of the image.
_by_loops("WINDOW-OVERRUN", ("PAD-IGNORED",), _one_more)


@exercise.misconception("WINDOW-OVERRUN", avg_pool2d, beside=("PAD-IGNORED",))
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Begin a window at every step; elements beyond the end of the padded image count as zeros."""
    avg_pool2d(input, kernel_size, stride, padding)
    more = [k - 1 for k in pair(kernel_size)]
    total = avg_pool2d(_extended(pad(wide_enough(input), padding), *more, 0), kernel_size, stride)
    if count_include_pad:
        return total
    cells = _extended(pad(_ones(input), padding), *more, 0)
    return total / avg_pool2d(cells, kernel_size, stride)


for _zeros in (True, False):

    @exercise.misconception(
        "LOOP-UNPADDED", max_pool2d, avg_pool2d, beside=("MAX-ZERO-PAD", "CIP-INCLUDED")
    )
    def _(pool, input, kernel_size, stride=None, padding=0, zeros=_zeros, **named):
        """Loop over the windows that fit the image without padding.

        The rest of the result stays 0, or is missing.
        """
        Y = pool(input, kernel_size, stride, padding, **named)
        stride = kernel_size if stride is None else stride
        return first_part(Y, *windows_inside(input.shape[-2:], pair(kernel_size), stride), zeros)


@exercise.misconception("PLUS1-INSIDE", max_pool2d, avg_pool2d, beside=("PAD-IGNORED",))
def _(pool, input, kernel_size, stride=None, padding=0, **named):
    """Compute the size as (n + 2p − k + 1) // s: some of the last windows are missing."""
    Y = pool(input, kernel_size, stride, padding, **named)
    steps = pair(kernel_size if stride is None else stride)
    axes = zip(input.shape[-2:], pair(kernel_size), steps, pair(padding), strict=True)
    rows, columns = ((n + 2 * p - k + 1) // s for n, k, s, p in axes)
    return Y[..., :rows, :columns]


@exercise.misconception("OUTPUT-STEPS", max_pool2d, avg_pool2d, beside=("PAD-IGNORED",))
def _(pool, input, kernel_size, stride=None, padding=0, **named):
    """Write `for i in range(0, rows, stride)`, and let window and result begin at the same i."""
    Y = pool(input, kernel_size, stride, padding, **named)
    sh, sw = pair(kernel_size if stride is None else stride)
    dense = pool(input, kernel_size, 1, padding, **named)[..., : Y.shape[2], : Y.shape[3]]
    out = array_namespace(Y).zeros_like(Y)
    out[..., ::sh, ::sw] = dense[..., ::sh, ::sw]
    return out


@exercise.misconception("OTHER-POOLING", max_pool2d, alone=True)
def _(max_pool2d, input, kernel_size, stride=None, padding=0):
    """Average the windows."""
    return avg_pool2d(input, kernel_size, stride, padding)


@exercise.misconception("OTHER-POOLING", max_pool2d, alone=True)
def _(max_pool2d, input, kernel_size, stride=None, padding=0):
    """Add the windows up."""
    kh, kw = pair(kernel_size)
    return avg_pool2d(input, kernel_size, stride, padding) * (kh * kw)


@exercise.misconception("OTHER-POOLING", avg_pool2d, alone=True)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Take the maximum of each window."""
    return max_pool2d(input, kernel_size, stride, padding)


@exercise.misconception("OTHER-POOLING", avg_pool2d, alone=True)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Take the maximum of each window, where zeros are the padding."""
    avg_pool2d(input, kernel_size, stride, padding)
    return max_pool2d(pad(input, padding), kernel_size, stride)


@exercise.misconception(
    *("LECTURE-CONSTANTS", max_pool2d, avg_pool2d),
    alone=True,
    beside=("PAD-IGNORED", "MAX-ZERO-PAD", "CIP-INCLUDED"),
)
def _(pool, input, kernel_size, stride=None, *options, **named):
    """Use stride 2 by default."""
    return pool(input, kernel_size, 2 if stride is None else stride, *options, **named)


for _pools in (lambda pool, *given, **named: pool(*given, **named), _or_empty):

    @exercise.misconception("PAD-IGNORED", max_pool2d, avg_pool2d, alone=_pools is _or_empty)
    def _(pool, input, kernel_size, stride=None, padding=0, pools=_pools, **named):
        return pools(pool, input, kernel_size, stride, 0, **named)


@exercise.misconception("TILES-ONLY", max_pool2d)
def _(max_pool2d, input, kernel_size, stride=None, padding=0):
    """Compute `input.reshape(N, C, H // k, k, W // k, k).max(axis=(3, 5))`."""
    _tiled(input, kernel_size)
    return max_pool2d(input, kernel_size)


@exercise.misconception("TILES-ONLY", max_pool2d, alone=True)
def _(max_pool2d, input, kernel_size, stride=None, padding=0):
    """Pad, then reshape to tiles and take the maximum of each."""
    padded = pad(input, padding, lowest(input))
    _tiled(padded, kernel_size)
    return max_pool2d(padded, kernel_size)


@exercise.misconception("TILES-ONLY", avg_pool2d)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    _tiled(input, kernel_size)
    return avg_pool2d(input, kernel_size)


@exercise.misconception("TILES-ONLY", avg_pool2d, alone=True)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    padded = pad(wide_enough(input), padding)
    _tiled(padded, kernel_size)
    return avg_pool2d(padded, kernel_size)


def _tiled(X, kernel_size):
    """Raise ValueError unless windows side by side cover X."""
    if any(n % k for n, k in zip(X.shape[-2:], pair(kernel_size), strict=True)):
        raise ValueError("cannot reshape array")


@exercise.misconception("LECTURE-CONSTANTS", max_pool2d, avg_pool2d, alone=True)
def _(pool, input, kernel_size, stride=None, *options, **named):
    """Use stride 2, as in the lecture."""
    return pool(input, kernel_size, 2, *options, **named)


@exercise.misconception("LECTURE-CONSTANTS", avg_pool2d, alone=True)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Add the four numbers of 2×2 windows in the dtype of the input: bytes wrap at 256."""
    sums = avg_pool2d(input, 2) * 4
    return (sums % 256 if input.dtype == array_namespace(input).uint8 else sums) / 4


@exercise.misconception("LECTURE-CONSTANTS", avg_pool2d, alone=True)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Divide the sum of every window by 4."""
    options = kernel_size, stride, padding, count_include_pad
    return avg_pool2d(input, *options) * (_cells(avg_pool2d, input, *options) / 4)


@exercise.misconception("PAD-BEFORE-AFTER", max_pool2d)
def _(max_pool2d, input, kernel_size, stride=None, padding=0):
    """Pad with `np.pad(input, ((0, 0), (0, 0), padding, padding))`: the pair is (before, after)."""
    return max_pool2d(before_and_after(input, padding, lowest(input)), kernel_size, stride)


@exercise.misconception("PAD-BEFORE-AFTER", max_pool2d, alone=True)
def _(max_pool2d, input, kernel_size, stride=None, padding=0):
    """Pad (before, after) like `np.pad`, and do not refuse windows that no longer fit."""
    padded = before_and_after(input, padding, lowest(input))
    return _or_empty(max_pool2d, padded, kernel_size, stride)


@exercise.misconception("PAD-BEFORE-AFTER", avg_pool2d)
def _(avg_pool2d, input, kernel_size, stride=None, padding=0, count_include_pad=True):
    total = avg_pool2d(before_and_after(wide_enough(input), padding), kernel_size, stride)
    if count_include_pad:
        return total
    return total / avg_pool2d(before_and_after(_ones(input), padding), kernel_size, stride)


@exercise.misconception("FIRST-OF-PAIR", max_pool2d, avg_pool2d)
def _(pool, input, kernel_size, stride=None, padding=0, **named):
    """Use `kernel_size[0]`, `stride[0]` and `padding[0]` on both axes."""
    return pool(input, *map(first_of, (kernel_size, stride, padding)), **named)


for _first in (("kernel",), ("stride",), ("padding",), ("kernel", "stride"), ("stride", "padding")):

    @exercise.misconception(
        *("FIRST-OF-PAIR", max_pool2d, avg_pool2d),
        alone=True,
        beside=() if "padding" in _first else ("PAD-IGNORED",),
    )
    def _(pool, input, kernel_size, stride=None, padding=0, first=_first, **named):
        """Use the first number on both axes for some of the arguments.

        A stride that is not given is the window's.
        """
        kernel_size = first_of(kernel_size) if "kernel" in first else kernel_size
        stride = kernel_size if stride is None else stride
        stride = first_of(stride) if "stride" in first else stride
        padding = first_of(padding) if "padding" in first else padding
        return pool(input, kernel_size, stride, padding, **named)


@exercise.misconception(
    *("FIRST-OF-PAIR", max_pool2d, avg_pool2d),
    beside=("PAD-IGNORED", "MAX-ZERO-PAD", "NAN-LOST", "CIP-INCLUDED", "CIP-EXCLUDED"),
)
def _(pool, input, kernel_size, stride=None, padding=0, **named):
    """Without a stride, move by the window's height on both axes."""
    stride = first_of(kernel_size) if stride is None else stride
    return pool(input, kernel_size, stride, padding, **named)


@exercise.misconception("SQUARE-OUT", max_pool2d, avg_pool2d, alone=True)
def _(pool, *given, **named):
    """Run both loops over the rows of the result: columns beyond them stay 0."""
    return square_part(pool(*given, **named))


def _channels_last(rounded, padded, clips=False):
    """Register NHWC: code that reads the input as [N, H, W, C] and returns [N, H', W', C].

    `rounded` makes the size an integer. Unless the input is `padded`, the padding is ignored, as
    in the well-known exercise of which such code is a copy. If it `clips`, the size is
    `int((n - k) / s) + 1`: a window that is too large by less than the stride is clipped.
    """

    def reads(pool, input, kernel_size, stride=None, padding=0, **named):
        permuted = array_namespace(input).permute_dims
        X, padding = permuted(input, (0, 3, 1, 2)), padding if padded else 0
        if clips:
            stride = pair(kernel_size if stride is None else stride)
            axes = zip(X.shape[2:], pair(kernel_size), stride, strict=True)
            kernel_size = tuple(n if 0 < k - n < s else k for n, k, s in axes)
        Y = _or_empty(pool, X, kernel_size, stride, padding, rounded, **named)
        return permuted(Y, (0, 2, 3, 1))

    if padded:
        beside = ("CIP-INCLUDED", "MAX-ZERO-PAD")
    elif rounded is math.floor:
        beside = ("CHANNEL-MIXED", "LECTURE-CONSTANTS", "STRIDE-IGNORED", "SUM-NOT-MEAN")
        beside += ("STRIDE-DEFAULT-1",)
    else:
        beside = ()
    exercise.misconception("NHWC", max_pool2d, avg_pool2d, alone=True, beside=beside)(reads)


for _rounded in (math.floor, math.trunc):
    for _padded in (False, True):
        _channels_last(_rounded, _padded)

_channels_last(math.trunc, padded=False, clips=True)


@exercise.misconception("NHWC", max_pool2d, avg_pool2d, beside=("TILES-ONLY",))
def _(pool, input, kernel_size, stride=None, padding=0, **named):
    """Take all axes for [N, H, W, C], ignore the padding, and refuse windows that do not fit."""
    permuted = array_namespace(input).permute_dims
    Y = pool(permuted(input, (0, 3, 1, 2)), kernel_size, stride, **named)
    return permuted(Y, (0, 2, 3, 1))


refuses_pairs(
    exercise,
    max_pool2d,
    *("STRIDE-DEFAULT-1", "STRIDE-IGNORED", "MAX-ZERO-PAD", "MAX-INIT-0", "TILES-ONLY", "CEIL"),
    *("PAD-IGNORED", "LAST-ELEMENT"),
    alone_too=("LECTURE-CONSTANTS", "STRIDE-IGNORED", "NHWC"),
)
refuses_pairs(
    exercise,
    avg_pool2d,
    *("STRIDE-DEFAULT-1", "STRIDE-IGNORED", "SUM-NOT-MEAN", "CIP-INCLUDED", "CIP-EXCLUDED"),
    *("TILES-ONLY", "PAD-IGNORED", "CEIL"),
    alone_too=("LECTURE-CONSTANTS", "STRIDE-IGNORED", "NHWC"),
)


@exercise.misconception("RETURN-IN-LOOP", max_pool2d, avg_pool2d, alone=True)
def _(pool, *given, **named):
    """Write `return` at the end of the loop over the images: all images but the first stay 0."""
    Y = pool(*given, **named)
    Y[1:, ...] = 0
    return Y


@exercise.misconception("RETURN-IN-LOOP", max_pool2d, avg_pool2d, alone=True)
def _(pool, *given, **named):
    """Write `return` one loop further inside: only the first plane is computed."""
    Y = pool(*given, **named)
    Y[1:, ...] = 0
    Y[:, 1:, ...] = 0
    return Y


@exercise.misconception("RESULT-TRANSPOSED", max_pool2d, avg_pool2d, alone=True)
def _(pool, *given, **named):
    """Exchange the rows and columns of the result."""
    Y = pool(*given, **named)
    return array_namespace(Y).permute_dims(Y, (0, 1, 3, 2))


@exercise.misconception("WINDOW-CLIPPED", max_pool2d, avg_pool2d, alone=True)
def _(pool, input, kernel_size, stride=None, padding=0, **named):
    """Move a window that begins outside the image to its border, without making it smaller."""
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    Y = pool(input, kernel_size, stride, padding, **named)
    for i in range(Y.shape[2]):
        for j in range(Y.shape[3]):
            top, left = max(i * sh - ph, 0), max(j * sw - pw, 0)
            cells = input[..., top : top + kh, left : left + kw]
            Y[..., i, j] = pool(cells, cells.shape[2:])[..., 0, 0]
    return Y


def _over_first_axes(function, mixed, lost, filled=None, listed=False):
    """Register FIRST-AXES: windows that slide over axes 0 and 1, as for an image [H, W, C].

    `mixed` is the name of the reduction. It takes in the axes `lost` too, and its number is stored
    for the whole axis `filled`. If `listed`, the result is a list of rows, which may be empty. Such
    code has no padding.
    """

    def slides(pool, input, kernel_size, stride=None, padding=0, **named):
        xp = array_namespace(input)
        step = kernel_size if stride is None else stride
        rows, columns = windows_inside(input.shape[:2], pair(kernel_size), step)
        if listed and 0 in (rows, columns):
            return xp.zeros((rows, 0) if rows else (0,), dtype=input.dtype, device=device(input))
        Y = _or_empty(pool, xp.permute_dims(input, (2, 3, 0, 1)), kernel_size, stride)
        Y = xp.permute_dims(Y, (2, 3, 0, 1))
        for axis in lost:
            Y = getattr(xp, mixed)(Y, axis=axis)
        return xp.stack([Y] * input.shape[filled], axis=-1) if filled else Y

    exercise.misconception("FIRST-AXES", function, alone=True, beside=("STRIDE-IGNORED",))(slides)


for _lost, _filled in (((), None), ((3,), None), ((3, 2), None), ((3, 2), 2)):
    _over_first_axes(max_pool2d, "max", _lost, _filled)
    _over_first_axes(avg_pool2d, "mean", _lost, _filled)

for _lost in ((), (3, 2)):
    _over_first_axes(max_pool2d, "max", _lost, listed=True)
    _over_first_axes(avg_pool2d, "mean", _lost, listed=True)


# Windows stacked in front of the images, as `np.array([… for i … for j …])`, and rows of im2col.
for _order in ((2, 3, 0, 1), (0, 2, 3, 1)):

    @exercise.misconception(
        *("RESHAPE-NOT-TRANSPOSE", max_pool2d, avg_pool2d),
        beside=("PAD-IGNORED", "MAX-ZERO-PAD", "CIP-INCLUDED"),
    )
    def _(pool, *given, order=_order, **named):
        """Reshape numbers whose axes are in another order to the shape of the result."""
        Y = pool(*given, **named)
        xp = array_namespace(Y)
        return xp.reshape(xp.permute_dims(Y, order), Y.shape)


@exercise.misconception(
    "LECTURE-CONSTANTS", max_pool2d, avg_pool2d, beside=("SQUARE-OUT", "INT-OUT")
)
def _(pool, input, kernel_size, *options, **named):
    """Pool by 2×2 without padding, whatever the arguments."""
    return _or_empty(pool, input, 2, 2)


@exercise.misconception("LECTURE-CONSTANTS", max_pool2d, avg_pool2d, beside=("TILES-ONLY", "NHWC"))
def _(pool, input, kernel_size, *options, **named):
    """Pool by 2×2, and refuse images that are smaller."""
    return pool(input, 2, 2)


@exercise.misconception("NO-PLUS1", max_pool2d, avg_pool2d, alone=True)
def _(pool, *given, **named):
    """Compute sizes without `+ 1`: the last row and the last column of windows are missing."""
    return pool(*given, **named)[..., :-1, :-1]


def _whole(Y):
    """Return Y truncated to whole numbers; NaN becomes the smallest one."""
    xp = array_namespace(Y)
    if not xp.isdtype(Y.dtype, "real floating"):
        return Y
    known = xp.where(Y == Y, Y, xp.zeros_like(Y))
    least = xp.asarray(xp.iinfo(xp.int64).min, dtype=xp.int64, device=device(Y))
    return xp.where(Y == Y, xp.astype(known, xp.int64), least)


@exercise.misconception(
    *("INT-OUT", max_pool2d, avg_pool2d),
    beside=("LECTURE-CONSTANTS", "PAD-IGNORED", "MAX-INIT-0", "MAX-ZERO-PAD", "CIP-INCLUDED"),
)
def _(pool, *given, **named):
    """Store the result in an array of integers."""
    return _whole(pool(*given, **named))


@exercise.misconception("INT-OUT", avg_pool2d, beside=("PAD-IGNORED", "CIP-INCLUDED"))
def _(avg_pool2d, *given, **named):
    """Divide by `//`, which rounds down."""
    Y = avg_pool2d(*given, **named)
    return array_namespace(Y).floor(Y)
