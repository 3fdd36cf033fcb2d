"""ex13: maximum pooling that also returns the index of each maximum."""

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .geometry import pad, pair
from .habits import drops_dtype, first_of, refuses_pairs, square_part
from .pooling import cropped, lowest, windows_on, without_nan

exercise = Exercise("ex13")


@exercise.function
def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    """Return the maximum of each window, and its index row · W + column in the H×W plane.

    Of several maxima the first in row order counts; padding never wins, and NaN always does.
    Raises ValueError if no window fits, or if the padding exceeds half the kernel.
    """
    xp = array_namespace(input)
    windows = windows_on(input.shape, kernel_size, stride, padding)
    padded, places = pad(input, padding, lowest(input)), _places(input, padding)
    shape = (*input.shape[:-2], *windows.size)
    output = xp.full(shape, lowest(input), dtype=input.dtype, device=device(input))
    indices = xp.full(shape, -1, dtype=xp.int64, device=device(input))
    for shift in windows.shifts():
        cells, place = padded[shift], places[shift]
        first = (indices < 0) & (place >= 0)
        nan = (cells != cells) & (output == output)
        wins = first | nan | (cells > output)
        output = xp.where(wins, cells, output)
        indices = xp.where(wins, place, indices)
    return output, indices


def _places(input, padding):
    """Return the index of each element of the padded plane; it is -1 in the padding."""
    xp = array_namespace(input)
    height, width = input.shape[-2:]
    plane = xp.arange(height * width, dtype=xp.int64, device=device(input))
    return pad(xp.reshape(plane, (height, width)), padding, value=-1)


@exercise.oracle(max_pool2d_with_indices)
def _(input, kernel_size, stride=None, padding=0):
    from torch.nn import functional as F

    output, indices = F.max_pool2d(
        input.double(), kernel_size, stride, padding, return_indices=True
    )
    return output.to(input.dtype), indices


@exercise.cases(max_pool2d_with_indices)
def _(draw):
    yield example(input=draw.array([[[[1, 5, 2, 0], [3, 7, 8, 6]]]]), kernel_size=2)
    yield example(
        input=draw.array([[[[4, 9, 9], [9, 1, 2]]]]), kernel_size=2, stride=1, padding=(0, 1)
    )
    yield case("one row", input=draw.distinct((1, 1, 1, 6)), kernel_size=(1, 3))
    yield case("one column", input=draw.distinct((1, 1, 6, 1)), kernel_size=(2, 1))
    yield case("a wide window", input=draw.distinct((1, 1, 4, 6)), kernel_size=(2, 3))
    yield case("a high window", input=draw.distinct((1, 1, 6, 4)), kernel_size=(3, 2))
    yield case(
        "overlapping windows", input=draw.distinct((1, 1, 3, 5)), kernel_size=(2, 3), stride=1
    )
    yield case("remainder dropped", input=draw.distinct((1, 1, 3, 5)), kernel_size=2)
    yield case("padding", input=draw.distinct((1, 1, 2, 4)), kernel_size=2, padding=1)
    yield case(
        "padding 1 and stride 2",
        input=draw.distinct((1, 1, 3, 5)),
        kernel_size=2,
        stride=2,
        padding=1,
    )
    yield case(
        "padding 1 and stride 1",
        input=draw.distinct((1, 1, 3, 4)),
        kernel_size=3,
        stride=1,
        padding=1,
    )
    yield case(
        "negative numbers with padding",
        input=draw.distinct((1, 1, 4, 3), low=-12),
        kernel_size=(2, 3),
        padding=1,
    )
    yield case(
        "gaps between the windows", input=draw.distinct((1, 1, 5, 7)), kernel_size=2, stride=(3, 4)
    )
    yield case(
        "a square window, stride 2 and padding",
        input=draw.integers((1, 2, 5, 6), -6, -1),
        kernel_size=3,
        stride=2,
        padding=1,
    )
    yield case("two channels", input=draw.distinct((1, 2, 2, 4)), kernel_size=2, stride=2)
    yield case("two images", input=draw.distinct((2, 2, 3, 4)), kernel_size=2, stride=1)
    yield case("equal numbers", input=draw.integers((1, 2, 4, 5), 1, 2), kernel_size=2, stride=1)
    yield case(
        "gaps between square windows", input=draw.distinct((1, 1, 7, 8)), kernel_size=2, stride=3
    )
    yield case(
        "equal numbers with padding",
        input=draw.integers((1, 1, 4, 5), -2, -1),
        kernel_size=(3, 2),
        padding=1,
    )
    yield case(
        "everything differs",
        input=draw.integers((2, 3, 7, 10), -9, -1),
        kernel_size=(4, 3),
        stride=(3, 2),
        padding=(2, 1),
    )
    for dtype, window in (("float32", 3), ("float64", (3, 2))):
        yield case(
            f"fractions in {dtype}",
            input=draw.reals((2, 2, 6, 7), dtype=dtype),
            kernel_size=window,
            stride=2,
            padding=1,
        )
    yield edge("all numbers equal", input=draw.integers((1, 2, 3, 4), 3, 3), kernel_size=(3, 2))
    yield edge("one window over all", input=draw.distinct((2, 3, 4, 5)), kernel_size=(4, 5))
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
    yield edge("grey image", input=draw.image((1, 2, 4, 5)), kernel_size=2, stride=1, padding=1)
    yield edge(
        "negative whole numbers",
        input=draw.integers((1, 1, 2, 4), -9, -1, dtype="int64"),
        kernel_size=2,
        padding=1,
    )
    yield edge(
        "not contiguous in memory",
        input=draw.strided(draw.integers((1, 2, 5, 4))),
        kernel_size=(3, 2),
        stride=(2, 1),
        padding=(1, 0),
    )
    yield raises(
        ValueError,
        "a window larger than the image",
        input=draw.arange(1, 1, 3, 5),
        kernel_size=5,
        stride=1,
    )


def _found(pool, input, *options, **named):
    """Return the output and indices of `pool`, and the indices split into rows and columns."""
    output, indices = pool(input, *options, **named)
    width = input.shape[-1]
    return output, indices, indices // width, indices % width


def _beginnings(input, kernel_size, stride, padding):
    """Return the first row of each window as [H', 1], and its first column as [W']."""
    xp = array_namespace(input)
    windows = windows_on(input.shape, kernel_size, stride, padding)
    rows, columns = (
        xp.arange(count, dtype=xp.int64, device=device(input)) * step - before
        for count, step, before in zip(windows.size, windows.stride, windows.padding, strict=True)
    )
    return rows[:, None], columns


@exercise.misconception("IDX-IN-WINDOW", max_pool2d_with_indices)
def _(pool, input, kernel_size, stride=None, padding=0):
    output, _, rows, columns = _found(pool, input, kernel_size, stride, padding)
    top, left = _beginnings(input, kernel_size, stride, padding)
    return output, (rows - top) * pair(kernel_size)[1] + (columns - left)


@exercise.misconception("IDX-IN-WINDOW", max_pool2d_with_indices)
def _(pool, input, kernel_size, stride=None, padding=0):
    """Combine the row and the column within the window with the row length of the image."""
    output, _, rows, columns = _found(pool, input, kernel_size, stride, padding)
    top, left = _beginnings(input, kernel_size, stride, padding)
    return output, (rows - top) * input.shape[-1] + (columns - left)


for _axis in (-1, 0):

    @exercise.misconception(
        *("IDX-IN-WINDOW", max_pool2d_with_indices),
        beside=("PAD-IGNORED", "STRIDE-IGNORED", "MAX-ZERO-PAD"),
    )
    def _(pool, input, kernel_size, stride=None, padding=0, axis=_axis):
        """Return (row, column) within the window, along one more axis at the end or the front."""
        output, _, rows, columns = _found(pool, input, kernel_size, stride, padding)
        top, left = _beginnings(input, kernel_size, stride, padding)
        return output, array_namespace(input).stack((rows - top, columns - left), axis=axis)


# argmax over the rows or columns of im2col: a row for each channel, or one for all of them with
# the channels last, or with the windows first.
for _order, _kept in (((0, 1, 2, 3), 2), ((0, 2, 3, 1), 0), ((2, 3, 0, 1), 0)):

    @exercise.misconception(
        *("IDX-IN-WINDOW", max_pool2d_with_indices), beside=("PAD-IGNORED", "MAX-ZERO-PAD")
    )
    def _(pool, input, kernel_size, stride=None, padding=0, order=_order, kept=_kept):
        """Leave the places within the windows in one row, as argmax returns them."""
        xp = array_namespace(input)
        output, _, rows, columns = _found(pool, input, kernel_size, stride, padding)
        top, left = _beginnings(input, kernel_size, stride, padding)
        places = xp.permute_dims((rows - top) * pair(kernel_size)[1] + (columns - left), order)
        return output, xp.reshape(places, (*output.shape[:kept], -1))


@exercise.misconception("IDX-PADDED-PLANE", max_pool2d_with_indices)
def _(pool, input, kernel_size, stride=None, padding=0):
    output, _, rows, columns = _found(pool, input, kernel_size, stride, padding)
    ph, pw = pair(padding)
    return output, (rows + ph) * (input.shape[-1] + 2 * pw) + columns + pw


@exercise.misconception("IDX-PADDED-PLANE", max_pool2d_with_indices)
def _(pool, input, kernel_size, stride=None, padding=0):
    """Combine rows and columns of the padded plane with the row length of the image."""
    output, _, rows, columns = _found(pool, input, kernel_size, stride, padding)
    ph, pw = pair(padding)
    return output, (rows + ph) * input.shape[-1] + columns + pw


@exercise.misconception("IDX-PADDED-PLANE", max_pool2d_with_indices)
def _(pool, input, kernel_size, stride=None, padding=0):
    """Combine rows and columns of the image with the row length of the padded plane."""
    output, _, rows, columns = _found(pool, input, kernel_size, stride, padding)
    return output, rows * (input.shape[-1] + 2 * pair(padding)[1]) + columns


@exercise.misconception("IDX-UNRAVELLED", max_pool2d_with_indices)
def _(pool, input, *options, **named):
    """Return (row, column) pairs along one more axis at the end."""
    output, _, rows, columns = _found(pool, input, *options, **named)
    return output, array_namespace(input).stack((rows, columns), axis=-1)


@exercise.misconception("IDX-UNRAVELLED", max_pool2d_with_indices)
def _(pool, input, *options, **named):
    """Return all rows, then all columns, along one more axis at the front."""
    output, _, rows, columns = _found(pool, input, *options, **named)
    return output, array_namespace(input).stack((rows, columns))


@exercise.misconception("IDX-UNRAVELLED", max_pool2d_with_indices)
def _(pool, input, *options, **named):
    """Return a tuple (rows, columns), like np.unravel_index."""
    output, _, rows, columns = _found(pool, input, *options, **named)
    return output, (rows, columns)


@exercise.misconception("IDX-UNRAVELLED", max_pool2d_with_indices)
def _(pool, input, *options, **named):
    """Return three results: output, rows and columns."""
    output, _, rows, columns = _found(pool, input, *options, **named)
    return output, rows, columns


@exercise.misconception(
    *("IDX-UNRAVELLED", max_pool2d_with_indices), beside=("PAD-IGNORED", "MAX-ZERO-PAD")
)
def _(pool, input, *options, **named):
    """Return a list of (row, column) pairs for each channel."""
    xp = array_namespace(input)
    output, _, rows, columns = _found(pool, input, *options, **named)
    return output, xp.reshape(xp.stack((rows, columns), axis=-1), (*input.shape[:2], -1, 2))


@exercise.misconception(
    *("IDX-MASK", max_pool2d_with_indices), beside=("PAD-IGNORED", "STRIDE-IGNORED")
)
def _(pool, input, *options, **named):
    """Return an array of the input's shape that is 1 at the first maximum of each window."""
    xp = array_namespace(input)
    output, indices = pool(input, *options, **named)
    images, channels, height, width = input.shape
    planes = images * channels
    mask = xp.zeros((planes, height * width), dtype=xp.int64, device=device(input))
    mask[xp.arange(planes, device=device(input))[:, None], xp.reshape(indices, (planes, -1))] = 1
    return output, xp.reshape(mask, input.shape)


for _counted in (False, True):

    @exercise.misconception(
        *("IDX-MASK", max_pool2d_with_indices), beside=("PAD-IGNORED", "STRIDE-IGNORED")
    )
    def _(pool, input, kernel_size, stride=None, padding=0, counted=_counted):
        """Mark all maxima of a window, or count for each element of how many windows it is one."""
        xp = array_namespace(input)
        output, _ = pool(input, kernel_size, stride, padding)
        padded = pad(input, padding, lowest(input))
        marks = xp.zeros(padded.shape, dtype=xp.int64, device=device(input))
        for shift in windows_on(input.shape, kernel_size, stride, padding).shifts():
            marks[shift] += xp.astype(padded[shift] == output, xp.int64)
        marks = cropped(marks, padding)
        return output, marks if counted else xp.astype(marks > 0, xp.int64)


@exercise.misconception("IDX-LAST-TIE", max_pool2d_with_indices)
def _(pool, input, kernel_size, stride=None, padding=0):
    """Compare with `>=` instead of `>`, so that every equal element replaces the maximum."""
    output, indices = pool(input, kernel_size, stride, padding)
    padded, places = pad(input, padding, lowest(input)), _places(input, padding)
    for shift in windows_on(input.shape, kernel_size, stride, padding).shifts():
        wins = (padded[shift] == output) & (places[shift] >= 0)
        indices = array_namespace(input).where(wins, places[shift], indices)
    return output, indices


def _numbered(input, axes):
    """Return the number of elements that precede each plane, counted along these axes."""
    xp = array_namespace(input)
    count, shape = 1, [1] * 4
    for axis in axes:
        count *= input.shape[axis]
        shape[axis] = input.shape[axis]
    planes = xp.arange(count, dtype=xp.int64, device=device(input))
    return xp.reshape(planes, tuple(shape)) * (input.shape[2] * input.shape[3])


@exercise.misconception("IDX-INCLUDES-CHANNEL", max_pool2d_with_indices)
def _(pool, input, *options, **named):
    output, indices = pool(input, *options, **named)
    return output, indices + _numbered(input, (1,))


@exercise.misconception("IDX-INCLUDES-CHANNEL", max_pool2d_with_indices)
def _(pool, input, *options, **named):
    """Count images too, which gives an index into the whole input."""
    output, indices = pool(input, *options, **named)
    return output, indices + _numbered(input, (0, 1))


@exercise.misconception("IDX-HW-SWAP", max_pool2d_with_indices)
def _(pool, input, *options, **named):
    """Return row · H + column."""
    output, _, rows, columns = _found(pool, input, *options, **named)
    return output, rows * input.shape[-2] + columns


@exercise.misconception("IDX-HW-SWAP", max_pool2d_with_indices)
def _(pool, input, *options, **named):
    """Return column · H + row."""
    output, _, rows, columns = _found(pool, input, *options, **named)
    return output, columns * input.shape[-2] + rows


@exercise.misconception(
    *("IDX-KERNEL-HEIGHT", max_pool2d_with_indices),
    alone=True,
    beside=("PAD-IGNORED", "MAX-ZERO-PAD", "IDX-PADDED-PLANE"),
)
def _(pool, input, kernel_size, stride=None, padding=0):
    """Compute `divmod(window.argmax(), kh)`."""
    output, _, rows, columns = _found(pool, input, kernel_size, stride, padding)
    top, left = _beginnings(input, kernel_size, stride, padding)
    kh, kw = pair(kernel_size)
    place = (rows - top) * kw + (columns - left)
    return output, (top + place // kh) * input.shape[-1] + left + place % kh


for _side_by_side in (True, False):

    @exercise.misconception(
        *("IDX-BEGINNING", max_pool2d_with_indices),
        alone=True,
        beside=("PAD-IGNORED", "MAX-ZERO-PAD"),
    )
    def _(pool, input, kernel_size, stride=None, padding=0, side_by_side=_side_by_side):
        """Let window (i, j) begin at (i · kh, j · kw) or at (i, j) in the indices only."""
        output, _, rows, columns = _found(pool, input, kernel_size, stride, padding)
        top, left = _beginnings(input, kernel_size, stride, padding)
        xp, (ph, pw) = array_namespace(input), pair(padding)
        kh, kw = pair(kernel_size) if side_by_side else (1, 1)
        down = xp.arange(output.shape[2], dtype=xp.int64, device=device(input))[:, None] * kh
        across = xp.arange(output.shape[3], dtype=xp.int64, device=device(input)) * kw
        rows, columns = rows - top + down - ph, columns - left + across - pw
        return output, rows * input.shape[-1] + columns


@exercise.misconception("IDX-FLOAT", max_pool2d_with_indices, breaks="whole")
def _(pool, input, *options, **named):
    """Collect the indices in np.zeros, which is float64."""
    output, indices = pool(input, *options, **named)
    return output, array_namespace(input).astype(indices, array_namespace(input).float64)


@exercise.misconception("IDX-FLOAT", max_pool2d_with_indices, breaks="whole")
def _(pool, input, *options, **named):
    """Collect the indices in torch.zeros, which is float32."""
    output, indices = pool(input, *options, **named)
    return output, array_namespace(input).astype(indices, array_namespace(input).float32)


@exercise.misconception("STRIDE-DEFAULT-1", max_pool2d_with_indices)
def _(pool, input, kernel_size, stride=None, padding=0):
    return pool(input, kernel_size, 1 if stride is None else stride, padding)


drops_dtype(exercise, max_pool2d_with_indices)


@exercise.misconception("NAN-LOST", max_pool2d_with_indices)
def _(pool, input, *options, **named):
    """Compare with `if x > best`, which is false for NaN."""
    return pool(without_nan(input), *options, **named)


@exercise.misconception("STRIDE-IGNORED", max_pool2d_with_indices)
def _(pool, input, kernel_size, stride=None, padding=0):
    """Place the windows side by side, whatever the stride."""
    return pool(input, kernel_size, None, padding)


@exercise.misconception(
    *("STRIDE-IGNORED", max_pool2d_with_indices),
    beside=("PAD-IGNORED", "IDX-IN-WINDOW", "IDX-UNRAVELLED", "IDX-MASK"),
)
def _(pool, input, kernel_size, stride=None, padding=0):
    """Place the windows one element apart, whatever the stride."""
    return pool(input, kernel_size, 1, padding)


@exercise.misconception("PAD-IGNORED", max_pool2d_with_indices)
def _(pool, input, kernel_size, stride=None, padding=0):
    return pool(input, kernel_size, stride)


@exercise.misconception(
    *("LECTURE-CONSTANTS", max_pool2d_with_indices),
    beside=("IDX-UNRAVELLED", "IDX-IN-WINDOW", "IDX-INCLUDES-CHANNEL"),
)
def _(pool, input, kernel_size, stride=None, padding=0):
    """Pool 2×2 windows with stride 2, whatever the arguments."""
    return pool(input, 2, 2)


@exercise.misconception(
    "LECTURE-CONSTANTS",
    max_pool2d_with_indices,
    alone=True,
    beside=("PAD-IGNORED", "IDX-IN-WINDOW"),
)
def _(pool, input, kernel_size, stride=None, padding=0):
    """Use stride 2 by default."""
    return pool(input, kernel_size, 2 if stride is None else stride, padding)


@exercise.misconception("FIRST-OF-PAIR", max_pool2d_with_indices)
def _(pool, input, kernel_size, stride=None, padding=0):
    """Use `kernel_size[0]`, `stride[0]` and `padding[0]` on both axes."""
    return pool(input, *map(first_of, (kernel_size, stride, padding)))


@exercise.misconception("SQUARE-OUT", max_pool2d_with_indices)
def _(pool, *given, **named):
    """Run both loops over the rows of the result: columns beyond them stay 0."""
    output, indices = pool(*given, **named)
    return square_part(output), square_part(indices)


@exercise.misconception("MAX-ZERO-PAD", max_pool2d_with_indices)
def _(pool, input, kernel_size, stride=None, padding=0):
    """Let padded zeros win; their index is counted like that of any other element."""
    pool(input, kernel_size, stride, padding)
    ph, pw = pair(padding)
    output, _, rows, columns = _found(pool, pad(input, padding), kernel_size, stride, 0)
    return output, (rows - ph) * input.shape[-1] + columns - pw


@exercise.misconception(
    *("MAX-ZERO-PAD", max_pool2d_with_indices), beside=("IDX-UNRAVELLED", "IDX-IN-WINDOW")
)
def _(pool, input, kernel_size, stride=None, padding=0):
    """Let padded zeros win, and count the indices in the padded plane."""
    return pool(pad(input, padding), kernel_size, stride)


def _channels_last(padded, checked):
    """Register NHWC: code that reads the input as [N, H, W, C] and returns [N, H', W', C].

    Such code seldom has a padding. Unless the size is `checked`, results may be empty.
    """

    def reads(pool, input, kernel_size, stride=None, padding=0):
        xp = array_namespace(input)
        X, padding = xp.permute_dims(input, (0, 3, 1, 2)), padding if padded else 0
        step, (ph, pw) = kernel_size if stride is None else stride, pair(padding)
        sides = X.shape[2] + 2 * ph, X.shape[3] + 2 * pw
        axes = zip(sides, pair(kernel_size), pair(step), strict=True)
        size = [(n - k) // s + 1 for n, k, s in axes]
        if min(size) == 0 and not checked:
            shape = (*X.shape[:2], *size)
            output = xp.zeros(shape, dtype=input.dtype, device=device(input))
            results = output, xp.zeros(shape, dtype=xp.int64, device=device(input))
        else:
            results = pool(X, kernel_size, stride, padding)
        return tuple(xp.permute_dims(each, (0, 2, 3, 1)) for each in results)

    others = ("MAX-ZERO-PAD",) if padded else ("STRIDE-IGNORED", "STRIDE-DEFAULT-1")
    beside = () if checked else ("IDX-IN-WINDOW", *others)
    exercise.misconception("NHWC", max_pool2d_with_indices, alone=True, beside=beside)(reads)


for _padded in (False, True):
    for _checked in (False, True):
        _channels_last(_padded, _checked)


refuses_pairs(
    exercise,
    max_pool2d_with_indices,
    *("IDX-IN-WINDOW", "IDX-PADDED-PLANE", "IDX-UNRAVELLED", "IDX-LAST-TIE", "IDX-HW-SWAP"),
    *("IDX-INCLUDES-CHANNEL", "STRIDE-DEFAULT-1", "STRIDE-IGNORED"),
    alone_too=("MAX-ZERO-PAD", "PAD-IGNORED"),
    beside=dict.fromkeys(
        ("MAX-ZERO-PAD", "PAD-IGNORED"), ("IDX-IN-WINDOW", "IDX-UNRAVELLED", "IDX-MASK")
    ),
)
