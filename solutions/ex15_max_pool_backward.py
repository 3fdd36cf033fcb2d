"""ex15: maximum pooling passes its gradient to the elements that won."""

from dataclasses import replace

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example

from .ex13_max_pool_indices import max_pool2d_with_indices
from .geometry import pad, pair, windows_inside
from .habits import CROPS, drops_dtype, refuses_pairs, square_part
from .pooling import WindowOutsideError, cropped, lowest, whatever_the_count, windows_on

exercise = Exercise("ex15")


@exercise.function
def max_pool2d_backward(grad_output, indices, input_shape):
    """Return the input's gradient: each gradient is added at its index in the plane."""
    xp = array_namespace(grad_output)
    images, channels, height, width = input_shape
    planes = xp.arange(images * channels, device=device(grad_output))
    grad = xp.zeros(
        (images * channels, height * width), dtype=grad_output.dtype, device=device(grad_output)
    )
    # Loop over the output positions, because overlapping windows may share a winner.
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            winners = xp.reshape(indices[:, :, i, j], (-1,))
            grad[planes, winners] += xp.reshape(grad_output[:, :, i, j], (-1,))
    return xp.reshape(grad, tuple(input_shape))


@exercise.function
def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    """Return the same gradient computed from the input: the first maximum of a window gets it."""
    _, indices = max_pool2d_with_indices(input, kernel_size, stride, padding)
    return max_pool2d_backward(grad_output, indices, input.shape)


@exercise.oracle(max_pool2d_backward)
def _(grad_output, indices, input_shape):

    import torch

    images, channels, height, width = input_shape
    leaf = torch.zeros((images, channels, height * width), dtype=grad_output.dtype)
    leaf.requires_grad_()
    picked = leaf.gather(2, indices.flatten(2)).reshape(grad_output.shape)
    return torch.autograd.grad(picked, leaf, grad_output)[0].reshape(input_shape)


@exercise.oracle(max_pool2d_grad)
def _(grad_output, input, kernel_size, stride=None, padding=0):
    import torch
    from torch.nn import functional as F

    leaf = input.clone().requires_grad_()
    return torch.autograd.grad(F.max_pool2d(leaf, kernel_size, stride, padding), leaf, grad_output)[
        0
    ]


def _indexed(draw, input_shape, kernel_size, stride=None, padding=0, dtype=None):
    """Return arguments of max_pool2d_backward."""
    X = draw.distinct(input_shape, low=-9, dtype=dtype)
    output, indices = max_pool2d_with_indices(X, kernel_size, stride, padding)
    grad = draw.reals(output.shape, dtype=dtype) * 8
    return {"grad_output": grad, "indices": indices, "input_shape": input_shape}


@exercise.cases(max_pool2d_backward)
def _(draw):
    yield example(
        grad_output=draw.array([[[[5, 7]]]]),
        indices=draw.array([[[[4, 1]]]], dtype="int64"),
        input_shape=(1, 1, 2, 4),
    )
    yield example(
        grad_output=draw.array([[[[5, 7]]]]),
        indices=draw.array([[[[2, 2]]]], dtype="int64"),
        input_shape=(1, 1, 1, 4),
    )
    yield case("windows in a row", **_indexed(draw, (1, 1, 1, 6), (1, 2)))
    yield case("a wide image", **_indexed(draw, (1, 1, 2, 6), 2))
    yield case("a high image", **_indexed(draw, (1, 1, 6, 2), 2))
    yield case(
        "one element wins three times",
        grad_output=draw.distinct((1, 1, 1, 3)),
        indices=draw.array([[[[3, 3, 3]]]], dtype="int64"),
        input_shape=(1, 1, 2, 3),
    )
    yield case("overlapping windows", **_indexed(draw, (1, 1, 4, 5), 3, 1))
    yield case("two channels", **_indexed(draw, (1, 2, 2, 4), 2))
    yield case("two images", **_indexed(draw, (2, 1, 4, 2), 2))
    yield case("everything differs", **_indexed(draw, (2, 3, 6, 9), (3, 2), (2, 3), (1, 1)))
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}", **_indexed(draw, (2, 2, 5, 7), (2, 3), (1, 2), dtype=dtype)
        )
    yield edge("one window", **_indexed(draw, (2, 2, 3, 4), (3, 4)))
    yield edge("windows of one element", **_indexed(draw, (1, 2, 2, 3), 1))
    yield edge("elements that no window saw", **_indexed(draw, (1, 1, 3, 8), 2, (1, 3)))
    not_contiguous = _indexed(draw, (1, 2, 4, 5), 2, 1)
    not_contiguous["grad_output"] = draw.strided(not_contiguous["grad_output"])
    yield edge("not contiguous in memory", **not_contiguous)


def _pooled(draw, X, kernel_size, stride=None, padding=0, dtype=None):
    """Return arguments of max_pool2d_grad."""
    size = windows_on(X.shape, kernel_size, stride, padding).size
    options = {"kernel_size": kernel_size}
    options |= {} if stride is None else {"stride": stride}
    options |= {} if padding == 0 else {"padding": padding}
    grad = draw.distinct((*X.shape[:2], *size), low=2, dtype=dtype)
    return {"grad_output": grad, "input": X, **options}


@exercise.cases(max_pool2d_grad)
def _(draw):
    yield example(
        grad_output=draw.array([[[[5, 7]]]]),
        input=draw.array([[[[1, 3, 2, 0], [4, 0, 1, 9]]]]),
        kernel_size=2,
    )
    yield example(
        grad_output=draw.array([[[[5, 7]]]]),
        input=draw.array([[[[2, 2, 1]]]]),
        kernel_size=(1, 2),
        stride=1,
    )
    yield case("windows in a row", **_pooled(draw, draw.distinct((1, 1, 1, 6)), (1, 2)))
    yield case("a wide window", **_pooled(draw, draw.distinct((1, 1, 2, 6)), (2, 3)))
    yield case("a high window", **_pooled(draw, draw.distinct((1, 1, 6, 2)), (3, 1)))
    yield case(
        "one element wins twice",
        **_pooled(draw, draw.array([[[[1, 5, 2, 3]]]]), (1, 2), 1),
    )
    yield case("ties in a row", **_pooled(draw, draw.array([[[[4, 4, 4, 1]]]]), (1, 3), 1))
    yield case(
        "ties in a window",
        **_pooled(draw, draw.array([[[[3, 1, 0, 6], [3, 3, 6, 6]]]]), 2),
    )
    yield case("all elements equal", **_pooled(draw, draw.integers((1, 1, 3, 4), 2, 2), 2, 1))
    yield case("overlapping windows", **_pooled(draw, draw.integers((1, 1, 5, 6), 0, 3), 3, 2))
    yield case("all negative with padding", **_pooled(
        draw, draw.integers((1, 1, 3, 4), -9, -1), (2, 3), (1, 2), 1
    ))  # fmt: skip
    yield case(
        "more padding above",
        **_pooled(draw, draw.distinct((1, 2, 5, 3), -15), (4, 2), 2, (2, 0)),
    )
    yield case("padding 1, stride 1", **_pooled(draw, draw.distinct((1, 1, 3, 4), -12), 3, 1, 1))
    yield case("padding 1", **_pooled(draw, draw.distinct((1, 1, 4, 5), -20), 2, 2, 1))
    corner = draw.distinct((1, 1, 5, 5))
    corner[..., 3, 3] += 60
    yield case("one window and padding", **_pooled(draw, corner, 4, None, 1))
    yield case("larger steps", **_pooled(draw, draw.distinct((1, 1, 4, 7), -3), 2, (2, 3)))
    yield case("two channels", **_pooled(draw, draw.distinct((1, 2, 2, 4), -3), 2))
    yield case("two images", **_pooled(draw, draw.distinct((2, 1, 4, 2), -3), 2))
    yield case(
        "everything differs",
        **_pooled(draw, draw.integers((2, 3, 6, 9), -5, 5), (3, 2), (2, 3), (1, 1)),
    )
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            **_pooled(
                draw, draw.distinct((1, 2, 7, 6), -42, dtype=dtype) / 8, 3, 2, 1, dtype=dtype
            ),
        )
    yield edge("one window", **_pooled(draw, draw.integers((2, 2, 3, 4), 0, 2), (3, 4)))
    yield edge("windows of one element", **_pooled(draw, draw.integers((1, 2, 2, 3)), 1))
    unseen = _pooled(draw, draw.distinct((1, 1, 6, 8)), 2, 3)
    yield edge("elements that no window saw", **unseen)
    yield edge(
        "not contiguous in memory",
        **_pooled(draw, draw.strided(draw.integers((1, 2, 4, 5), 0, 5)), 2, 1),
    )


@exercise.misconception("UPSTREAM-IGNORED", max_pool2d_backward, max_pool2d_grad)
def _(backward, grad_output, *others, **options):
    return backward(array_namespace(grad_output).ones_like(grad_output), *others, **options)


@exercise.misconception("ASSIGN-NOT-ADD", max_pool2d_backward)
def _(backward, grad_output, indices, input_shape):
    """Write `=` instead of `+=`: of the windows that share a winner, the last one counts."""
    return _assigned(grad_output, indices, input_shape)


def _blocks(backward, grad_output, input, windows):
    """Yield for each kernel element its gradient in every window, as if no windows overlapped.

    Also yields whether any gradient is written there. `input` is padded.
    """
    xp = array_namespace(grad_output)
    (kh, kw), (rows, columns) = windows.kernel, windows.size
    shape = (*input.shape[:2], rows * kh, columns * kw)
    apart = xp.zeros(shape, dtype=input.dtype, device=device(input))
    cells = [(..., slice(i, None, kh), slice(j, None, kw)) for i in range(kh) for j in range(kw)]
    for cell, shift in zip(cells, windows.shifts(), strict=True):
        apart[cell] = input[shift]
    blocks = backward(grad_output, apart, (kh, kw))
    chosen = backward(xp.ones_like(grad_output), apart, (kh, kw)) != 0
    for cell in cells:
        yield blocks[cell], chosen[cell]


def _overwritten(whole):
    """Register `=` for `+=`: of whole windows, or of the elements that receive a gradient.

    If whole windows are assigned, zeros replace a gradient too where they overlap.
    """

    def overwrites(backward, grad_output, input, kernel_size, stride=None, padding=0):
        xp = array_namespace(grad_output)
        windows = windows_on(input.shape, kernel_size, stride, padding)
        X = pad(input, padding, lowest(input))
        grad = xp.zeros(X.shape, dtype=grad_output.dtype, device=device(grad_output))
        blocks = list(_blocks(backward, grad_output, X, windows))
        # An element's smallest offset belongs to its last window.
        for shift, (block, written) in reversed([*zip(windows.shifts(), blocks, strict=True)]):
            grad[shift] = block if whole else xp.where(written, block, grad[shift])
        return cropped(grad, padding)

    exercise.misconception("ASSIGN-NOT-ADD", max_pool2d_grad)(overwrites)


_overwritten(whole=False)
_overwritten(whole=True)


def _assigned(grad_output, indices, input_shape):
    xp = array_namespace(grad_output)
    images, channels, height, width = input_shape
    grad = xp.zeros(
        (images, channels, height, width), dtype=grad_output.dtype, device=device(grad_output)
    )
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            for n in range(images):
                for c in range(channels):
                    row, column = divmod(int(indices[n, c, i, j]), width)
                    grad[n, c, row, column] = grad_output[n, c, i, j]
    return grad


@exercise.misconception("IDX-WRONG-PLANE", max_pool2d_backward)
def _(backward, grad_output, indices, input_shape):
    """Interpret the indices as positions in the whole array: plane 0 gets all gradients."""
    xp = array_namespace(grad_output)
    per_plane = backward(grad_output, indices, input_shape)
    grad = xp.zeros_like(per_plane)
    grad[0, 0, :, :] = xp.sum(per_plane, axis=(0, 1))
    return grad


@exercise.misconception("IDX-WRONG-PLANE", max_pool2d_backward)
def _(backward, grad_output, indices, input_shape):
    """Split the indices with divmod(index, H), as if the plane were H wide."""
    height, width = input_shape[2:]
    xp = array_namespace(grad_output)
    rows, columns = indices // height, indices % height
    if bool(xp.any(rows >= height)) or bool(xp.any(columns >= width)):
        raise IndexError("index out of bounds")
    return backward(grad_output, rows * width + columns, input_shape)


@exercise.misconception("IDX-WRONG-PLANE", max_pool2d_backward)
def _(backward, grad_output, indices, input_shape):
    """Ignore the indices, and put the gradient of output (i, j) at input (i, j)."""
    xp = array_namespace(grad_output)
    out = xp.zeros(tuple(input_shape), dtype=grad_output.dtype, device=device(grad_output))
    rows, columns = grad_output.shape[2:]
    out[:, :, :rows, :columns] = grad_output
    return out


def _winners(input, kernel_size, stride, padding):
    """Return (windows, padded input, maximum of each window)."""
    windows = windows_on(input.shape, kernel_size, stride, padding)
    X = pad(input, padding, lowest(input))
    best = None
    xp = array_namespace(input)
    for shift in windows.shifts():
        best = X[shift] if best is None else xp.where(X[shift] > best, X[shift], best)
    return windows, X, best


def _spread(code, share):
    """Register an input gradient in which several elements of a window may get a part.

    `share(wins)` gets, for each kernel element, an array that is 1 where it equals the maximum,
    and returns the factors of the gradient.
    """

    def spreads(backward, grad_output, input, kernel_size, stride=None, padding=0):
        xp = array_namespace(grad_output)
        windows, X, best = _winners(input, kernel_size, stride, padding)
        shifts = list(windows.shifts())
        wins = [xp.astype(X[shift] == best, grad_output.dtype) for shift in shifts]
        grad = xp.zeros(X.shape, dtype=grad_output.dtype, device=device(grad_output))
        for shift, part in zip(shifts, share(wins), strict=True):
            grad[shift] += grad_output * part
        return cropped(grad, padding)

    exercise.misconception(code, max_pool2d_grad)(spreads)


def _last(wins):
    """Return factors that give the gradient to the last of several winners."""
    parts, left = [], 1
    for win in reversed(wins):
        parts.insert(0, win * left)
        left = left * (1 - win)
    return parts


_spread("ALL-CELLS", lambda wins: [win * 0 + 1 for win in wins])
_spread("ALL-CELLS", lambda wins: [(win * 0 + 1) / len(wins) for win in wins])
_spread("TIE-COPY", lambda wins: wins)
_spread("TIE-SPLIT", lambda wins: [win / sum(wins) for win in wins])
_spread("TIE-LAST", _last)


@exercise.misconception("TIMES-X", max_pool2d_grad)
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Multiply the gradient by the maximum."""
    return backward(grad_output, input, kernel_size, stride, padding) * input


@exercise.misconception("GRAD-DIVIDED", max_pool2d_grad, alone=True, beside=("TIE-COPY",))
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Divide the gradient by kh · kw, as in average pooling."""
    kh, kw = pair(kernel_size)
    return backward(grad_output, input, kernel_size, stride, padding) / (kh * kw)


@exercise.misconception("NO-CROP", max_pool2d_grad)
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Return the gradient of the padded input."""
    X = pad(input, padding, lowest(input))
    return backward(grad_output, X, kernel_size, stride)


@exercise.misconception("NO-CROP", max_pool2d_grad)
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Return the right size, cut from the corner of the padded gradient."""
    X = pad(input, padding, lowest(input))
    grad = backward(grad_output, X, kernel_size, stride)
    return grad[..., : input.shape[2], : input.shape[3]]


for _padding in (lowest, lambda input: 0):

    @exercise.misconception("NO-CROP", max_pool2d_grad, beside=("ASSIGN-NOT-ADD", "TIE-COPY"))
    def _(backward, grad_output, input, kernel_size, stride=None, padding=0, padding_of=_padding):
        """Write at the positions of the padded input into a result of the input's size."""
        X = pad(input, padding, padding_of(input))
        xp, (height, width) = array_namespace(grad_output), input.shape[2:]
        written = backward(xp.ones_like(grad_output), X, kernel_size, stride) != 0
        if bool(xp.any(written[..., height:, :])) or bool(xp.any(written[..., width:])):
            raise IndexError("index is out of bounds")
        return backward(grad_output, X, kernel_size, stride)[..., :height, :width]


@exercise.misconception("MAX-ZERO-PAD", max_pool2d_grad)
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Let padded zeros win, so that their gradient is lost."""
    return cropped(backward(grad_output, pad(input, padding), kernel_size, stride), padding)


@exercise.misconception("STRIDE-DEFAULT-1", max_pool2d_grad)
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Use stride 1 by default, for the same number of windows."""
    if stride is not None:
        return backward(grad_output, input, kernel_size, stride, padding)
    (kh, kw), (rows, columns) = pair(kernel_size), grad_output.shape[2:]
    X = pad(input, padding, lowest(input))
    seen = X[..., : rows - 1 + kh, : columns - 1 + kw]
    xp = array_namespace(grad_output)
    grad = xp.zeros(X.shape, dtype=grad_output.dtype, device=device(grad_output))
    grad[..., : seen.shape[2], : seen.shape[3]] = backward(grad_output, seen, kernel_size, 1)
    return cropped(grad, padding)


for _crop in CROPS:

    @exercise.misconception("CROP-ZERO", max_pool2d_grad, alone=_crop is not CROPS[0])
    def _(backward, grad_output, input, kernel_size, stride=None, padding=0, crop=_crop):
        X = pad(input, padding, lowest(input))
        return crop(backward(grad_output, X, kernel_size, stride), *pair(padding))


@exercise.misconception("STRIDE-IGNORED", max_pool2d_grad)
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Place the windows side by side, whatever the stride, and clip them at the image's end."""
    return _apart(backward, grad_output, input, kernel_size, kernel_size, padding)


@exercise.misconception("STRIDE-IGNORED", max_pool2d_grad, beside=("TIE-COPY", "PAD-IGNORED"))
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Place the windows one element apart, whatever the stride."""
    return _apart(backward, grad_output, input, kernel_size, 1, padding)


@exercise.misconception(
    "STRIDE-IGNORED", max_pool2d_grad, beside=("PAD-IGNORED", "TIE-COPY", "ASSIGN-NOT-ADD")
)
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Find the maxima of the right windows, but let each begin at (i, j) in the result."""
    xp = array_namespace(grad_output)
    X = pad(input, padding, lowest(input))
    windows = windows_on(input.shape, kernel_size, stride, padding)
    grad = xp.zeros(X.shape, dtype=grad_output.dtype, device=device(grad_output))
    blocks = list(_blocks(backward, grad_output, X, windows))
    placed = replace(windows, stride=(1, 1)).shifts()
    adds = _adds(backward, xp, device(grad_output))
    for shift, (block, written) in reversed([*zip(placed, blocks, strict=True)]):
        grad[shift] = grad[shift] + block if adds else xp.where(written, block, grad[shift])
    return cropped(grad, padding)


def _adds(backward, xp, place):
    """Return whether the gradients of windows that share a winner are added up."""
    image = xp.asarray([[[[0.0, 1.0, 0.0]]]], dtype=xp.float64, device=place)
    return bool(backward(xp.ones_like(image[..., :2]), image, (1, 2), 1)[0, 0, 0, 1] > 1)


def _apart(backward, grad_output, input, kernel_size, stride, padding):
    """Return the gradient for as many windows as grad_output has, placed `stride` apart.

    Raises WindowOutsideError if a window lies outside the padded input: it has no maximum.
    """
    xp = array_namespace(grad_output)
    X = pad(input, padding, lowest(input))
    (kh, kw), (sh, sw), (rows, columns) = pair(kernel_size), pair(stride), grad_output.shape[2:]
    if (rows - 1) * sh >= X.shape[2] or (columns - 1) * sw >= X.shape[3]:
        raise WindowOutsideError("zero-size array to reduction operation maximum")
    seen = (rows - 1) * sh + kh, (columns - 1) * sw + kw
    room = [max(n, m) for n, m in zip(seen, X.shape[2:], strict=True)]
    shape = (*X.shape[:2], *room)
    wide = xp.full(shape, lowest(X), dtype=X.dtype, device=device(X))
    wide[..., : X.shape[2], : X.shape[3]] = X
    grad = xp.zeros(shape, dtype=grad_output.dtype, device=device(grad_output))
    part = wide[..., : seen[0], : seen[1]]
    grad[..., : seen[0], : seen[1]] = backward(grad_output, part, kernel_size, stride)
    return cropped(grad[..., : X.shape[2], : X.shape[3]], padding)


@exercise.misconception("PAD-IGNORED", max_pool2d_grad)
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Begin window (i, j) at (i * sh, j * sw) of the input, and clip it at the end."""
    begin = kernel_size if stride is None else stride
    return whatever_the_count(
        lambda: backward(grad_output, input, kernel_size, stride, 0),
        lambda: _apart(backward, grad_output, input, kernel_size, begin, 0),
    )


@exercise.misconception(
    "PAD-IGNORED",
    max_pool2d_grad,
    beside=(
        *("ASSIGN-NOT-ADD", "TIE-COPY", "TIE-SPLIT", "TIE-LAST", "MASK-OF-ALL-WINDOWS"),
        "STRIDE-IGNORED",
    ),
)
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Loop over the windows that fit the input without padding; the other gradients are lost."""
    return _inside(backward, grad_output, input, kernel_size, stride)


@exercise.misconception("PAD-IGNORED", max_pool2d_grad, beside=("ASSIGN-NOT-ADD", "TIE-COPY"))
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Take the next gradient in row order for each window that fits the input without padding."""
    return _inside(backward, grad_output, input, kernel_size, stride, in_order=True)


def _inside(backward, grad_output, input, kernel_size, stride, in_order=False):
    """Return the gradient of the windows that fit the input without padding.

    Window (i, j) gets gradient (i, j) or, if `in_order`, the next one that is left.
    """
    xp = array_namespace(grad_output)
    stride = kernel_size if stride is None else stride
    rows, columns = windows_inside(input.shape[2:], pair(kernel_size), stride)
    if 0 in (rows, columns):
        return xp.zeros(input.shape, dtype=grad_output.dtype, device=device(grad_output))
    maps = grad_output.shape[:2]
    if in_order:
        flat = xp.reshape(grad_output, (*maps, -1))
        given = xp.reshape(flat[..., : rows * columns], (*maps, rows, columns))
    else:
        given = grad_output[..., :rows, :columns]
    return backward(given, input, kernel_size, stride)


@exercise.misconception("PAD-IGNORED", max_pool2d_grad, beside=("ASSIGN-NOT-ADD", "TIE-COPY"))
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Compute the shape of the gradients without padding. Raises ValueError if theirs differs."""
    stride = kernel_size if stride is None else stride
    axes = zip(input.shape[2:], pair(kernel_size), pair(stride), strict=True)
    if grad_output.shape[2:] != tuple((n - k) // s + 1 for n, k, s in axes):
        raise ValueError("could not broadcast input array")
    return backward(grad_output, input, kernel_size, stride)


def _over_tiles(backward, grad_output, input, kernel, stride=None):
    """Return the gradient of a loop over n // k windows, the tiles of the input without a stride.

    Raises IndexError if there are more tiles than gradients; further gradients are lost.
    """
    rows, columns = (n // k for n, k in zip(input.shape[2:], kernel, strict=True))
    if rows > grad_output.shape[2] or columns > grad_output.shape[3]:
        raise IndexError("index is out of bounds")
    if 0 in (rows, columns):
        xp = array_namespace(grad_output)
        return xp.zeros(input.shape, dtype=grad_output.dtype, device=device(grad_output))
    step = kernel if stride is None else stride
    return _apart(backward, grad_output[..., :rows, :columns], input, kernel, step, 0)


@exercise.misconception("TILES-ONLY", max_pool2d_grad, beside=("TIE-COPY", "TIE-SPLIT"))
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Loop over the tiles of the input."""
    return _over_tiles(backward, grad_output, input, pair(kernel_size))


@exercise.misconception("TILES-ONLY", max_pool2d_grad, beside=("TIE-COPY", "ASSIGN-NOT-ADD"))
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Loop over as many windows as the input has tiles, but place them a stride apart."""
    return _over_tiles(backward, grad_output, input, pair(kernel_size), stride)


@exercise.misconception("TILES-ONLY", max_pool2d_grad, beside=("TIE-COPY", "TIE-SPLIT"))
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Multiply repeated gradients by `input == repeated maxima`: the tiles have to fit exactly."""
    kernel = pair(kernel_size)
    covered = (n * k for n, k in zip(grad_output.shape[2:], kernel, strict=True))
    if tuple(covered) != tuple(input.shape[2:]):
        raise ValueError("operands could not be broadcast together")
    return _over_tiles(backward, grad_output, input, kernel)


@exercise.misconception("LECTURE-CONSTANTS", max_pool2d_grad, beside=("TIE-COPY",))
def _(backward, grad_output, input, kernel_size, stride=None, padding=0):
    """Use windows of 2×2, side by side, whatever the arguments."""
    return _over_tiles(backward, grad_output, input, (2, 2))


for _padded in (False, True):

    @exercise.misconception(
        "NHWC", max_pool2d_grad, alone=_padded, beside=("TIE-COPY",) if _padded else ()
    )
    def _(backward, grad_output, input, kernel_size, stride=None, padding=0, padded=_padded):
        """Take all axes for [N, H, W, C]; loop over the axes of grad_output, and clip windows.

        Such code seldom has a padding.
        """
        permuted = array_namespace(input).permute_dims
        given, X = (permuted(A, (0, 3, 1, 2)) for A in (grad_output, input))
        channels = given.shape[1]
        if channels > X.shape[1]:
            raise IndexError("index is out of bounds")
        stride, padding = kernel_size if stride is None else stride, padding if padded else 0
        part = _apart(backward, given, X[:, :channels, ...], kernel_size, stride, padding)
        grad = array_namespace(input).zeros(X.shape, dtype=part.dtype, device=device(part))
        grad[:, :channels, ...] = part
        return permuted(grad, (0, 2, 3, 1))


def _reshaped(xp, grad_output, shape):
    """Return the gradients in this shape. Raises if their number differs."""
    return xp.reshape(grad_output, shape)


def _broadcast(xp, grad_output, shape):
    """Return the gradients that loops over `shape` read; a single channel counts for all."""
    _, rows, columns, _ = shape
    if rows > grad_output.shape[1] or columns > grad_output.shape[2]:
        raise IndexError("index is out of bounds")
    return xp.broadcast_to(grad_output[:, :rows, :columns, :], shape)


for _given in (_reshaped, _broadcast):

    @exercise.misconception("NHWC", max_pool2d_grad, alone=True)
    def _(backward, grad_output, input, kernel_size, stride=None, padding=0, given=_given):
        """Loop over the windows of an input [N, H, W, C], with all channels at once."""
        xp = array_namespace(grad_output)
        images, height, width, channels = input.shape
        stride = kernel_size if stride is None else stride
        rows, columns = windows_inside((height, width), pair(kernel_size), stride)
        if given is _broadcast and 0 in (rows, columns):
            return xp.zeros(input.shape, dtype=grad_output.dtype, device=device(grad_output))
        G = given(xp, grad_output, (images, rows, columns, channels))
        G, X = (xp.permute_dims(A, (0, 3, 1, 2)) for A in (G, input))
        return xp.permute_dims(backward(G, X, kernel_size, stride), (0, 2, 3, 1))


for _padded in (False, True):

    @exercise.misconception("WINDOW-DIAGONAL", max_pool2d_grad, alone=True)
    def _(backward, grad_output, input, kernel_size, stride=None, padding=0, padded=_padded):
        """Write `w_start = i * stride`: window (i, j) begins in the column of window (i, i)."""
        padding = padding if padded else 0
        (kh, kw), (sh, sw) = pair(kernel_size), pair(kernel_size if stride is None else stride)
        X = pad(input, padding, lowest(input))
        xp = array_namespace(grad_output)
        grad = xp.zeros(X.shape, dtype=grad_output.dtype, device=device(grad_output))
        for i in range(grad_output.shape[2]):
            window = ..., slice(i * sh, i * sh + kh), slice(i * sw, i * sw + kw)
            if 0 in X[window].shape:
                raise ValueError("attempt to get argmax of an empty sequence")
            given = xp.sum(grad_output[..., i, :], axis=-1)[..., None, None]
            grad[window] += backward(given, X[window], X[window].shape[2:])
        return cropped(grad, padding)


def _first(wins):
    """Return factors that give the gradient to the first of several winners."""
    return _last(wins[::-1])[::-1]


def _masked(winners, joined, cut=False):
    """Register one mask for the winners of all windows, by which each gradient is multiplied.

    `winners` returns which elements of a window are marked, `joined` what an element of several
    windows has in the mask, from its mark in earlier windows and in a later one. If `cut`, the
    result ends where the last window ends.
    """

    def masks(backward, grad_output, input, kernel_size, stride=None, padding=0):
        xp = array_namespace(grad_output)
        windows, X, best = _winners(input, kernel_size, stride, padding)
        shifts = list(windows.shifts())
        marks = winners([xp.astype(X[shift] == best, grad_output.dtype) for shift in shifts])
        mask = xp.zeros(X.shape, dtype=grad_output.dtype, device=device(grad_output))
        for shift, mark in zip(shifts[::-1], marks[::-1], strict=True):  # the first window first
            mask[shift] = joined(xp, mask[shift], mark)
        grad = xp.zeros_like(mask)
        (kh, kw), (sh, sw) = windows.kernel, windows.stride
        rows, columns = grad_output.shape[2:]
        for i in range(rows):
            for j in range(columns):
                window = ..., slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
                grad[window] += mask[window] * grad_output[..., i : i + 1, j : j + 1]
        if cut:
            grad = grad[..., : (rows - 1) * sh + kh, : (columns - 1) * sw + kw]
        (ph, pw), (height, width) = pair(padding), input.shape[2:]
        return grad[..., ph : ph + height, pw : pw + width]

    exercise.misconception("MASK-OF-ALL-WINDOWS", max_pool2d_grad, beside=("PAD-IGNORED",))(masks)


for _winners_of in (_first, lambda wins: wins):
    _masked(_winners_of, lambda xp, mask, mark: xp.maximum(mask, mark))
    _masked(_winners_of, lambda xp, mask, mark: mask + mark)
    _masked(_winners_of, lambda xp, mask, mark: mark)
_masked(_first, lambda xp, mask, mark: xp.maximum(mask, mark), cut=True)


@exercise.misconception("SQUARE-OUT", max_pool2d_backward, max_pool2d_grad)
def _(backward, grad_output, *others, **options):
    """Run both loops over the rows of the output."""
    return backward(square_part(grad_output), *others, **options)


drops_dtype(exercise, max_pool2d_backward, max_pool2d_grad)
refuses_pairs(
    exercise,
    max_pool2d_grad,
    *("CROP-ZERO", "TIE-COPY", "TIE-SPLIT", "TIE-LAST", "ASSIGN-NOT-ADD", "ALL-CELLS"),
    *("UPSTREAM-IGNORED", "STRIDE-DEFAULT-1", "STRIDE-IGNORED", "NO-CROP"),
    alone_too=("MAX-ZERO-PAD", "PAD-IGNORED"),
    beside=dict.fromkeys(
        ("MAX-ZERO-PAD", "PAD-IGNORED"), ("TIE-COPY", "TIE-SPLIT", "TIE-LAST", "ASSIGN-NOT-ADD")
    ),
)
