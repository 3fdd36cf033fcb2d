"""ex21: the gradients of a convolutional layer."""

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example

from .geometry import pad, pair, windows_inside
from .habits import CROPS, drops_dtype, first_of, refuses_pairs, square_part
from .pooling import cropped

exercise = Exercise("ex21")


@exercise.function
def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    """Return the gradients of input, weight and bias of conv2d (ex08), from that of its output."""
    xp = array_namespace(grad_output)
    X = pad(input, padding)
    grad_X, grad_weight = xp.zeros_like(X), xp.zeros_like(weight)
    for i, j, shift in _shifts(weight.shape[2:], stride, grad_output.shape[2:]):
        spread = xp.tensordot(grad_output, weight[:, :, i, j], axes=((1,), (0,)))
        grad_X[shift] += xp.permute_dims(spread, (0, 3, 1, 2))
        grad_weight[:, :, i, j] = xp.tensordot(grad_output, X[shift], axes=((0, 2, 3), (0, 2, 3)))
    return cropped(grad_X, padding), grad_weight, xp.sum(grad_output, axis=(0, 2, 3))


def _shifts(kernel, stride, size):
    """Yield for each kernel element (i, j) its index in every window of padded arrays."""
    sh, sw = pair(stride)
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            down = slice(i, i + (size[0] - 1) * sh + 1, sh)
            yield i, j, (..., down, slice(j, j + (size[1] - 1) * sw + 1, sw))


@exercise.oracle(conv2d_backward)
def _(grad_output, input, weight, stride=1, padding=0):
    import torch
    from torch.nn import functional as F

    bias = torch.zeros(weight.shape[0], dtype=weight.dtype)
    leaves = [tensor.clone().requires_grad_() for tensor in (input, weight, bias)]
    return torch.autograd.grad(F.conv2d(*leaves, stride, padding), leaves, grad_output)


@exercise.cases(conv2d_backward)
def _(draw):
    yield example(
        grad_output=draw.array([[[[1, 10]]]]),
        input=draw.array([[[[1, 2, 3]]]]),
        weight=draw.array([[[[4, 5]]]]),
    )
    yield example(
        grad_output=draw.array([[[[1, 0], [0, 2]]]]),
        input=draw.arange(1, 1, 3, 3),
        weight=draw.arange(1, 1, 2, 2),
    )
    yield case(
        "one row",
        grad_output=draw.distinct((1, 1, 1, 3)),
        input=draw.distinct((1, 1, 1, 4)),
        weight=draw.kernel((1, 1, 1, 2)),
    )
    yield case(
        "two filters",
        grad_output=draw.distinct((1, 2, 1, 2)),
        input=draw.distinct((1, 1, 1, 3)),
        weight=draw.kernel((2, 1, 1, 2)),
    )
    yield case(
        "two channels",
        grad_output=draw.distinct((1, 1, 1, 2)),
        input=draw.distinct((1, 2, 1, 3)),
        weight=draw.kernel((1, 2, 1, 2)),
    )
    yield case(
        "two images",
        grad_output=draw.distinct((2, 1, 1, 2)),
        input=draw.distinct((2, 1, 1, 3)),
        weight=draw.kernel((1, 1, 1, 2)),
    )
    yield case(
        "a high kernel",
        grad_output=draw.integers((1, 2, 2, 3)),
        input=draw.integers((1, 2, 4, 3)),
        weight=draw.kernel((2, 2, 3, 1)),
    )
    yield case(
        "padding 1",
        grad_output=draw.integers((1, 1, 3, 4)),
        input=draw.integers((1, 1, 2, 3)),
        weight=draw.kernel((1, 1, 2, 2)),
        padding=1,
    )
    yield case(
        "padding 1 and two images",
        grad_output=draw.integers((2, 2, 2, 3)),
        input=draw.integers((2, 1, 2, 3)),
        weight=draw.kernel((2, 1, 3, 3)),
        padding=1,
    )
    yield case(
        "padding 1 and stride 2",
        grad_output=draw.integers((1, 2, 2, 3)),
        input=draw.integers((1, 2, 4, 5)),
        weight=draw.kernel((2, 2, 3, 2)),
        stride=2,
        padding=1,
    )
    yield case(
        "more padding beside",
        grad_output=draw.integers((1, 2, 2, 5)),
        input=draw.integers((1, 2, 3, 3)),
        weight=draw.kernel((2, 2, 2, 3)),
        padding=(0, 2),
    )
    yield case(
        "stride 2",
        grad_output=draw.distinct((1, 1, 2, 2)),
        input=draw.integers((1, 1, 4, 5)),
        weight=draw.kernel((1, 1, 2, 2)),
        stride=2,
    )
    yield case(
        "stride 2 with a remainder",
        grad_output=draw.distinct((1, 1, 2, 2)),
        input=draw.integers((1, 1, 5, 6)),
        weight=draw.kernel((1, 1, 2, 3)),
        stride=2,
    )
    yield case(
        "larger steps downwards",
        grad_output=draw.integers((1, 2, 2, 3)),
        input=draw.integers((1, 2, 7, 5)),
        weight=draw.kernel((2, 2, 2, 3)),
        stride=(3, 1),
    )
    yield case(
        "as many filters as channels",
        grad_output=draw.integers((2, 3, 3, 3)),
        input=draw.integers((2, 3, 4, 5)),
        weight=draw.kernel((3, 3, 2, 3)),
    )
    yield case(
        "everything differs",
        grad_output=draw.integers((2, 4, 4, 4)),
        input=draw.integers((2, 3, 6, 9)),
        weight=draw.kernel((4, 3, 3, 2)),
        stride=(2, 3),
        padding=(2, 1),
    )
    for dtype, size, stride, padding in (
        ("float32", (4, 4), 2, 1),
        ("float64", (7, 5), (1, 2), (1, 2)),
    ):
        yield case(
            f"fractions in {dtype}",
            grad_output=draw.reals((2, 3, *size), dtype=dtype),
            input=draw.reals((2, 4, 7, 8), dtype=dtype),
            weight=draw.reals((3, 4, 3, 3), dtype=dtype),
            stride=stride,
            padding=padding,
        )
    yield edge(
        "kernel as large as the image",
        grad_output=draw.distinct((2, 3, 1, 1)),
        input=draw.integers((2, 2, 2, 3)),
        weight=draw.kernel((3, 2, 2, 3)),
    )
    yield edge(
        "1×1 kernel",
        grad_output=draw.integers((2, 2, 2, 4)),
        input=draw.integers((2, 3, 2, 4)),
        weight=draw.kernel((2, 3, 1, 1)),
    )
    yield edge(
        "a gradient of zeros",
        grad_output=draw.integers((1, 2, 2, 2), 0, 0),
        input=draw.integers((1, 1, 3, 3)),
        weight=draw.kernel((2, 1, 2, 2)),
    )
    yield edge(
        "not contiguous in memory",
        grad_output=draw.strided(draw.integers((1, 2, 3, 2))),
        input=draw.strided(draw.integers((1, 2, 4, 5))),
        weight=draw.strided(draw.kernel((2, 2, 2, 3))),
        stride=(1, 2),
    )


@exercise.misconception("DX-NOT-FLIPPED", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Compute the input's gradient as a full convolution with a kernel that is not rotated."""
    _, grad_weight, grad_bias = backward(grad_output, input, weight, stride, padding)
    flipped = array_namespace(weight).flip(weight, axis=(2, 3))
    return backward(grad_output, input, flipped, stride, padding)[0], grad_weight, grad_bias


@exercise.misconception("DW-FLIPPED", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    grad_input, grad_weight, grad_bias = backward(grad_output, input, weight, stride, padding)
    flipped = array_namespace(grad_weight).flip(grad_weight, axis=(2, 3))
    return grad_input, flipped, grad_bias


@exercise.misconception("DB-NO-SUM-BATCH", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Return one row of bias gradients for each image."""
    grad_input, grad_weight, _ = backward(grad_output, input, weight, stride, padding)
    xp = array_namespace(grad_output)
    return grad_input, grad_weight, xp.sum(grad_output, axis=(2, 3))


@exercise.misconception("DB-SUM-CHANNELS", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Return `grad_output.sum()`, one number."""
    grad_input, grad_weight, grad_bias = backward(grad_output, input, weight, stride, padding)
    return grad_input, grad_weight, array_namespace(grad_bias).sum(grad_bias)


@exercise.misconception("DB-SUM-CHANNELS", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Give every bias the sum over all channels."""
    grad_input, grad_weight, grad_bias = backward(grad_output, input, weight, stride, padding)
    xp = array_namespace(grad_bias)
    return grad_input, grad_weight, xp.ones_like(grad_bias) * xp.sum(grad_bias)


@exercise.misconception("DB-MEAN", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Take the mean over images and positions."""
    grad_input, grad_weight, grad_bias = backward(grad_output, input, weight, stride, padding)
    images, _, rows, columns = grad_output.shape
    return grad_input, grad_weight, grad_bias / (images * rows * columns)


@exercise.misconception("BATCH-MEAN", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Average weight and bias over the batch, which the loss has already done."""
    grad_input, grad_weight, grad_bias = backward(grad_output, input, weight, stride, padding)
    images = grad_output.shape[0]
    return grad_input, grad_weight / images, grad_bias / images


@exercise.misconception("BATCH-MEAN", conv2d_backward)
def _(backward, grad_output, *arguments, **options):
    """Average all three gradients over the batch."""
    images = grad_output.shape[0]
    return tuple(grad / images for grad in backward(grad_output, *arguments, **options))


for _of_weight in (True, False):

    @exercise.misconception("BATCH-MEAN", conv2d_backward, alone=True)
    def _(backward, grad_output, *arguments, of_weight=_of_weight, **options):
        """Average only the gradient of the weight, or of the bias, over the batch."""
        grad_input, grad_weight, grad_bias = backward(grad_output, *arguments, **options)
        images = grad_output.shape[0]
        if of_weight:
            return grad_input, grad_weight / images, grad_bias
        return grad_input, grad_weight, grad_bias / images


def _within(grad, limit):
    """Return the gradient with each element limited to ±limit."""
    return array_namespace(grad).clip(grad, -limit, limit)


def _scaled_down(grad, limit):
    """Return the gradient, scaled to this norm if its norm is larger."""
    norm = float(array_namespace(grad).sum(grad * grad)) ** 0.5
    return grad * (limit / norm) if norm > limit else grad


for _limited in (_within, _scaled_down):
    for _limit in (1, 5):
        for _input_too in (False, True):

            @exercise.misconception(
                *("GRADS-CLIPPED", conv2d_backward),
                alone=True,
                beside=() if _input_too else ("BATCH-MEAN", "STRIDE-NOT-DILATED"),
            )
            def _(
                backward,
                *arguments,
                limited=_limited,
                limit=_limit,
                input_too=_input_too,
                **options,
            ):
                """Limit the gradients of weight and bias, or all three, by value or by norm."""
                grad_input, *others = backward(*arguments, **options)
                others = [limited(grad, limit) for grad in others]
                return limited(grad_input, limit) if input_too else grad_input, *others


def _padded_gradient(backward, grad_output, input, weight, stride, padding):
    """Return the gradients, with the padding still on the input's."""
    grad_X, grad_weight, grad_bias = backward(grad_output, pad(input, padding), weight, stride)
    return grad_X, grad_weight, grad_bias


@exercise.misconception("NO-CROP-PAD", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    return _padded_gradient(backward, grad_output, input, weight, stride, padding)


@exercise.misconception("NO-CROP-PAD", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Return the right size, cut from the corner of the padded gradient."""
    grad_X, *others = _padded_gradient(backward, grad_output, input, weight, stride, padding)
    return grad_X[..., : input.shape[2], : input.shape[3]], *others


def _extended(X, rows, columns):
    """Return X clipped, or extended with zeros, to this size at its bottom and right."""
    xp = array_namespace(X)
    out = xp.zeros((*X.shape[:2], rows, columns), dtype=X.dtype, device=device(X))
    rows, columns = min(rows, X.shape[2]), min(columns, X.shape[3])
    out[..., :rows, :columns] = X[..., :rows, :columns]
    return out


for _bias_inside in (True, False):

    @exercise.misconception(
        "PAD-IGNORED",
        conv2d_backward,
        beside=(
            *("BATCH-MEAN", "DB-NO-SUM-BATCH", "DB-SHAPE", "GRADS-MISSING"),
            "STRIDE-NOT-DILATED",
        ),
    )
    def _(backward, grad_output, input, weight, stride=1, padding=0, bias_inside=_bias_inside):
        """Loop over the windows that fit the input without padding; the other gradients are lost.

        The bias gradient is summed inside the loops, or outside.
        """
        xp = array_namespace(input)
        rows, columns = windows_inside(input.shape[2:], weight.shape[2:], stride)
        part = grad_output[..., :rows, :columns]
        all_biases = backward(grad_output, input, weight, stride, padding)[2]
        if 0 in part.shape:
            given = xp.zeros_like(input), xp.zeros_like(weight), xp.zeros_like(all_biases)
        else:
            given = backward(part, input, weight, stride)
        return given if bias_inside else (*given[:2], all_biases)


@exercise.misconception(
    "PAD-IGNORED",
    conv2d_backward,
    beside=(
        *("BATCH-MEAN", "DB-NO-SUM-BATCH", "DB-SHAPE", "GRADS-MISSING", "SQUARE-K"),
        "STRIDE-NOT-DILATED",
    ),
)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Loop over all of grad_output, which fails at the first window that leaves the input."""
    return backward(grad_output, input, weight, stride)


@exercise.misconception("STRIDE-NOT-DILATED", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Place windows one element apart, whatever the stride, for both gradients."""
    X = pad(input, padding)
    rows, columns = (
        size + k - 1 for size, k in zip(grad_output.shape[2:], weight.shape[2:], strict=True)
    )
    grad, grad_weight, grad_bias = backward(grad_output, X[..., :rows, :columns], weight)
    grad_input = cropped(_extended(grad, *X.shape[2:]), padding)
    return grad_input, grad_weight, grad_bias


@exercise.misconception("STRIDE-NOT-DILATED", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Place windows one element apart, whatever the stride, for the gradient of the input only."""
    X = pad(input, padding)
    rows, columns = (
        size + k - 1 for size, k in zip(grad_output.shape[2:], weight.shape[2:], strict=True)
    )
    grad = backward(grad_output, X[..., :rows, :columns], weight)[0]
    grad_input = cropped(_extended(grad, *X.shape[2:]), padding)
    return grad_input, *backward(grad_output, input, weight, stride, padding)[1:]


@exercise.misconception("STRIDE-NOT-DILATED", conv2d_backward, alone=True)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Place windows one element apart, whatever the stride, for the gradient of the weight only."""
    grad_input, _, grad_bias = backward(grad_output, input, weight, stride, padding)
    rows, columns = (
        size + k - 1 for size, k in zip(grad_output.shape[2:], weight.shape[2:], strict=True)
    )
    X = pad(input, padding)[..., :rows, :columns]
    return grad_input, backward(grad_output, X, weight)[1], grad_bias


for _axis in (0, 1):
    for _of_input, _of_weight in ((True, True), (True, False), (False, True)):

        @exercise.misconception(
            *("STRIDE-NOT-DILATED", conv2d_backward),
            alone=True,
            beside=() if _of_input else ("CROP-ZERO",),
        )
        def _(
            backward,
            grad_output,
            input,
            weight,
            stride=1,
            padding=0,
            axis=_axis,
            of_input=_of_input,
            of_weight=_of_weight,
        ):
            """Place windows one element apart on one axis, for the gradients of input or weight."""
            X, steps, (kh, kw) = pad(input, padding), list(pair(stride)), weight.shape[2:]
            steps[axis], (rows, columns) = 1, grad_output.shape[2:]
            seen = X[..., : (rows - 1) * steps[0] + kh, : (columns - 1) * steps[1] + kw]
            grad, near_weight, _ = backward(grad_output, seen, weight, tuple(steps))
            grads = backward(grad_output, input, weight, stride, padding)
            near_input = cropped(_extended(grad, *X.shape[2:]), padding)
            return (
                near_input if of_input else grads[0],
                near_weight if of_weight else grads[1],
                grads[2],
            )


def _seen(backward, grad_output, input, weight, stride, padding):
    """Return the gradients, with the input's still padded and ending at the last window's end."""
    grad_X, *others = _padded_gradient(backward, grad_output, input, weight, stride, padding)
    (sh, sw), (kh, kw) = pair(stride), weight.shape[2:]
    rows, columns = grad_output.shape[2:]
    return grad_X[..., : (rows - 1) * sh + kh, : (columns - 1) * sw + kw], *others


@exercise.misconception("REMAINDER-LOST", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """End the gradient where the last window ends, so that the remainder is missing."""
    grad_X, *others = _seen(backward, grad_output, input, weight, stride, padding)
    return cropped(grad_X, padding), *others


@exercise.misconception("REMAINDER-LOST", conv2d_backward, alone=True)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """End the padded gradient where the last window ends, then cut it to the input's size.

    The remainder is missing from the result.
    """
    grad_X, *others = _seen(backward, grad_output, input, weight, stride, padding)
    (ph, pw), (height, width) = pair(padding), input.shape[2:]
    return grad_X[..., ph : ph + height, pw : pw + width], *others


for _input_too in (True, False):

    @exercise.misconception(
        *("REMAINDER-LOST", conv2d_backward),
        alone=True,
        beside=("BATCH-MEAN", "CROP-ZERO", "DX-NOT-FLIPPED", "GRADS-MISSING"),
    )
    def _(backward, grad_output, input, weight, stride=1, padding=0, input_too=_input_too):
        """Correlate the input with the dilated gradient: a remainder enlarges grad_weight.

        If `input_too`, the full convolution with it leaves the remainder out of grad_input.
        """
        given = grad_output, input, weight, stride, padding
        grads = _seen(backward, *given) if input_too else backward(*given)
        size = (
            n + 2 * p - (rows - 1) * s
            for n, p, rows, s in zip(
                *(input.shape[2:], pair(padding), grad_output.shape[2:], pair(stride)), strict=True
            )
        )
        large = _extended(weight, *size)
        grad_weight = backward(grad_output, input, large, stride, padding)[1]
        return cropped(grads[0], padding) if input_too else grads[0], grad_weight, *grads[2:]


@exercise.misconception("UPSTREAM-IGNORED", conv2d_backward)
def _(backward, grad_output, *arguments, **options):
    return backward(array_namespace(grad_output).ones_like(grad_output), *arguments, **options)


def _last_window(backward, grad_output, input, weight, stride, padding):
    """Return the input's gradient written window by window with `=`: the last window wins."""
    xp = array_namespace(grad_output)
    (sh, sw), (kh, kw) = pair(stride), weight.shape[2:]
    X, (rows, columns) = pad(input, padding), grad_output.shape[2:]
    apart = xp.zeros((*X.shape[:2], rows * kh, columns * kw), dtype=X.dtype, device=device(X))
    blocks = backward(grad_output, apart, weight, (kh, kw))[0]
    grad = xp.zeros_like(X)
    for i, j, shift in reversed(list(_shifts((kh, kw), (sh, sw), (rows, columns)))):
        grad[shift] = blocks[..., i::kh, j::kw]
    return cropped(grad, padding)


def _last_filter(backward, grad_output, input, weight, stride, padding):
    """Return the input's gradient written with `=`: the last window of the last filter wins."""
    last = grad_output[:, -1:, ...], input, weight[-1:, ...]
    return _last_window(backward, *last, stride, padding)


def _last_place(images):
    """Return a function for the weight's gradient, written place by place with `=`.

    The last place of these images wins.
    """

    def found(backward, grad_output, input, weight, stride, padding):
        (sh, sw), (kh, kw) = pair(stride), weight.shape[2:]
        top, left = (grad_output.shape[2] - 1) * sh, (grad_output.shape[3] - 1) * sw
        X = pad(input, padding)[images, :, top : top + kh, left : left + kw]
        return backward(grad_output[images, :, -1:, -1:], X, weight)[1]

    return found


_one, _all = _last_place(slice(-1, None)), _last_place(slice(None))
for _of_input, _of_weight in (
    (_last_window, None),
    (_last_filter, None),
    (None, _one),
    (_last_filter, _one),
    (None, _all),
    (_last_window, _all),
):

    @exercise.misconception("ASSIGN-NOT-ADD", conv2d_backward, alone=_of_weight is not None)
    def _(
        backward,
        grad_output,
        input,
        weight,
        stride=1,
        padding=0,
        of_input=_of_input,
        of_weight=_of_weight,
    ):
        given = grad_output, input, weight, stride, padding
        grad_input, grad_weight, grad_bias = backward(*given)
        return (
            of_input(backward, *given) if of_input else grad_input,
            of_weight(backward, *given) if of_weight else grad_weight,
            grad_bias,
        )


@exercise.misconception("HW-SWAP", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Transpose each kernel in the gradient of the weight."""
    grad_input, grad_weight, grad_bias = backward(grad_output, input, weight, stride, padding)
    turned = array_namespace(grad_weight).permute_dims(grad_weight, (0, 1, 3, 2))
    return grad_input, turned, grad_bias


@exercise.misconception("AXIS-SWAP-OI", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Return the gradient of the weight as [C, F, kh, kw]."""
    grad_input, grad_weight, grad_bias = backward(grad_output, input, weight, stride, padding)
    turned = array_namespace(grad_weight).permute_dims(grad_weight, (1, 0, 2, 3))
    return grad_input, turned, grad_bias


@exercise.misconception("ORDER", conv2d_backward)
def _(backward, *arguments, **options):
    """Return the gradients in the order weight, bias, input."""
    grad_input, grad_weight, grad_bias = backward(*arguments, **options)
    return grad_weight, grad_bias, grad_input


for _crop in CROPS:

    @exercise.misconception("CROP-ZERO", conv2d_backward, alone=_crop is not CROPS[0])
    def _(backward, grad_output, input, weight, stride=1, padding=0, crop=_crop):
        grad_X, *others = _padded_gradient(backward, grad_output, input, weight, stride, padding)
        return crop(grad_X, *pair(padding)), *others


@exercise.misconception(
    *("CROP-ZERO", conv2d_backward),
    alone=True,
    beside=(
        *("ASSIGN-NOT-ADD", "BATCH-MEAN", "DW-FLIPPED", "DX-NOT-FLIPPED"),
        *("GRADS-MISSING", "STRIDE-NOT-DILATED"),
    ),
)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Write `dx[n] = padded[:, p:-p, p:-p]`, which fails where the crop is empty."""
    if 0 in pair(padding):
        raise ValueError("could not broadcast input array")
    return backward(grad_output, input, weight, stride, padding)


for _guarded in (True, False):

    @exercise.misconception(
        *("CROP-AXES", conv2d_backward),
        alone=True,
        beside=("BATCH-MEAN", "DB-SHAPE", "RESHAPE-NOT-TRANSPOSE"),
    )
    def _(backward, grad_output, input, weight, stride=1, padding=0, guarded=_guarded):
        """Write `padded[p:-p, p:-p]`, if there is padding or always."""
        grad_X, *others = _padded_gradient(backward, grad_output, input, weight, stride, padding)
        ph, pw = pair(padding)
        if guarded and ph == pw == 0:
            return grad_X, *others
        return grad_X[ph:-ph, pw:-pw, ...], *others


@exercise.misconception("RESHAPE-NOT-TRANSPOSE", conv2d_backward, alone=True)
def _(backward, grad_output, *arguments, **options):
    """Sum the rows of `grad_output.reshape(F, -1)` for the bias."""
    grad_input, grad_weight, _ = backward(grad_output, *arguments, **options)
    xp = array_namespace(grad_output)
    rows = xp.reshape(grad_output, (grad_output.shape[1], -1))
    return grad_input, grad_weight, xp.sum(rows, axis=1)


@exercise.misconception("RESHAPE-NOT-TRANSPOSE", conv2d_backward, alone=True)
def _(backward, grad_output, *arguments, **options):
    """Use `grad_output.reshape(F, -1)` for all three gradients, its columns taken as (n, i, j)."""
    images, filters, *size = grad_output.shape
    xp = array_namespace(grad_output)
    rows = xp.reshape(grad_output, (filters, images, *size))
    return backward(xp.permute_dims(rows, (1, 0, 2, 3)), *arguments, **options)


for _kept, _of_weight, _of_bias in (
    (slice(-1, None), True, True),
    (slice(-1, None), True, False),
    (slice(-1, None), False, True),
    (slice(1), True, True),
    (slice(1), True, False),
    (slice(1), False, True),
):

    @exercise.misconception("ONE-IMAGE-ONLY", conv2d_backward, alone=True)
    def _(
        backward,
        grad_output,
        input,
        *others,
        kept=_kept,
        of_weight=_of_weight,
        of_bias=_of_bias,
        **named,
    ):
        """Set the gradients to zero inside the loop over the images, or see only the first."""
        one = backward(grad_output[kept, ...], input[kept, ...], *others, **named)
        grad_input, grad_weight, grad_bias = backward(grad_output, input, *others, **named)
        return (
            grad_input,
            one[1] if of_weight else grad_weight,
            one[2] if of_bias else grad_bias,
        )


for _axes in ((0,), (1,), (0, 1), (0, 2), (0, 3), (1, 2, 3)):

    @exercise.misconception("DB-AXES", conv2d_backward, alone=True)
    def _(backward, grad_output, *arguments, axes=_axes, **options):
        """Sum over wrong axes."""
        grad_input, grad_weight, _ = backward(grad_output, *arguments, **options)
        return grad_input, grad_weight, array_namespace(grad_output).sum(grad_output, axis=axes)


@exercise.misconception("FIRST-OF-PAIR", conv2d_backward, alone=True)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Use `stride[0]` and `padding[0]` on both axes, and raise if a window does not fit."""
    (sh, sw), (ph, pw) = pair(first_of(stride)), pair(first_of(padding))
    (kh, kw), (rows, columns) = weight.shape[2:], grad_output.shape[2:]
    height, width = input.shape[2] + 2 * ph, input.shape[3] + 2 * pw
    if (rows - 1) * sh + kh > height or (columns - 1) * sw + kw > width:
        raise ValueError("operands could not be broadcast together")
    return backward(grad_output, input, weight, (sh, sw), (ph, pw))


@exercise.misconception(
    *("SQUARE-K", conv2d_backward),
    alone=True,
    beside=(
        *("BATCH-MEAN", "CROP-ZERO", "GRADS-MISSING", "NO-CROP-PAD", "PAD-IGNORED"),
        *("SQUARE-OUT", "STRIDE-NOT-DILATED"),
    ),
)
def _(backward, grad_output, input, weight, *options, **named):
    """Cut windows of kh × kh, which fit no other kernels."""
    if weight.shape[2] != weight.shape[3]:
        raise ValueError("operands could not be broadcast together")
    return backward(grad_output, input, weight, *options, **named)


@exercise.misconception("SQUARE-OUT", conv2d_backward)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Run both loops over the rows of the output, but sum the bias gradient outside of them."""
    grad_bias = backward(grad_output, input, weight, stride, padding)[2]
    return *backward(square_part(grad_output), input, weight, stride, padding)[:2], grad_bias


@exercise.misconception("SQUARE-OUT", conv2d_backward, alone=True)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Run both loops over the rows of the output, and sum the bias gradient inside them."""
    return backward(square_part(grad_output), input, weight, stride, padding)


def _fits(grad_output, input, weight, stride, padding):
    """Return whether all windows fit the padded input."""
    axes = zip(
        grad_output.shape[2:],
        input.shape[2:],
        weight.shape[2:],
        pair(stride),
        pair(padding),
        strict=True,
    )
    return all((size - 1) * s + k <= n + 2 * p for size, n, k, s, p in axes)


for _only_if_higher in (False, True):

    @exercise.misconception(
        "PAD-ALWAYS-1", conv2d_backward, beside=("BATCH-MEAN", "COL-ORDER", "GRADS-MISSING")
    )
    def _(
        backward,
        grad_output,
        input,
        weight,
        stride=1,
        padding=0,
        only_if_higher=_only_if_higher,
    ):
        """Pad correctly, but always cut off 1 row and column, or do so if the kernel is higher."""
        grad_X, *others = _padded_gradient(backward, grad_output, input, weight, stride, padding)
        cut = weight.shape[2] > 1 or not only_if_higher
        return grad_X[..., 1:-1, 1:-1] if cut else grad_X, *others


@exercise.misconception("PAD-ALWAYS-1", conv2d_backward, alone=True, beside=("BATCH-MEAN",))
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Pad correctly, but cut `1 : H + 1` and `1 : W + 1` out of the padded gradient."""
    grad_X, *others = _padded_gradient(backward, grad_output, input, weight, stride, padding)
    return grad_X[..., 1 : input.shape[2] + 1, 1 : input.shape[3] + 1], *others


@exercise.misconception("PAD-ALWAYS-1", conv2d_backward, alone=True)
def _(backward, grad_output, input, weight, stride=1, padding=0):
    """Pad by 1 and cut off 1, whatever the argument is; fails if a window does not fit."""
    if not _fits(grad_output, input, weight, stride, 1):
        raise ValueError("operands could not be broadcast together")
    return backward(grad_output, input, weight, stride, 1)


def _half(k):
    return k // 2


def _smaller_half(k):
    return (k - 1) // 2


for _side in (_half, _smaller_half):
    for _pads in (True, False):

        @exercise.misconception(
            "PAD-FROM-KERNEL", conv2d_backward, beside=("BATCH-MEAN", "STRIDE-NOT-DILATED")
        )
        def _(
            backward,
            grad_output,
            input,
            weight,
            stride=1,
            padding=0,
            side=_side,
            pads=_pads,
        ):
            """Cut off as much as keeps the size of the output, from an input padded or not.

            Without padding, the first window that leaves the input is an error.
            """
            grads = _padded_gradient(
                backward, grad_output, input, weight, stride, padding if pads else 0
            )
            ph, pw = (side(k) for k in weight.shape[2:])
            rows, columns = grads[0].shape[2:]
            return grads[0][..., ph : rows - ph, pw : columns - pw], *grads[1:]

    @exercise.misconception("PAD-FROM-KERNEL", conv2d_backward, alone=True)
    def _(backward, grad_output, input, weight, stride=1, padding=0, side=_side):
        """Pad and cut off as much as keeps the size, which fails if a window does not fit."""
        padding = tuple(side(k) for k in weight.shape[2:])
        if not _fits(grad_output, input, weight, stride, padding):
            raise ValueError("operands could not be broadcast together")
        return backward(grad_output, input, weight, stride, padding)


for _of_input, _of_weight in ((True, True), (False, True), (True, False)):

    @exercise.misconception(
        *("COL-ORDER", conv2d_backward),
        beside=("BATCH-MEAN", "CROP-ZERO", "GRADS-MISSING", "NO-CROP-PAD", "PAD-ALWAYS-1"),
    )
    def _(
        backward,
        grad_output,
        input,
        weight,
        stride=1,
        padding=0,
        of_input=_of_input,
        of_weight=_of_weight,
    ):
        """Order the columns of im2col (a, b, c), but flatten the weight as (c, a, b)."""
        xp = array_namespace(weight)
        filters, channels, kh, kw = weight.shape
        grads = backward(grad_output, input, weight, stride, padding)
        grad_input, grad_weight, grad_bias = grads
        if of_input:
            laid = xp.permute_dims(xp.reshape(weight, (filters, kh * kw, channels)), (0, 2, 1))
            laid = xp.reshape(laid, weight.shape)
            grad_input = backward(grad_output, input, laid, stride, padding)[0]
        if of_weight:
            flat = xp.reshape(grad_weight, (filters, channels, kh * kw))
            grad_weight = xp.reshape(xp.permute_dims(flat, (0, 2, 1)), weight.shape)
        return grad_input, grad_weight, grad_bias


for _weight_too in (False, True):

    @exercise.misconception("NHWC", conv2d_backward, alone=True)
    def _(backward, *arguments, weight_too=_weight_too, **options):
        """Return the gradient of the input, or of input and weight, with the channels last."""
        grad_input, grad_weight, grad_bias = backward(*arguments, **options)
        xp = array_namespace(grad_input)
        if weight_too:
            grad_weight = xp.permute_dims(grad_weight, (2, 3, 1, 0))
        return xp.permute_dims(grad_input, (0, 2, 3, 1)), grad_weight, grad_bias


for _bias_flat in (False, True):

    @exercise.misconception("NHWC", conv2d_backward, alone=True)
    def _(backward, grad_output, input, weight, stride=1, padding=0, bias_flat=_bias_flat):
        """Interpret the arrays as [N, H, W, C] and weight as [kh, kw, C, F].

        Further maps of the gradient are ignored. Raises if the axes do not match.
        """
        xp = array_namespace(input)
        G, X = (xp.permute_dims(A, (0, 3, 1, 2)) for A in (grad_output, input))
        K = xp.permute_dims(weight, (3, 2, 0, 1))
        if G.shape[1] < K.shape[0]:
            raise IndexError("index is out of bounds")
        if X.shape[1] != K.shape[1] or not _fits(G, X, K, stride, padding):
            raise ValueError("operands could not be broadcast together")
        grad_X, grad_K, grad_bias = backward(G[:, : K.shape[0], ...], X, K, stride, padding)
        if not bias_flat:
            grad_bias = grad_bias[None, None, None, :]
        grad_weight = xp.permute_dims(grad_K, (2, 3, 1, 0))
        return xp.permute_dims(grad_X, (0, 2, 3, 1)), grad_weight, grad_bias


for _axes in ((1,), (0,), (1, 2), (0, 2, 3)):

    @exercise.misconception(
        *("DB-SHAPE", conv2d_backward),
        alone=_axes != (1,),
        beside=() if _axes == (1,) else ("BATCH-MEAN", "PAD-IGNORED", "STRIDE-NOT-DILATED"),
    )
    def _(backward, grad_output, input, weight, stride=1, padding=0, axes=_axes):
        """Return the bias gradient with further axes: [F, 1], [1, F], [F, 1, 1] or [1, F, 1, 1]."""
        grad_input, grad_weight, grad_bias = backward(grad_output, input, weight, stride, padding)
        xp = array_namespace(grad_bias)
        shape = tuple(1 if axis in axes else grad_bias.shape[0] for axis in range(len(axes) + 1))
        return grad_input, grad_weight, xp.reshape(grad_bias, shape)


@exercise.misconception(
    "GRADS-MISSING",
    conv2d_backward,
    beside=(
        *("ASSIGN-NOT-ADD", "BATCH-MEAN", "COL-ORDER", "CROP-ZERO", "DW-FLIPPED"),
        *("DX-NOT-FLIPPED", "NO-CROP-PAD", "PAD-ALWAYS-1", "PAD-IGNORED", "SQUARE-K"),
        "STRIDE-NOT-DILATED",
    ),
)
def _(backward, *arguments, **options):
    """Return the gradients of the input and the weight only."""
    return backward(*arguments, **options)[:2]


for _kept in (0, slice(1, None)):

    @exercise.misconception("GRADS-MISSING", conv2d_backward, alone=True)
    def _(backward, *arguments, kept=_kept, **options):
        """Return that of the input only, or those of weight and bias."""
        return backward(*arguments, **options)[kept]


drops_dtype(exercise, conv2d_backward)
refuses_pairs(
    exercise,
    conv2d_backward,
    *("CROP-ZERO", "NO-CROP-PAD", "DX-NOT-FLIPPED", "DW-FLIPPED", "STRIDE-NOT-DILATED"),
    *("DB-NO-SUM-BATCH", "DB-SUM-CHANNELS", "DB-SHAPE", "BATCH-MEAN", "ASSIGN-NOT-ADD"),
    *("REMAINDER-LOST", "UPSTREAM-IGNORED"),
    alone_too=("PAD-ALWAYS-1", "COL-ORDER", "CROP-AXES", "RESHAPE-NOT-TRANSPOSE"),
)
