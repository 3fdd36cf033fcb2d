"""ex11: fully connected layers as convolutions, and convolutions as matrices."""

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .geometry import output_size
from .habits import drops_dtype

exercise = Exercise("ex11")


@exercise.function
def linear_to_conv(W, input_shape):
    """Return kernels [M, C, H, W], as large as the image, that compute W @ flatten(image).

    Raises ValueError if W does not have C·H·W columns. The result does not share memory with W.
    """
    xp = array_namespace(W)
    channels, height, width = input_shape
    size = channels * height * width
    if W.shape[1] != size:
        raise ValueError(f"{W.shape[1]} columns for an input of {size} elements")
    return xp.reshape(W, (W.shape[0], channels, height, width), copy=True)


@exercise.function
def conv_to_linear(weight, input_shape):
    """Return the matrix [F·H'·W', C·H·W] that acts on flattened images as the filters do.

    Raises ValueError if the numbers of channels differ or if no window fits.
    """
    xp = array_namespace(weight)
    (filters, channels, kh, kw), (_, height, width) = weight.shape, input_shape
    if input_shape[0] != channels:
        raise ValueError(f"{input_shape[0]} channels of input, {channels} of weight")
    windows = output_size(height, kh, 0, 1) * output_size(width, kw, 0, 1)
    shape = (filters, windows, channels, height * width)
    matrix = xp.zeros(shape, dtype=weight.dtype, device=device(weight))
    for (i, j), (rows, columns) in _places(weight, (kh, kw), height, width):
        matrix[:, rows, :, columns] = weight[:, :, i, j]
    return xp.reshape(matrix, (filters * windows, channels * height * width))


@exercise.function
def conv_as_matrix(K, H, W):
    """Return the matrix [H'·W', H·W] of the cross-correlation of an H×W image with K."""
    return conv_to_linear(K[None, None, ...], (1, H, W))


def _places(like, kernel, height, width):
    """Yield ((i, j), (windows, cells)) for each kernel element (i, j).

    `windows` are the indices of all windows, and `cells` those of the pixels they have at (i, j).
    """
    xp = array_namespace(like)
    down = xp.arange(height - kernel[0] + 1, device=device(like))
    across = xp.arange(width - kernel[1] + 1, device=device(like))
    windows = xp.arange(down.shape[0] * across.shape[0], device=device(like))
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            cells = (down + i)[:, None] * width + (across + j)[None, :]
            yield (i, j), (windows, xp.reshape(cells, (-1,)))


@exercise.oracle(conv_to_linear)
def _(weight, input_shape):
    import torch
    from torch.nn import functional as F

    cells = input_shape[0] * input_shape[1] * input_shape[2]
    images = torch.eye(cells, dtype=weight.dtype).reshape(cells, *input_shape)
    return F.conv2d(images, weight).flatten(1).T


@exercise.oracle(conv_as_matrix)
def _(K, H, W):
    import torch
    from torch.nn import functional as F

    images = torch.eye(H * W, dtype=K.dtype).reshape(H * W, 1, H, W)
    return F.conv2d(images, K[None, None]).flatten(1).T


@exercise.cases(linear_to_conv)
def _(draw):
    yield example(W=draw.array([[1, 2, 3, 4], [5, 6, 7, 8]]), input_shape=(1, 2, 2))
    yield example(W=draw.array([[1, 2, 3, 4, 5, 6]]), input_shape=(3, 1, 2))
    yield case("one row", W=draw.distinct((1, 6)), input_shape=(1, 2, 3))
    yield case("two channels", W=draw.distinct((1, 8)), input_shape=(2, 1, 4))
    yield case("more channels than rows", W=draw.distinct((2, 6)), input_shape=(3, 2, 1))
    yield case("everything differs", W=draw.distinct((5, 24)), input_shape=(2, 3, 4))
    yield case("a square image", W=draw.distinct((3, 18)), input_shape=(2, 3, 3))
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}", W=draw.reals((4, 30), dtype=dtype), input_shape=(3, 5, 2)
        )
    yield edge("one element", W=draw.array([[7], [8]]), input_shape=(1, 1, 1))
    yield edge("as many units as elements", W=draw.distinct((6, 6)), input_shape=(1, 3, 2))
    yield edge("not contiguous in memory", W=draw.strided(draw.distinct((2, 12))),
               input_shape=(2, 2, 3))  # fmt: skip
    yield raises(ValueError, "too few columns", W=draw.distinct((2, 5)), input_shape=(1, 2, 3))


@exercise.cases(conv_to_linear)
def _(draw):
    yield example(weight=draw.array([[[[1, 2]]]]), input_shape=(1, 1, 3))
    yield example(weight=draw.array([[[[1]], [[2]]]]), input_shape=(2, 1, 2))
    yield case("one filter", weight=draw.kernel((1, 1, 2, 2)), input_shape=(1, 2, 3))
    yield case("two filters", weight=draw.kernel((2, 1, 1, 2)), input_shape=(1, 1, 3))
    yield case("two channels", weight=draw.kernel((1, 2, 1, 2)), input_shape=(2, 1, 3))
    yield case("a high kernel", weight=draw.kernel((2, 1, 3, 1)), input_shape=(1, 4, 2))
    yield case(
        "as many filters as channels", weight=draw.kernel((2, 2, 2, 1)), input_shape=(2, 3, 2)
    )
    yield case("everything differs", weight=draw.kernel((3, 2, 2, 3)), input_shape=(2, 4, 5))
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            weight=draw.reals((2, 3, 2, 2), dtype=dtype),
            input_shape=(3, 3, 4),
        )
    yield edge(
        "kernels as large as the image", weight=draw.kernel((3, 2, 2, 3)), input_shape=(2, 2, 3)
    )
    yield edge("1×1 kernels", weight=draw.kernel((2, 3, 1, 1)), input_shape=(3, 2, 2))
    yield edge(
        "not contiguous in memory",
        weight=draw.strided(draw.kernel((2, 2, 2, 2))),
        input_shape=(2, 3, 3),
    )
    yield raises(
        ValueError, "other channels", weight=draw.kernel((2, 2, 2, 2)), input_shape=(3, 4, 4)
    )
    yield raises(
        ValueError,
        "kernels higher than the image",
        weight=draw.kernel((2, 2, 4, 2)),
        input_shape=(2, 2, 3),
    )


@exercise.cases(conv_as_matrix)
def _(draw):
    yield example(K=draw.array([[1, 2]]), H=1, W=3)
    yield example(K=draw.arange(2, 2), H=3, W=3)
    yield case("a row", K=draw.kernel((1, 3)), H=1, W=5)
    yield case("a column", K=draw.kernel((2, 1)), H=4, W=1)
    yield case("a wide image", K=draw.kernel((2, 2)), H=2, W=4)
    yield case("a high image", K=draw.kernel((2, 2)), H=4, W=3)
    yield case("everything differs", K=draw.kernel((2, 3)), H=4, W=6)
    for dtype in ("float32", "float64"):
        yield case(f"fractions in {dtype}", K=draw.reals((3, 2), dtype=dtype), H=5, W=4)
    yield edge("kernel as large as the image", K=draw.kernel((2, 3)), H=2, W=3)
    yield edge("1×1 kernel", K=draw.array([[5]]), H=2, W=3)
    yield edge("not contiguous in memory", K=draw.strided(draw.kernel((2, 2))), H=3, W=4)
    yield raises(ValueError, "kernel wider than the image", K=draw.kernel((2, 5)), H=4, W=3)


def _regrouped(X, shape, order):
    """Return X reshaped to `shape`, with its axes in another order, and back in its own shape."""
    xp = array_namespace(X)
    return xp.reshape(xp.permute_dims(xp.reshape(X, shape), order), X.shape)


@exercise.misconception("FLATTEN-ORDER", linear_to_conv)
def _(convert, W, input_shape):
    """Interpret the columns as (row, column, channel)."""
    channels, height, width = input_shape
    made = convert(W, (height, width, channels))
    return array_namespace(made).permute_dims(made, (0, 3, 1, 2))


@exercise.misconception("FLATTEN-ORDER", linear_to_conv)
def _(convert, W, input_shape):
    """Interpret the columns as (channel, column, row)."""
    channels, height, width = input_shape
    made = convert(W, (channels, width, height))
    return array_namespace(made).permute_dims(made, (0, 1, 3, 2))


@exercise.misconception("TRANSPOSED-W", linear_to_conv)
def _(convert, W, input_shape):
    """Interpret W as [inputs, outputs]; the kernels are a copy."""
    xp = array_namespace(W)
    return convert(xp.reshape(xp.permute_dims(W, (1, 0)), W.shape), input_shape)


@exercise.misconception("TRANSPOSED-W", linear_to_conv)
def _(convert, W, input_shape):
    """Write `W.T.reshape(...)`, which may also be a view of W."""
    made, xp = convert(W, input_shape), array_namespace(W)
    return xp.reshape(xp.permute_dims(W, (1, 0)), made.shape)


@exercise.misconception("VIEW", linear_to_conv, breaks="aliased")
def _(convert, W, input_shape):
    """Write `W.reshape(...)`, which is a view of W."""
    convert(W, input_shape)
    return array_namespace(W).reshape(W, (W.shape[0], *input_shape))


@exercise.misconception("FLATTEN-ORDER", conv_to_linear)
def _(convert, weight, input_shape):
    """Order the columns (row, column, channel), as images are usually stored."""
    matrix = convert(weight, input_shape)
    channels, height, width = input_shape
    return _regrouped(matrix, (matrix.shape[0], channels, height * width), (0, 2, 1))


@exercise.misconception("FLATTEN-ORDER", conv_to_linear)
def _(convert, weight, input_shape):
    """Order the columns (channel, column, row)."""
    matrix = convert(weight, input_shape)
    return _regrouped(matrix, (matrix.shape[0], *input_shape), (0, 1, 3, 2))


@exercise.misconception("FLATTEN-ORDER", conv_to_linear)
def _(convert, weight, input_shape):
    """Order the columns (column, row, channel)."""
    matrix = convert(weight, input_shape)
    return _regrouped(matrix, (matrix.shape[0], *input_shape), (0, 3, 2, 1))


@exercise.misconception("FLATTEN-ORDER", conv_to_linear)
def _(convert, weight, input_shape):
    """Order the rows (filter, column, row)."""
    matrix = convert(weight, input_shape)
    filters, _, kh, kw = weight.shape
    size = input_shape[1] - kh + 1, input_shape[2] - kw + 1
    return _regrouped(matrix, (filters, *size, matrix.shape[1]), (0, 2, 1, 3))


@exercise.misconception("FLATTEN-ORDER", conv_to_linear)
def _(convert, weight, input_shape):
    """Order the rows (row, column, filter)."""
    matrix = convert(weight, input_shape)
    filters = weight.shape[0]
    return _regrouped(matrix, (filters, matrix.shape[0] // filters, matrix.shape[1]), (1, 0, 2))


@exercise.misconception("FLATTEN-ORDER", conv_to_linear)
def _(convert, weight, input_shape):
    """Order the rows (row, column, filter) and the columns (row, column, channel)."""
    matrix = convert(weight, input_shape)
    (channels, height, width), filters = input_shape, weight.shape[0]
    shape = (filters, matrix.shape[0] // filters, channels, height * width)
    return _regrouped(matrix, shape, (1, 0, 3, 2))


@exercise.misconception("FLATTEN-ORDER", conv_as_matrix)
def _(convert, K, H, W):
    """Order the columns (column, row)."""
    matrix = convert(K, H, W)
    return _regrouped(matrix, (matrix.shape[0], H, W), (0, 2, 1))


@exercise.misconception("FLATTEN-ORDER", conv_as_matrix)
def _(convert, K, H, W):
    """Order the rows (column, row)."""
    matrix = convert(K, H, W)
    shape = (H - K.shape[0] + 1, W - K.shape[1] + 1, H * W)
    return _regrouped(matrix, shape, (1, 0, 2))


@exercise.misconception("FLATTEN-ORDER", conv_as_matrix)
def _(convert, K, H, W):
    """Order both rows and columns (column, row)."""
    matrix = convert(K, H, W)
    shape = (H - K.shape[0] + 1, W - K.shape[1] + 1, H, W)
    return _regrouped(matrix, shape, (1, 0, 3, 2))


@exercise.misconception("TOEPLITZ-TRANSPOSED", conv_to_linear, conv_as_matrix)
def _(convert, *arguments):
    """Return a column for each output."""
    matrix = convert(*arguments)
    return array_namespace(matrix).permute_dims(matrix, (1, 0))


@exercise.misconception("FLIP", conv_to_linear, conv_as_matrix)
def _(convert, weight, *others):
    return convert(array_namespace(weight).flip(weight, axis=(-2, -1)), *others)


@exercise.misconception("FLIP", conv_to_linear)
def _(convert, weight, input_shape):
    """Flip with `np.flip(weight[f])`, which reverses the channels as well."""
    return convert(array_namespace(weight).flip(weight, axis=(1, 2, 3)), input_shape)


for _lowest in (1, 2):

    @exercise.misconception("FULL-SIZE", conv_as_matrix, alone=True, beside=("FLIP",))
    def _(convert, K, H, W, least=_lowest):
        """Let windows reach beyond the image: [(H + kh − 1)·(W + kw − 1), H·W].

        Code that joins zeros to the kernel may raise for an image of a single row.
        """
        if least > H:
            raise ValueError("arrays to be joined have different numbers of axes")
        kh, kw = K.shape
        height, width = H + 2 * (kh - 1), W + 2 * (kw - 1)
        matrix = convert(K, height, width)
        cells = array_namespace(K).reshape(matrix, (matrix.shape[0], height, width))
        inside = cells[:, kh - 1 : height - kh + 1, kw - 1 : width - kw + 1]
        return array_namespace(K).reshape(inside, (matrix.shape[0], H * W))


@exercise.misconception("ROW-WRAPS", conv_as_matrix)
def _(convert, K, H, W):
    """Put the kernel's rows next to each other, without the image's gap between them."""
    xp = array_namespace(K)
    matrix = xp.zeros_like(convert(K, H, W))
    flat = xp.reshape(K, (-1,))
    across = W - K.shape[1] + 1
    for row in range(matrix.shape[0]):
        start = row // across * W + row % across
        matrix[row, start : start + flat.shape[0]] = flat
    return matrix


@exercise.misconception("ROW-WRAPS", conv_as_matrix, alone=True)
def _(convert, K, H, W):
    """Number the pixels by row times the width of the result instead of the image's."""
    xp = array_namespace(K)
    matrix = xp.zeros_like(convert(K, H, W))
    kh, kw = K.shape
    across = W - kw + 1
    for row in range(matrix.shape[0]):
        i, j = divmod(row, across)
        for a in range(kh):
            for b in range(kw):
                matrix[row, (i + a) * across + j + b] = K[a, b]
    return matrix


@exercise.misconception("ROW-WRAPS", conv_as_matrix, alone=True)
def _(convert, K, H, W):
    """Let every row begin one pixel after the one before, also where a row of the image ends."""
    xp = array_namespace(K)
    matrix = xp.zeros_like(convert(K, H, W))
    first = convert(K, H, W)[0, :]
    for row in range(matrix.shape[0]):
        matrix[row, row:] = first[: first.shape[0] - row]
    return matrix


@exercise.misconception("IMAGE-SQUARE", conv_as_matrix, alone=True, beside=("FLIP",))
def _(convert, K, H, W):
    """Use the height for both sides of the image."""
    return convert(K, H, H)


@exercise.misconception("IMAGE-SQUARE", conv_as_matrix, alone=True, beside=("FLIP",))
def _(convert, K, H, W):
    """Use the width for both sides of the image."""
    return convert(K, W, W)


for _side in (lambda H, W: 3, lambda H, W: W, lambda H, W: H):

    @exercise.misconception("LECTURE-CONSTANTS", conv_as_matrix, alone=_side(1, 2) != 2)
    def _(convert, K, H, W, side=_side):
        """Lay two rows of two weights in a row of zeros, shifted for each output.

        The image is 3×3, W×W or H×H.
        """
        if K.shape[0] < 2:
            raise IndexError("index 1 is out of bounds")
        xp = array_namespace(K)
        upper_left = xp.zeros((2, 2), dtype=K.dtype, device=device(K))
        upper_left[:, :] = K[:2, :]
        return convert(upper_left, side(H, W), side(H, W))


drops_dtype(exercise, linear_to_conv, conv_to_linear, conv_as_matrix)
