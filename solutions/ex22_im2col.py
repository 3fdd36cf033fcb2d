"""ex22: convolution as one matrix product."""

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .geometry import output_size, pad, pair, wide_enough
from .habits import CROPS, before_and_after, drops_dtype, first_of, refuses_pairs
from .pooling import cropped
from .same_size import reflected, with_edges

exercise = Exercise(
    "ex22", exclusive=(frozenset({"FIRST-OF-PAIR", "HW-SWAP", "PAD-BEFORE-AFTER"}),)
)


@exercise.function
def im2col(input, kernel_size, stride=1, padding=0):
    """Return every window of [N, C, H, W] as a row: [N·H'·W', C·kh·kw].

    Raises ValueError if no window fits.
    """
    xp = array_namespace(input)
    X = pad(input, padding)
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    images, channels, height, width = X.shape
    rows, columns = output_size(height, kh, 0, sh), output_size(width, kw, 0, sw)
    cells = xp.stack([X[shift] for shift in _shifts((kh, kw), (sh, sw), (rows, columns))], axis=2)
    windows = xp.permute_dims(cells, (0, 3, 4, 1, 2))
    return xp.reshape(windows, (images * rows * columns, channels * kh * kw))


@exercise.function
def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    """Reverse im2col: add every row to the elements of its window, which gives [N, C, H, W]."""
    xp = array_namespace(cols)
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    images, channels, height, width = input_shape
    rows, columns = output_size(height, kh, ph, sh), output_size(width, kw, pw, sw)
    windows = xp.reshape(cols, (images, rows, columns, channels, kh * kw))
    cells = xp.permute_dims(windows, (4, 0, 3, 1, 2))
    plane = images, channels, height + 2 * ph, width + 2 * pw
    X = xp.zeros(plane, dtype=cols.dtype, device=device(cols))
    for number, shift in enumerate(_shifts((kh, kw), (sh, sw), (rows, columns))):
        X[shift] += cells[number, ...]
    return cropped(X, (ph, pw))


@exercise.function
def conv2d_im2col(input, weight, bias=None, stride=1, padding=0):
    """Compute conv2d (ex08) as the product of im2col's rows with one column per filter."""
    xp = array_namespace(input)
    filters, channels, kh, kw = weight.shape
    if input.shape[1] != channels:
        raise ValueError(f"{input.shape[1]} channels of input, {channels} of weight")
    cols = im2col(wide_enough(input), (kh, kw), stride, padding)
    flat = xp.reshape(wide_enough(weight), (filters, channels * kh * kw))
    Y = cols @ xp.permute_dims(flat, (1, 0))
    images, size = input.shape[0], _size(input.shape, (kh, kw), stride, padding)
    Y = xp.permute_dims(xp.reshape(Y, (images, *size, filters)), (0, 3, 1, 2))
    return Y if bias is None else Y + bias[:, None, None]


def _shifts(kernel, stride, size):
    """Yield for each kernel element, in row order, an index of that element in every window."""
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            down = slice(i, i + (size[0] - 1) * stride[0] + 1, stride[0])
            yield ..., down, slice(j, j + (size[1] - 1) * stride[1] + 1, stride[1])


def _size(shape, kernel_size, stride, padding):
    """Return the number of windows downwards and across."""
    return tuple(map(output_size, shape[2:], pair(kernel_size), pair(padding), pair(stride)))


@exercise.oracle(im2col)
def _(input, kernel_size, stride=1, padding=0):
    from torch.nn import functional as F

    columns = F.unfold(input.double(), kernel_size, padding=padding, stride=stride)
    return columns.transpose(1, 2).flatten(0, 1).to(input.dtype)


@exercise.oracle(col2im)
def _(cols, input_shape, kernel_size, stride=1, padding=0):
    from torch.nn import functional as F

    images = input_shape[0]
    columns = cols.reshape(images, len(cols) // images, -1).transpose(1, 2)
    return F.fold(columns, input_shape[2:], kernel_size, padding=padding, stride=stride)


@exercise.oracle(conv2d_im2col)
def _(input, weight, bias=None, stride=1, padding=0):
    from torch.nn import functional as F

    bias = None if bias is None else bias.double()
    return F.conv2d(input.double(), weight.double(), bias, stride, padding).to(input.dtype)


@exercise.cases(im2col)
def _(draw):
    yield example(input=draw.arange(1, 1, 3, 3), kernel_size=2)
    yield example(input=draw.arange(1, 2, 2, 2), kernel_size=(1, 2))
    yield case("one row", input=draw.distinct((1, 1, 1, 4)), kernel_size=(1, 2))
    yield case("two channels", input=draw.distinct((1, 2, 1, 3)), kernel_size=(1, 2))
    yield case("two images", input=draw.distinct((2, 1, 3, 3)), kernel_size=2)
    yield case("a high window", input=draw.distinct((1, 2, 3, 2)), kernel_size=(2, 1))
    yield case("a wide window", input=draw.distinct((1, 2, 2, 4)), kernel_size=(1, 3))
    yield case("padding 1", input=draw.distinct((1, 1, 2, 2)), kernel_size=2, padding=1)
    yield case(
        "more padding above", input=draw.distinct((1, 1, 2, 3)), kernel_size=2, padding=(2, 1)
    )
    yield case("padding 2", input=draw.distinct((1, 1, 3, 4)), kernel_size=3, padding=2)
    yield case("stride 2", input=draw.distinct((1, 1, 5, 4)), kernel_size=2, stride=2)
    yield case(
        "padding 1 and stride 2",
        input=draw.distinct((1, 2, 3, 4)),
        kernel_size=2,
        stride=2,
        padding=1,
    )
    yield case(
        "larger steps to the right",
        input=draw.distinct((1, 2, 3, 7)),
        kernel_size=2,
        stride=(1, 3),
    )
    yield case(
        "everything differs",
        input=draw.integers((2, 3, 6, 8)),
        kernel_size=(3, 2),
        stride=(2, 3),
        padding=(1, 2),
    )
    for dtype, window, stride, padding in (
        ("float32", 2, 2, 1),
        ("float64", (2, 3), (1, 2), (1, 0)),
    ):
        yield case(
            f"fractions in {dtype}",
            input=draw.reals((2, 2, 4, 5), dtype=dtype),
            kernel_size=window,
            stride=stride,
            padding=padding,
        )
    yield edge("one window", input=draw.distinct((2, 2, 2, 3)), kernel_size=(2, 3))
    yield edge("windows of one element", input=draw.distinct((2, 3, 2, 2)), kernel_size=1)
    yield edge("grey images", input=draw.image((1, 2, 3, 3)), kernel_size=2, padding=1)
    yield edge(
        "not contiguous in memory",
        input=draw.strided(draw.integers((2, 2, 3, 4))),
        kernel_size=2,
        stride=2,
    )
    yield raises(
        ValueError, "window higher than the image", input=draw.arange(1, 1, 2, 5), kernel_size=4
    )


@exercise.cases(col2im)
def _(draw):
    yield example(
        cols=draw.array([[1, 2], [3, 4], [5, 6]]), input_shape=(1, 1, 1, 4), kernel_size=(1, 2)
    )
    yield example(cols=draw.arange(4, 4), input_shape=(1, 1, 3, 3), kernel_size=2)
    yield case(
        "windows side by side",
        cols=draw.distinct((2, 4)),
        input_shape=(1, 1, 2, 4),
        kernel_size=2,
        stride=2,
    )
    yield case(
        "two channels", cols=draw.distinct((2, 4)), input_shape=(1, 2, 1, 3), kernel_size=(1, 2)
    )
    yield case("two images", cols=draw.distinct((4, 8)), input_shape=(2, 2, 2, 3), kernel_size=2)
    yield case(
        "a high window", cols=draw.distinct((4, 4)), input_shape=(1, 2, 3, 2), kernel_size=(2, 1)
    )
    yield case(
        "padding is cut off",
        cols=draw.distinct((6, 4)),
        input_shape=(1, 1, 2, 1),
        kernel_size=2,
        padding=1,
    )
    yield case(
        "padding 1 and stride 2",
        cols=draw.integers((6, 8)),
        input_shape=(1, 2, 3, 4),
        kernel_size=2,
        stride=2,
        padding=1,
    )
    yield case(
        "more padding above",
        cols=draw.integers((15, 4)),
        input_shape=(1, 1, 2, 2),
        kernel_size=2,
        padding=(2, 1),
    )
    yield case(
        "elements that no window saw",
        cols=draw.distinct((2, 2)),
        input_shape=(1, 1, 2, 5),
        kernel_size=(2, 1),
        stride=(1, 3),
    )
    yield case(
        "everything differs",
        cols=draw.integers((24, 18)),
        input_shape=(2, 3, 6, 8),
        kernel_size=(3, 2),
        stride=(2, 3),
        padding=(1, 2),
    )
    for dtype, size, window, stride, padding in (
        ("float32", (18, 8), 2, 2, 1),
        ("float64", (20, 12), (2, 3), (1, 2), (1, 0)),
    ):
        yield case(
            f"fractions in {dtype}",
            cols=draw.reals(size, dtype=dtype),
            input_shape=(2, 2, 4, 5),
            kernel_size=window,
            stride=stride,
            padding=padding,
        )
    yield edge(
        "one window", cols=draw.distinct((2, 12)), input_shape=(2, 2, 2, 3), kernel_size=(2, 3)
    )
    yield edge(
        "not contiguous in memory",
        cols=draw.strided(draw.integers((6, 8))),
        input_shape=(1, 2, 3, 4),
        kernel_size=2,
    )


@exercise.cases(conv2d_im2col)
def _(draw):
    yield example(input=draw.arange(1, 1, 3, 3), weight=draw.arange(1, 1, 2, 2))
    yield example(
        input=draw.arange(1, 2, 2, 2),
        weight=draw.array([[[[1]], [[2]]], [[[0]], [[1]]]]),
        bias=draw.array([10, 20]),
    )
    yield case("two channels", input=draw.distinct((1, 2, 1, 3)), weight=draw.kernel((1, 2, 1, 2)))
    yield case(
        "two filters",
        input=draw.distinct((1, 1, 2, 3)),
        weight=draw.kernel((2, 1, 2, 2)),
        bias=draw.distinct((2,), 3),
    )
    yield case(
        "two images",
        input=draw.distinct((2, 1, 2, 3)),
        weight=draw.kernel((2, 1, 2, 2)),
        bias=draw.distinct((2,), -2),
    )
    yield case(
        "padding 1 and stride 2",
        input=draw.integers((2, 1, 3, 5)),
        weight=draw.kernel((2, 1, 2, 2)),
        bias=draw.distinct((2,), -3),
        stride=2,
        padding=1,
    )
    yield case(
        "padding 2",
        input=draw.integers((1, 2, 3, 2)),
        weight=draw.kernel((2, 2, 3, 3)),
        bias=draw.distinct((2,), 2),
        padding=2,
    )
    yield case(
        "stride 2",
        input=draw.integers((2, 2, 5, 6)),
        weight=draw.kernel((3, 2, 2, 2)),
        bias=draw.distinct((3,), 1),
        stride=2,
    )
    yield case(
        "a wide kernel",
        input=draw.integers((1, 2, 3, 6)),
        weight=draw.kernel((2, 2, 2, 3)),
        bias=draw.distinct((2,), -1),
    )
    yield case(
        "padding and stride",
        input=draw.integers((1, 2, 4, 5)),
        weight=draw.kernel((2, 2, 3, 2)),
        stride=(1, 2),
        padding=(2, 1),
    )
    yield case(
        "everything differs",
        input=draw.integers((2, 3, 6, 8)),
        weight=draw.kernel((4, 3, 3, 2)),
        bias=draw.distinct((4,), 1),
        stride=(2, 3),
        padding=(1, 2),
    )
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            input=draw.reals((2, 4, 6, 7), dtype=dtype),
            weight=draw.reals((3, 4, 3, 2), dtype=dtype),
            bias=draw.reals((3,), dtype=dtype),
            stride=(1, 2),
            padding=(1, 0),
        )
    yield edge(
        "1×1 kernel",
        input=draw.integers((2, 3, 2, 4)),
        weight=draw.kernel((2, 3, 1, 1)),
        bias=draw.distinct((2,), 4),
    )
    yield edge(
        "not contiguous in memory",
        input=draw.strided(draw.integers((2, 2, 3, 4))),
        weight=draw.strided(draw.kernel((3, 2, 2, 2))),
    )
    yield raises(
        ValueError,
        "other channels than the filters",
        input=draw.integers((1, 3, 4, 4)),
        weight=draw.kernel((2, 2, 2, 2)),
    )


def _moved(array, shape, order):
    """Return `array` reshaped to `shape`, with its axes in another order, and back in its shape."""
    xp = array_namespace(array)
    return xp.reshape(xp.permute_dims(xp.reshape(array, shape), order), array.shape)


@exercise.misconception("COL-ORDER", im2col)
def _(im2col, input, kernel_size, stride=1, padding=0):
    """Order the columns (a, b, c), with the channel last."""
    cols = im2col(input, kernel_size, stride, padding)
    kh, kw = pair(kernel_size)
    return _moved(cols, (cols.shape[0], input.shape[1], kh * kw), (0, 2, 1))


@exercise.misconception("COL-ORDER", im2col)
def _(im2col, input, kernel_size, stride=1, padding=0):
    """Order the columns (c, b, a), which reads each window column by column."""
    cols = im2col(input, kernel_size, stride, padding)
    kh, kw = pair(kernel_size)
    return _moved(cols, (cols.shape[0], input.shape[1], kh, kw), (0, 1, 3, 2))


@exercise.misconception("COL-ORDER", col2im)
def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
    """Interpret the columns as (a, b, c)."""
    kh, kw = pair(kernel_size)
    cols = _moved(cols, (cols.shape[0], kh * kw, input_shape[1]), (0, 2, 1))
    return col2im(cols, input_shape, kernel_size, stride, padding)


@exercise.misconception("COL-ORDER", col2im)
def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
    """Interpret the columns as (c, b, a)."""
    kh, kw = pair(kernel_size)
    cols = _moved(cols, (cols.shape[0], input_shape[1], kw, kh), (0, 1, 3, 2))
    return col2im(cols, input_shape, kernel_size, stride, padding)


@exercise.misconception("COL-ORDER", conv2d_im2col)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Order the columns (c, b, a), but the weights (c, a, b)."""
    filters, channels, kh, kw = weight.shape
    return conv2d(
        input, _moved(weight, (filters, channels, kw, kh), (0, 1, 3, 2)), bias, stride, padding
    )


@exercise.misconception("COL-ORDER", conv2d_im2col)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Order the columns (a, b, c), but the weights (c, a, b)."""
    filters, channels, kh, kw = weight.shape
    return conv2d(
        input, _moved(weight, (filters, kh * kw, channels), (0, 2, 1)), bias, stride, padding
    )


@exercise.misconception("COL-ORDER", conv2d_im2col)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Order the columns (c, a, b), but flatten the weights as (a, b, c)."""
    filters, channels, kh, kw = weight.shape
    laid = _moved(weight, (filters, channels, kh * kw), (0, 2, 1))
    return conv2d(input, laid, bias, stride, padding)


@exercise.misconception("COL-ORDER", conv2d_im2col, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Order the columns (c, a, b), but flatten the weights as (c, b, a)."""
    laid = _moved(weight, weight.shape, (0, 1, 3, 2))
    return conv2d(input, laid, bias, stride, padding)


@exercise.misconception("BATCH-INTERLEAVE", im2col)
def _(im2col, input, kernel_size, stride=1, padding=0):
    """Order the rows (i, j, n): all images of the first window come first."""
    cols = im2col(input, kernel_size, stride, padding)
    images = input.shape[0]
    windows = cols.shape[0] // images
    return _moved(cols, (images, windows, cols.shape[1]), (1, 0, 2))


@exercise.misconception("BATCH-INTERLEAVE", col2im)
def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
    """Interpret the rows as (i, j, n)."""
    images = input_shape[0]
    cols = _moved(cols, (cols.shape[0] // images, images, cols.shape[1]), (1, 0, 2))
    return col2im(cols, input_shape, kernel_size, stride, padding)


@exercise.misconception("BATCH-INTERLEAVE", conv2d_im2col)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Interpret rows in the order (i, j, n) as (n, i, j)."""
    Y = conv2d(input, weight, bias, stride, padding)
    xp = array_namespace(Y)
    images, filters, rows, columns = Y.shape
    flat = xp.reshape(xp.permute_dims(Y, (2, 3, 0, 1)), (images, rows, columns, filters))
    return xp.permute_dims(flat, (0, 3, 1, 2))


for _order in ((0, 2, 3, 1), (1, 0, 2, 3)):
    for _bias_first in (False, True):

        @exercise.misconception("RESHAPE-NOT-TRANSPOSE", conv2d_im2col, alone=_bias_first)
        def _(
            conv2d,
            input,
            weight,
            bias=None,
            stride=1,
            padding=0,
            order=_order,
            bias_first=_bias_first,
        ):
            """Reshape the product, [N·H'·W', F] or [F, N·H'·W'], without transposing its axes."""
            Y = conv2d(input, weight, bias if bias_first else None, stride, padding)
            xp = array_namespace(Y)
            Y = xp.reshape(xp.permute_dims(Y, order), Y.shape)
            return Y if bias is None or bias_first else Y + bias[:, None, None]


def _scrambled(cols, images):
    """Return rows of the right shape, cut from [images, C·kh·kw, windows] in memory's order."""
    xp = array_namespace(cols)
    apart = xp.reshape(cols, (images, -1, cols.shape[1]))
    return xp.reshape(xp.permute_dims(apart, (0, 2, 1)), cols.shape)


def _window_order(cols, images, channels):
    """Return rows of the right shape, cut from [N, C, H', W', kh, kw] in memory's order."""
    xp = array_namespace(cols)
    apart = xp.reshape(cols, (images, -1, channels, cols.shape[1] // channels))
    return xp.reshape(xp.permute_dims(apart, (0, 2, 1, 3)), cols.shape)


@exercise.misconception("RESHAPE-NOT-TRANSPOSE", im2col, alone=True)
def _(im2col, input, kernel_size, stride=1, padding=0):
    """Reshape [N, C, H', W', kh, kw] without transposing its axes, as sliding_window_view is."""
    return _window_order(im2col(input, kernel_size, stride, padding), *input.shape[:2])


@exercise.misconception("RESHAPE-NOT-TRANSPOSE", col2im, alone=True)
def _(col2im, cols, input_shape, *others, **named):
    """Reshape to [N, C, H', W', kh, kw] without transposing the axes."""
    xp, (images, channels) = array_namespace(cols), input_shape[:2]
    apart = xp.reshape(cols, (images, channels, -1, cols.shape[1] // channels))
    apart = xp.permute_dims(apart, (0, 2, 1, 3))
    return col2im(xp.reshape(apart, cols.shape), input_shape, *others, **named)


@exercise.misconception(
    "RESHAPE-NOT-TRANSPOSE", conv2d_im2col, alone=True, beside=("BIAS-MISSING", "PAD-IGNORED")
)
def _(conv2d, input, weight, *others, **named):
    """Write `weight.reshape(-1, F)` where the flattened weights have to be transposed."""
    xp, filters = array_namespace(weight), weight.shape[0]
    turned = xp.permute_dims(xp.reshape(weight, (-1, filters)), (1, 0))
    return conv2d(input, xp.reshape(turned, weight.shape), *others, **named)


for _images_last in (False, True):

    @exercise.misconception("RESHAPE-NOT-TRANSPOSE", im2col, alone=True)
    def _(im2col, input, kernel_size, stride=1, padding=0, images_last=_images_last):
        """Reshape [N, C·kh·kw, H'·W'] or [C·kh·kw, N·H'·W'] without transposing its axes."""
        cols = im2col(input, kernel_size, stride, padding)
        return _scrambled(cols, 1 if images_last else input.shape[0])

    @exercise.misconception("RESHAPE-NOT-TRANSPOSE", conv2d_im2col, beside=("BIAS-MISSING",))
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, images_last=_images_last):
        """Multiply the weights with rows that are reshaped without transposing the axes."""
        xp, images = array_namespace(input), input.shape[0]
        cols = im2col(input, weight.shape[2:], stride, padding)
        cols = _scrambled(cols, 1 if images_last else images)
        Y = conv2d(xp.reshape(cols, (-1, *weight.shape[1:])), weight, bias)
        size = _size(input.shape, weight.shape[2:], stride, padding)
        return xp.permute_dims(xp.reshape(Y, (images, *size, -1)), (0, 3, 1, 2))

    @exercise.misconception("RESHAPE-NOT-TRANSPOSE", col2im, alone=True)
    def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0, images_last=_images_last):
        """Reshape to [N, C·kh·kw, H'·W'] or [C·kh·kw, N·H'·W'] without transposing the axes."""
        xp, images = array_namespace(cols), 1 if images_last else input_shape[0]
        apart = xp.reshape(cols, (images, cols.shape[1], -1))
        cols = xp.reshape(xp.permute_dims(apart, (0, 2, 1)), cols.shape)
        return col2im(cols, input_shape, kernel_size, stride, padding)


@exercise.misconception("RESHAPE-NOT-TRANSPOSE", col2im, alone=True)
def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
    """Reshape to [C·kh·kw, H'·W', N] without transposing the axes."""
    xp, images = array_namespace(cols), input_shape[0]
    apart = xp.permute_dims(xp.reshape(cols, (cols.shape[1], -1, images)), (2, 1, 0))
    return col2im(xp.reshape(apart, cols.shape), input_shape, kernel_size, stride, padding)


@exercise.misconception("COL-TRANSPOSED", im2col)
def _(im2col, input, kernel_size, stride=1, padding=0):
    """Return every window as a column."""
    cols = im2col(input, kernel_size, stride, padding)
    return array_namespace(cols).permute_dims(cols, (1, 0))


@exercise.misconception("COL-TRANSPOSED", im2col)
def _(im2col, input, kernel_size, stride=1, padding=0):
    """Return every window as a column, for each image separately, like torch's unfold."""
    cols = im2col(input, kernel_size, stride, padding)
    xp, images = array_namespace(cols), input.shape[0]
    return xp.permute_dims(xp.reshape(cols, (images, -1, cols.shape[1])), (0, 2, 1))


@exercise.misconception("COL-TRANSPOSED", col2im, alone=True)
def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
    """Expect [C·kh·kw, N·H'·W'], every window as a column, which raises for other sizes."""
    kh, kw = pair(kernel_size)
    if cols.shape[0] != input_shape[1] * kh * kw:
        raise ValueError("cannot reshape array")
    turned = array_namespace(cols).permute_dims(cols, (1, 0))
    return col2im(turned, input_shape, kernel_size, stride, padding)


@exercise.misconception(
    "BATCH-APART", im2col, beside=("COL-ORDER", "PAD-IGNORED", "STRIDE-IGNORED")
)
def _(im2col, input, kernel_size, stride=1, padding=0):
    """Return [N, H'·W', C·kh·kw]."""
    cols = im2col(input, kernel_size, stride, padding)
    return array_namespace(cols).reshape(cols, (input.shape[0], -1, cols.shape[1]))


for _offset in (
    lambda p, kh, kw: (p // kh, p % kw),
    lambda p, kh, kw: (p // kw, p % kh),
    lambda p, kh, kw: (p // kh, p % kh),
):

    @exercise.misconception("WINDOW-INDICES", im2col, alone=True, beside=("COL-TRANSPOSED",))
    def _(im2col, input, kernel_size, stride=1, padding=0, offset=_offset):
        """Exchange height and width in the row or column of a window's element p, or in both."""
        xp, X, (kh, kw) = array_namespace(input), pad(input, padding), pair(kernel_size)
        spans = zip(_size(input.shape, kernel_size, stride, padding), pair(stride), strict=True)
        height, width = ((n - 1) * s + 1 for n, s in spans)
        cells = []
        for p in range(kh * kw):
            top, left = offset(p, kh, kw)
            if top + height > X.shape[2] or left + width > X.shape[3]:
                raise IndexError("index is out of bounds")
            cells.append(im2col(X[..., top : top + height, left : left + width], 1, stride))
        cols = xp.stack(cells, axis=2)
        return xp.reshape(cols, (cols.shape[0], -1))


@exercise.misconception("PAD-IGNORED", im2col)
def _(im2col, input, kernel_size, stride=1, padding=0):
    return im2col(input, kernel_size, stride)


@exercise.misconception("PAD-IGNORED", conv2d_im2col)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(input, weight, bias, stride)


@exercise.misconception("PAD-IGNORED", conv2d_im2col, alone=True, beside=("SQUARE-K",))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Ignore the padding, and return an empty result if the window is larger by one element."""
    places = [
        (n - k) // s + 1
        for n, k, s in zip(input.shape[2:], weight.shape[2:], pair(stride), strict=True)
    ]
    if min(places) == 0:
        shape = input.shape[0], weight.shape[0], *places
        return array_namespace(input).zeros(shape, dtype=input.dtype, device=device(input))
    return conv2d(input, weight, bias, stride)


@exercise.misconception(
    "STRIDE-IGNORED",
    *(im2col, conv2d_im2col),
    beside=("BATCH-APART", "BIAS-MISSING", "COL-TRANSPOSED", "PAD-IGNORED"),
)
def _(function, *arguments, stride=1, **named):
    """Let windows move by one element."""
    return function(*arguments, **named)


@exercise.misconception("STRIDE-IGNORED", conv2d_im2col, alone=True)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    """Return the right size, but start window (i, j) at (i, j)."""
    rows, columns = conv2d(input, weight, bias, stride, padding).shape[2:]
    return conv2d(input, weight, bias, 1, padding)[..., :rows, :columns]


@exercise.misconception("STRIDE-IGNORED", im2col, alone=True)
def _(im2col, input, kernel_size, stride=1, padding=0):
    """Return the right number of rows, but start window (i, j) at (i, j)."""
    xp, images = array_namespace(input), input.shape[0]
    dense = im2col(input, kernel_size, 1, padding)
    width = _size(input.shape, kernel_size, 1, padding)[1]
    rows, columns = _size(input.shape, kernel_size, stride, padding)
    windows = xp.reshape(dense, (images, -1, width, dense.shape[1]))
    return xp.reshape(windows[:, :rows, :columns, :], (-1, dense.shape[1]))


for _grow, _usual in (
    (with_edges, True),
    (reflected, False),
    (lambda X, ph, pw: pad(X, (ph, pw), 1), False),
):

    @exercise.misconception(
        "PAD-VALUE", im2col, alone=True, beside=("COL-TRANSPOSED",) if _usual else ()
    )
    def _(im2col, input, kernel_size, stride=1, padding=0, grow=_grow):
        """Pad with copies of the border, with its reflection, or with ones."""
        return im2col(grow(input, *pair(padding)), kernel_size, stride)

    @exercise.misconception(
        "PAD-VALUE", conv2d_im2col, alone=True, beside=("BIAS-MISSING",) if _usual else ()
    )
    def _(conv2d, input, weight, bias=None, stride=1, padding=0, grow=_grow):
        """Pad with copies of the border, with its reflection, or with ones."""
        return conv2d(grow(input, *pair(padding)), weight, bias, stride)


@exercise.misconception(
    "SQUARE-K", conv2d_im2col, alone=True, beside=("BIAS-MISSING", "COL-ORDER", "PAD-IGNORED")
)
def _(conv2d, input, weight, *others, **named):
    """Cut windows of kh × kh, which fit no other kernels."""
    if weight.shape[2] != weight.shape[3]:
        raise ValueError("matmul: mismatch in its core dimension")
    return conv2d(input, weight, *others, **named)


for _axes in ((2, 3), (1, 2, 3), (0, 1, 2, 3)):

    @exercise.misconception(
        *("FLIP", conv2d_im2col), alone=True, beside=("BIAS-MISSING",) if _axes == (2, 3) else ()
    )
    def _(conv2d, input, weight, *others, axes=_axes, **named):
        """Turn the kernels, or the flattened filters, which includes channels, or all axes."""
        return conv2d(input, array_namespace(weight).flip(weight, axis=axes), *others, **named)


def _keeping_size(X, kernel_size):
    """Return X padded by k − 1 zeros in all, (k − 1) // 2 of them before it."""
    kh, kw = pair(kernel_size)
    return pad(X, (kh // 2, kw // 2))[..., 1 - kh % 2 :, 1 - kw % 2 :]


@exercise.misconception("SAME-SIZE", im2col, alone=True, beside=("COL-TRANSPOSED",))
def _(im2col, input, kernel_size, stride=1, padding=0):
    return im2col(_keeping_size(input, kernel_size), kernel_size, stride)


@exercise.misconception("SAME-SIZE", conv2d_im2col, alone=True, beside=("BIAS-MISSING",))
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(_keeping_size(input, weight.shape[2:]), weight, bias, stride)


for _channels_last in (False, True):

    @exercise.misconception("CH-APART", im2col, alone=True)
    def _(im2col, input, kernel_size, stride=1, padding=0, channels_last=_channels_last):
        """Return rows [N·C·H'·W', kh·kw], or in the order (N, H', W', C)."""
        cols = im2col(input, kernel_size, stride, padding)
        xp, (images, channels) = array_namespace(cols), input.shape[:2]
        apart = xp.reshape(cols, (images, -1, channels, cols.shape[1] // channels))
        if not channels_last:
            apart = xp.permute_dims(apart, (0, 2, 1, 3))
        return xp.reshape(apart, (-1, apart.shape[3]))


for _channels_first in (False, True):

    @exercise.misconception("NHWC", im2col, alone=True)
    def _(im2col, input, kernel_size, stride=1, padding=0, channels_first=_channels_first):
        """Interpret the images as [N, H, W, C], and order the columns (a, b, c) or (c, a, b).

        Having no window is no error.
        """
        xp, (kh, kw) = array_namespace(input), pair(kernel_size)
        X = xp.permute_dims(input, (0, 3, 1, 2))
        channels = X.shape[1]
        if min(_size(X.shape, kernel_size, stride, padding)) <= 0:
            return xp.zeros((0, channels * kh * kw), dtype=X.dtype, device=device(X))
        cols = im2col(X, kernel_size, stride, padding)
        if channels_first:
            return cols
        return _moved(cols, (cols.shape[0], channels, kh * kw), (0, 2, 1))


#: Codes that are combined with mistakes that only pairs of numbers show.
_OFTEN = ("BIAS-MISSING", "COL-ORDER", "COL-TRANSPOSED", "RESHAPE-NOT-TRANSPOSE")


@exercise.misconception("WINDOWS-COLUMN-FIRST", im2col, alone=True, beside=("PAD-IGNORED",))
def _(im2col, input, kernel_size, stride=1, padding=0):
    """Order the rows (n, j, i), with the loop over the columns outside."""
    cols = im2col(input, kernel_size, stride, padding)
    size = _size(input.shape, kernel_size, stride, padding)
    return _moved(cols, (input.shape[0], *size, cols.shape[1]), (0, 2, 1, 3))


@exercise.misconception("RESULT-TRANSPOSED", conv2d_im2col, alone=True, beside=("BIAS-MISSING",))
def _(conv2d, *given, **named):
    """Return [N, F, W', H']."""
    Y = conv2d(*given, **named)
    return array_namespace(Y).permute_dims(Y, (0, 1, 3, 2))


@exercise.misconception("WINDOWS-COLUMN-FIRST", col2im, alone=True)
def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
    """Interpret the rows as (n, j, i)."""
    rows, columns = _size(input_shape, kernel_size, stride, padding)
    apart = (input_shape[0], columns, rows, cols.shape[1])
    return col2im(_moved(cols, apart, (0, 2, 1, 3)), input_shape, kernel_size, stride, padding)


def _without_last(n, k, s):
    """Return the number of windows without the + 1."""
    return (n - k) // s


def _begun_before_last(n, k, s):
    """Return the length of `range(0, n - k, s)`."""
    return len(range(0, n - k, s))


for _count in (_without_last, _begun_before_last):
    for _listed in (False, True):

        @exercise.misconception("SHAPE-OFF1", im2col, alone=True)
        def _(im2col, input, kernel_size, stride=1, padding=0, count=_count, listed=_listed):
            """Lose the last windows; no rows at all are an array [0, C·kh·kw], or [0] if listed."""
            xp, X, kernel = array_namespace(input), pad(input, padding), pair(kernel_size)
            rows, columns = map(count, X.shape[2:], kernel, pair(stride))
            cols = im2col(X, kernel_size, stride)
            if rows < 1 or columns < 1:
                return cols[:0, 0] if listed else cols[:0, :]
            apart = (X.shape[0], *_size(X.shape, kernel_size, stride, 0), cols.shape[1])
            seen = xp.reshape(cols, apart)[:, :rows, :columns, :]
            return xp.reshape(seen, (-1, cols.shape[1]))


@exercise.misconception("SHAPE-OFF1", conv2d_im2col, alone=True)
def _(conv2d, *given, **named):
    """Compute the size without `+ 1`."""
    return conv2d(*given, **named)[..., :-1, :-1]


@exercise.misconception("CROP-AXES", col2im, alone=True)
def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
    """Write `padded[p:-p, p:-p]` if there is padding."""
    X = col2im(cols, _plane(input_shape, padding), kernel_size, stride)
    ph, pw = pair(padding)
    return X if ph == pw == 0 else X[ph:-ph, pw:-pw, ...]


for _of_height in (False, True):
    for _listed in (False, True):

        @exercise.misconception("SQUARE-OUT", im2col, alone=True)
        def _(
            im2col,
            input,
            kernel_size,
            stride=1,
            padding=0,
            of_height=_of_height,
            listed=_listed,
        ):
            """Count as many windows across as downwards, or compute their number from the height.

            More than fit raise. Without any, the result is [0] if it is listed.
            """
            height, (_, kw), (_, sw), (_, pw) = (
                input.shape[2],
                *map(pair, (kernel_size, stride, padding)),
            )
            rows, columns = _size(input.shape, kernel_size, stride, padding)
            across = (height + 2 * pw - kw) // sw + 1 if of_height else rows
            if across > columns or (across < 0 and not listed):
                raise ValueError("could not broadcast input array")
            cols = im2col(input, kernel_size, stride, padding)
            if across < 1:
                return cols[:0, 0] if listed else cols[:0, :]
            xp, length = array_namespace(cols), cols.shape[1]
            square = xp.reshape(cols, (input.shape[0], rows, columns, length))[:, :, :across, :]
            return xp.reshape(square, (-1, length))


@exercise.misconception("HW-SWAP", im2col, beside=_OFTEN)
def _(im2col, input, kernel_size, stride=1, padding=0):
    return im2col(input, kernel_size, pair(stride)[::-1], padding)


@exercise.misconception("HW-SWAP", im2col, beside=_OFTEN)
def _(im2col, input, kernel_size, stride=1, padding=0):
    return im2col(input, kernel_size, stride, pair(padding)[::-1])


@exercise.misconception("HW-SWAP", conv2d_im2col, beside=_OFTEN)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(input, weight, bias, pair(stride)[::-1], padding)


@exercise.misconception("HW-SWAP", conv2d_im2col, beside=_OFTEN)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(input, weight, bias, stride, pair(padding)[::-1])


@exercise.misconception("BIAS-MISSING", conv2d_im2col)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(input, weight, None, stride, padding)


@exercise.misconception("BIAS-ONE", conv2d_im2col)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    if bias is not None:
        bias = array_namespace(bias).ones_like(bias) * bias[0]
    return conv2d(input, weight, bias, stride, padding)


def _plane(input_shape, padding):
    """Return the shape of the padded input."""
    ph, pw = pair(padding)
    images, channels, height, width = input_shape
    return images, channels, height + 2 * ph, width + 2 * pw


@exercise.misconception("NO-CROP", col2im)
def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
    """Forget to remove the padding."""
    return col2im(cols, _plane(input_shape, padding), kernel_size, stride)


@exercise.misconception("NO-CROP", col2im, alone=True)
def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
    """Cut off only the padding above and on the left."""
    ph, pw = pair(padding)
    return col2im(cols, _plane(input_shape, padding), kernel_size, stride)[..., ph:, pw:]


@exercise.misconception("STRIDE-IGNORED", col2im, alone=True)
def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
    """Add window (i, j) at (i, j)."""
    xp, (kh, kw) = array_namespace(cols), pair(kernel_size)
    rows, columns = _size(input_shape, kernel_size, stride, padding)
    part = col2im(cols, (*input_shape[:2], rows + kh - 1, columns + kw - 1), kernel_size)
    X = xp.zeros(_plane(input_shape, padding), dtype=cols.dtype, device=device(cols))
    X[..., : part.shape[2], : part.shape[3]] = part
    return cropped(X, padding)


@exercise.misconception("NHWC", conv2d_im2col, alone=True, beside=("BIAS-MISSING",))
def _(conv2d, *given, **named):
    """Return [N, H', W', F]."""
    Y = conv2d(*given, **named)
    return array_namespace(Y).permute_dims(Y, (0, 2, 3, 1))


@exercise.misconception("NO-CROP", col2im)
def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
    """Return the right size, cut from the corner of the padded result."""
    X = col2im(cols, _plane(input_shape, padding), kernel_size, stride)
    return X[..., : input_shape[2], : input_shape[3]]


def _assigned(order):
    """Register `=` for `+=`; `order` gives the order in which the kernel's elements are written."""

    def assigns(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
        xp = array_namespace(cols)
        kernel, steps = pair(kernel_size), pair(stride)
        size = _size(input_shape, kernel, steps, padding)
        images, channels = input_shape[:2]
        apart = (images, channels, size[0] * kernel[0], size[1] * kernel[1])
        blocks = col2im(cols, apart, kernel, kernel)
        X = xp.zeros(_plane(input_shape, padding), dtype=cols.dtype, device=device(cols))
        for number, shift in order(list(enumerate(_shifts(kernel, steps, size)))):
            i, j = divmod(number, kernel[1])
            X[shift] = blocks[..., i :: kernel[0], j :: kernel[1]]
        return cropped(X, padding)

    exercise.misconception("COL2IM-ASSIGN", col2im)(assigns)


_assigned(reversed)  # window by window: the last window wins
_assigned(iter)  # offset by offset, all windows at once: the last offset wins


@exercise.misconception("COL2IM-MEAN", col2im)
def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0):
    """Divide each element by the number of its windows, so that col2im(im2col(X)) is X."""
    xp = array_namespace(cols)
    seen = col2im(xp.ones_like(cols), input_shape, kernel_size, stride, padding)
    X = col2im(cols, input_shape, kernel_size, stride, padding)
    return X / xp.where(seen == 0, xp.ones_like(seen), seen)


for _crop in CROPS:

    @exercise.misconception("CROP-ZERO", col2im, alone=_crop is not CROPS[0])
    def _(col2im, cols, input_shape, kernel_size, stride=1, padding=0, crop=_crop):
        X = col2im(cols, _plane(input_shape, padding), kernel_size, stride)
        return crop(X, *pair(padding))


@exercise.misconception("PAD-BEFORE-AFTER", im2col, beside=_OFTEN)
def _(im2col, input, kernel_size, stride=1, padding=0):
    """Pad with `np.pad(input, ((0, 0), (0, 0), padding, padding))`: the pair is (before, after)."""
    return im2col(before_and_after(input, padding), kernel_size, stride)


@exercise.misconception("PAD-BEFORE-AFTER", conv2d_im2col, beside=_OFTEN)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(before_and_after(input, padding), weight, bias, stride)


@exercise.misconception("FIRST-OF-PAIR", im2col, beside=_OFTEN)
def _(im2col, input, kernel_size, stride=1, padding=0):
    """Use `stride[0]` and `padding[0]` on both axes."""
    return im2col(input, kernel_size, first_of(stride), first_of(padding))


@exercise.misconception("FIRST-OF-PAIR", im2col, alone=True)
def _(im2col, input, kernel_size, stride=1, padding=0):
    """Use `kernel_size[0]`, `stride[0]` and `padding[0]` on both axes."""
    return im2col(input, *map(first_of, (kernel_size, stride, padding)))


@exercise.misconception("FIRST-OF-PAIR", conv2d_im2col, beside=_OFTEN)
def _(conv2d, input, weight, bias=None, stride=1, padding=0):
    return conv2d(input, weight, bias, first_of(stride), first_of(padding))


drops_dtype(exercise, im2col, col2im, conv2d_im2col)
refuses_pairs(
    exercise,
    im2col,
    *("COL-ORDER", "BATCH-INTERLEAVE", "COL-TRANSPOSED", "PAD-IGNORED"),
    alone_too=("RESHAPE-NOT-TRANSPOSE",),
)
refuses_pairs(
    exercise,
    col2im,
    *("CROP-ZERO", "NO-CROP", "COL2IM-ASSIGN", "COL-ORDER"),
    alone_too=("RESHAPE-NOT-TRANSPOSE",),
)
refuses_pairs(
    exercise,
    conv2d_im2col,
    *("COL-ORDER", "RESHAPE-NOT-TRANSPOSE", "BATCH-INTERLEAVE", "BIAS-MISSING", "BIAS-ONE"),
    alone_too=("RESHAPE-NOT-TRANSPOSE",),
)
