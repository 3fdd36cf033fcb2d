"""ex04: cross-correlation with padding and stride."""

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .geometry import pair, wide_enough, windows_inside
from .habits import (
    before_and_after,
    first_of,
    in_bytes,
    refuse_pair,
    refuses_pairs,
    square_part,
)
from .looping import first_part, looped, running_sums

exercise = Exercise("ex04")


@exercise.function
def zero_pad(X, padding):
    """Return X[H, W] with ph rows of zeros above and below, and pw columns left and right."""
    xp = array_namespace(X)
    ph, pw = pair(padding)
    height, width = X.shape
    padded = xp.zeros((height + 2 * ph, width + 2 * pw), dtype=X.dtype, device=device(X))
    padded[ph : ph + height, pw : pw + width] = X
    return padded


@exercise.function
def corr2d(X, K, padding=0, stride=1):
    """Slide K over the padded X[H, W] in steps of `stride` and sum the products.

    Raises ValueError if the kernel is larger than the padded image.
    """
    X, K = wide_enough(zero_pad(X, padding)), wide_enough(K)
    (kh, kw), (sh, sw) = K.shape, pair(stride)
    down, across = X.shape[0] - kh, X.shape[1] - kw
    if down < 0 or across < 0:
        raise ValueError("the kernel is larger than the padded image")
    return sum(
        X[i : i + down + 1 : sh, j : j + across + 1 : sw] * K[i, j]
        for i in range(kh)
        for j in range(kw)
    )


@exercise.oracle(zero_pad)
def _(X, padding):
    from torch.nn import functional as F

    ph, pw = pair(padding)
    return F.pad(X, (pw, pw, ph, ph))


@exercise.oracle(corr2d)
def _(X, K, padding=0, stride=1):
    from torch.nn import functional as F

    Y = F.conv2d(X.double()[None, None], K.double()[None, None], stride=stride, padding=padding)
    return Y[0, 0].to(X.dtype)


@exercise.cases(zero_pad)
def _(draw):
    yield example(X=draw.array([[1, 2, 3], [4, 5, 6]]), padding=1)
    yield example(X=draw.array([[1, 2], [3, 4]]), padding=(0, 2))
    yield case("one element", X=draw.distinct((1, 1), 1, 40), padding=(1, 2))
    yield case("more rows than columns", X=draw.distinct((2, 3)), padding=(2, 1))
    yield case("more columns than rows", X=draw.distinct((3, 2)), padding=(1, 3))
    yield case("rows only", X=draw.distinct((2, 4)), padding=(2, 0))
    yield case("no padding is still a copy", X=draw.distinct((2, 3)), padding=0)
    yield case("wide padding", X=draw.integers((4, 3)), padding=5)
    yield case("fractions", X=draw.reals((4, 5)), padding=2)
    yield edge("negative numbers", X=draw.integers((3, 4), -9, -1), padding=(1, 2))
    yield edge("grey image", X=draw.image((3, 4)), padding=(2, 1))
    yield edge("not contiguous in memory", X=draw.strided(draw.integers((3, 4))), padding=(1, 2))


@exercise.cases(corr2d)
def _(draw):
    yield example(X=draw.arange(3, 3), K=draw.arange(2, 2))
    yield example(X=draw.arange(3, 3), K=draw.arange(2, 2), padding=1, stride=(3, 2))
    yield example(X=draw.arange(2, 3), K=draw.array([[1, 2]]), padding=(0, 1))
    yield case("one row, stride 2", X=draw.distinct((1, 5)), K=draw.kernel((1, 3)), stride=2)
    yield case(
        "one row, remainder dropped", X=draw.distinct((1, 6)), K=draw.kernel((1, 3)), stride=(1, 2)
    )
    yield case("padding 1", X=draw.distinct((2, 3)), K=draw.kernel((2, 2)), padding=1)
    yield case("more padding above", X=draw.distinct((3, 2)), K=draw.kernel((2, 1)), padding=(2, 1))
    yield case(
        "more padding beside", X=draw.integers((3, 3)), K=draw.kernel((2, 3)), padding=(1, 2)
    )
    yield case("padding 2", X=draw.integers((4, 3)), K=draw.kernel((3, 2)), padding=2)
    yield case("stride 2", X=draw.integers((5, 4)), K=draw.kernel((3, 2)), stride=2)
    yield case("remainder dropped", X=draw.integers((6, 7)), K=draw.kernel((3, 2)), stride=2)
    yield case(
        "larger steps to the right", X=draw.integers((5, 8)), K=draw.kernel((2, 2)), stride=(1, 3)
    )
    yield case(
        "larger steps downwards", X=draw.integers((8, 6)), K=draw.kernel((2, 3)), stride=(3, 2)
    )
    yield case(
        "everything differs",
        X=draw.integers((7, 10)),
        K=draw.kernel((3, 2)),
        padding=(2, 1),
        stride=(2, 3),
    )
    yield case(
        "fractions", X=draw.reals((6, 9)), K=draw.reals((2, 4)), padding=(1, 2), stride=(2, 3)
    )
    yield case(
        "negative numbers",
        X=draw.integers((5, 6), -9, -1),
        K=draw.kernel((3, 2)),
        padding=2,
        stride=2,
    )
    spot = draw.integers((4, 4), 1, 9)
    kernel = draw.kernel((2, 2))
    yield case("a spot", X=_placed(draw, spot, 1), K=kernel)
    yield case("the spot moved by one", X=_placed(draw, spot, 2), K=kernel)
    yield case("the spot at stride 2", X=_placed(draw, spot, 1), K=kernel, stride=2)
    yield case("the spot moved by one, stride 2", X=_placed(draw, spot, 2), K=kernel, stride=2)
    yield case(
        "a larger image",
        X=draw.reals((15, 12)),
        K=draw.reals((3, 4)),
        padding=(1, 2),
        stride=(3, 2),
    )
    yield edge(
        "more padding than the kernel reaches",
        X=draw.distinct((2, 3)),
        K=draw.kernel((2, 2)),
        padding=(2, 3),
    )
    yield edge(
        "stride larger than the kernel",
        X=draw.integers((6, 8)),
        K=draw.kernel((2, 2)),
        stride=(3, 4),
    )
    yield edge(
        "1×1 kernel with a stride", X=draw.distinct((5, 7)), K=draw.array([[2]]), stride=(2, 3)
    )
    yield edge("1×1 kernel of one", X=draw.integers((2, 3)), K=draw.array([[1]]))
    yield edge("kernel as large as the image", X=draw.integers((3, 2)), K=draw.kernel((3, 2)))
    yield edge(
        "only padding makes the kernel fit",
        X=draw.distinct((1, 2)),
        K=draw.kernel((5, 2)),
        padding=(2, 0),
    )
    yield edge(
        "grey image",
        X=draw.image((4, 5)),
        K=draw.kernel((2, 3), dtype="int64"),
        padding=1,
        stride=2,
    )
    yield edge(
        "not contiguous in memory",
        X=draw.strided(draw.integers((5, 6))),
        K=draw.strided(draw.kernel((2, 3))),
        padding=(0, 2),
        stride=2,
    )
    yield raises(
        ValueError, "kernel higher than the image", X=draw.arange(2, 5), K=draw.arange(4, 2)
    )
    yield raises(
        ValueError,
        "kernel wider than the padded image",
        X=draw.arange(5, 2),
        K=draw.arange(2, 6),
        padding=1,
    )


def _placed(draw, spot, offset):
    """Return a 9×9 image of zeros with the 4×4 `spot` at (offset, offset)."""
    image = draw.integers((9, 9), 0, 0)
    image[offset : offset + 4, offset : offset + 4] = spot
    return image


def _extended(X, above, below, left, right, value=0):
    """Return X[H, W] with this many more rows and columns of `value` on its four sides."""
    xp = array_namespace(X)
    height, width = X.shape
    shape = (above + height + below, left + width + right)
    out = xp.full(shape, value, dtype=X.dtype, device=device(X))
    out[above : above + height, left : left + width] = X
    return out


def _padded_as(code, pad, *, alone=False):
    """Register `pad(X, ph, pw)` as a wrong `zero_pad`, and a `corr2d` that pads this way."""

    def pads(zero_pad, X, padding):
        return zero_pad(pad(X, *pair(padding)), 0)

    def correlates(corr2d, X, K, padding=0, stride=1):
        return corr2d(pad(X, *pair(padding)), K, 0, stride)

    exercise.misconception(code, zero_pad, alone=alone)(pads)
    exercise.misconception(code, corr2d, alone=alone)(correlates)


def _taken(place):
    """Return a function that pads with elements of the image.

    `place(i, n)` is the index, in 0 … n − 1, of the element that is copied to position i.
    """

    def pads(X, *padding):
        xp = array_namespace(X)
        for axis, p in enumerate(padding):
            n = X.shape[axis]
            places = [place(i, n) for i in range(-p, n + p)]
            X = xp.take(X, xp.asarray(places, device=device(X)), axis=axis)
        return X

    return pads


def _reflected(i, n):
    """Return the index of the element that continues 0 1 2 with 1 0 1."""
    i %= max(2 * (n - 1), 1)
    return min(i, 2 * (n - 1) - i)


def _mirrored(i, n):
    """Return the index of the element that continues 0 1 2 with 2 1 0."""
    i %= 2 * n
    return min(i, 2 * n - 1 - i)


_padded_as("PAD-ONE-SIDE", lambda X, ph, pw: _extended(X, ph, 0, pw, 0))
_padded_as("PAD-ONE-SIDE", lambda X, ph, pw: _extended(X, 0, ph, 0, pw))
_padded_as("PAD-BOTTOM-RIGHT", lambda X, ph, pw: _extended(X, 0, 2 * ph, 0, 2 * pw))
_padded_as("PAD-H-ONLY", lambda X, ph, pw: _extended(X, ph, ph, 0, 0))
_padded_as("PAD-VALUE", lambda X, ph, pw: _extended(X, ph, ph, pw, pw, 1))
# The modes `edge`, `reflect`, `symmetric` and `wrap` of np.pad.
_padded_as("PAD-VALUE", _taken(lambda i, n: min(max(i, 0), n - 1)), alone=True)
_padded_as("PAD-VALUE", _taken(_reflected), alone=True)
_padded_as("PAD-VALUE", _taken(_mirrored), alone=True)
_padded_as("PAD-VALUE", _taken(lambda i, n: i % n), alone=True)


@exercise.misconception("PAD-HW-SWAP", zero_pad)
def _(zero_pad, X, padding):
    return zero_pad(X, pair(padding)[::-1])


@exercise.misconception("PAD-HW-SWAP", corr2d)
def _(corr2d, X, K, padding=0, stride=1):
    return corr2d(X, K, pair(padding)[::-1], stride)


@exercise.misconception("VIEW", zero_pad, breaks="aliased")
def _(zero_pad, X, padding):
    """Return the image itself if there is nothing to pad."""
    return zero_pad(X, padding) if max(pair(padding)) else X[:, :]


@exercise.misconception("STRIDE-IGNORED", corr2d)
def _(corr2d, X, K, padding=0, stride=1):
    return corr2d(X, K, padding, 1)


@exercise.misconception("STRIDE-IGNORED", corr2d)
def _(corr2d, X, K, padding=0, stride=1):
    """Return the right size, but start window (i, j) at (i, j)."""
    height, width = corr2d(X, K, padding, stride).shape
    return corr2d(X, K, padding, 1)[:height, :width]


@exercise.misconception("STRIDE-HW-SWAP", corr2d)
def _(corr2d, X, K, padding=0, stride=1):
    return corr2d(X, K, padding, pair(stride)[::-1])


@exercise.misconception("STRIDE-HW-SWAP", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Return the right size, but start window (i, j) at (i·sw, j·sh)."""
    (sh, sw), (kh, kw) = pair(stride), K.shape
    size = corr2d(X, K, padding, stride).shape

    def window(i, j):
        return slice(i * sw, i * sw + kh), slice(j * sh, j * sh + kw)

    return looped(corr2d, zero_pad(X, padding), K, size, window)


@exercise.misconception("STRIDE-ON-SLICE-WIDTH", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Slice X[i·s : i·s + k·s : s]: as many elements as the kernel has, but a stride apart."""
    (sh, sw), (kh, kw) = pair(stride), K.shape
    size = corr2d(X, K, padding, stride).shape

    def window(i, j):
        return slice(i * sh, (i + kh) * sh, sh), slice(j * sw, (j + kw) * sw, sw)

    return looped(corr2d, zero_pad(X, padding), K, size, window)


@exercise.misconception("STRIDE-ON-SLICE-WIDTH", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Slice X[i·s : (i + k)·s], which has too many elements for the kernel if s > 1 and k > 1.

    A kernel side of length 1 is broadcast.
    """
    xp = array_namespace(X)
    sh, sw = pair(stride)
    if any(s > 1 and k > 1 for s, k in zip((sh, sw), K.shape, strict=True)):
        raise ValueError("shapes do not match")
    X = zero_pad(X, padding)
    repeat = (sh if K.shape[0] == 1 else 1, sw if K.shape[1] == 1 else 1)
    K = K * xp.ones(repeat, dtype=K.dtype, device=device(K))
    return corr2d(_extended(X, 0, repeat[0] - 1, 0, repeat[1] - 1), K, 0, stride)


def _last_steps(X, K, padding, stride):
    """Return how many rows and columns the last, incomplete windows lack."""
    padded = [n + 2 * p for n, p in zip(X.shape, pair(padding), strict=True)]
    axes = zip(padded, K.shape, pair(stride), strict=True)
    return [-max(n - k, 0) % s for n, k, s in axes]


@exercise.misconception("CEIL", corr2d)
def _(corr2d, X, K, padding=0, stride=1):
    """Count incomplete windows too, completed with zeros."""
    below, right = _last_steps(X, K, padding, stride)
    return corr2d(_extended(zero_pad(X, padding), 0, below, 0, right), K, 0, stride)


@exercise.misconception("CEIL", corr2d, beside=("PAD-VALUE",))
def _(corr2d, X, K, padding=0, stride=1):
    """Allocate room for incomplete windows, and leave it at 0."""
    below, right = _last_steps(X, K, padding, stride)
    Y = corr2d(X, K, padding, stride)
    return _extended(Y, 0, int(below > 0), 0, int(right > 0))


@exercise.misconception("WINDOW-OVERRUN", corr2d)
def _(corr2d, X, K, padding=0, stride=1):
    """Start a window at every step of the padded image; elements beyond its end count as 0."""
    kh, kw = K.shape
    return corr2d(_extended(zero_pad(X, padding), 0, kh - 1, 0, kw - 1), K, 0, stride)


@exercise.misconception("WINDOW-OVERRUN", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Allocate room for a window at every step, and leave 0 where none fits."""
    Y = corr2d(X, K, padding, stride)
    padded = zero_pad(X, padding).shape
    axes = zip(padded, Y.shape, pair(stride), strict=True)
    below, right = (-(-n // s) - size for n, size, s in axes)
    return _extended(Y, 0, below, 0, right)


@exercise.misconception("WINDOW-OVERRUN", corr2d)
def _(corr2d, X, K, padding=0, stride=1):
    """Refuse a kernel that is too large, then start a window at every step.

    Elements beyond the end of the padded image count as 0.
    """
    corr2d(X, K, padding, stride)
    kh, kw = K.shape
    return corr2d(_extended(zero_pad(X, padding), 0, kh - 1, 0, kw - 1), K, 0, stride)


@exercise.misconception("PAD-BEFORE-AFTER", zero_pad)
def _(zero_pad, X, padding):
    """Pad with `np.pad(X, padding)`: the pair is (before, after) on both axes."""
    return zero_pad(before_and_after(X, padding), 0)


@exercise.misconception("PAD-BEFORE-AFTER", corr2d)
def _(corr2d, X, K, padding=0, stride=1):
    return corr2d(before_and_after(X, padding), K, 0, stride)


@exercise.misconception("PAD-BEFORE-AFTER", zero_pad, alone=True)
def _(zero_pad, X, padding):
    """Pad with `F.pad(X, padding)`: a pair is (left, right), and no rows are added."""
    return zero_pad(_beside(X, padding), 0)


@exercise.misconception("PAD-BEFORE-AFTER", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    return corr2d(_beside(X, padding), K, 0, stride)


def _beside(X, padding):
    return _extended(X, 0, 0, *padding) if isinstance(padding, tuple) else zero_pad(X, padding)


@exercise.misconception("WINDOW-CLIPPED", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Start windows at `max(i * s - p, 0)` of the image; elements beyond its end count as 0."""
    (sh, sw), (ph, pw), (kh, kw) = pair(stride), pair(padding), K.shape
    size = corr2d(X, K, padding, stride).shape

    def window(i, j):
        top, left = max(i * sh - ph, 0), max(j * sw - pw, 0)
        return slice(top, top + kh), slice(left, left + kw)

    return looped(corr2d, _extended(X, 0, kh + ph, 0, kw + pw), K, size, window)


@exercise.misconception("FIRST-OF-PAIR", zero_pad)
def _(zero_pad, X, padding):
    """Use `padding[0]` on both axes."""
    return zero_pad(X, first_of(padding))


@exercise.misconception("FIRST-OF-PAIR", corr2d)
def _(corr2d, X, K, padding=0, stride=1):
    """Use `padding[0]` and `stride[0]` on both axes."""
    return corr2d(X, K, first_of(padding), first_of(stride))


for _only in ("padding", "stride"):

    @exercise.misconception("FIRST-OF-PAIR", corr2d, alone=True, beside=("PLUS1-INSIDE",))
    def _(corr2d, X, K, padding=0, stride=1, only=_only):
        """Use the first number on both axes for one of the two only."""
        if only == "padding":
            return corr2d(X, K, first_of(padding), stride)
        return corr2d(X, K, padding, first_of(stride))


@exercise.misconception("SQUARE-OUT", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Run both loops over the rows of the result: columns beyond them stay 0."""
    return square_part(corr2d(X, K, padding, stride))


for _windows_too, _result_too in ((True, True), (True, False), (False, True)):

    @exercise.misconception(
        *("SQUARE-K" if _windows_too else "SQUARE-OUT", corr2d),
        alone=True,
        beside=("PAD-IGNORED",) if _result_too else (),
    )
    def _(corr2d, X, K, padding=0, stride=1, windows_too=_windows_too, result_too=_result_too):
        """Use the height as the width: in the windows, in the result's size, or in both.

        Windows that reach beyond the image are clipped.
        """
        (sh, sw), (kh, kw) = pair(stride), K.shape
        rows, columns = corr2d(X, K, padding, stride).shape
        size, width = (rows, rows if result_too else columns), kh if windows_too else kw

        def window(i, j):
            return slice(i * sh, i * sh + kh), slice(j * sw, j * sw + width)

        return looped(corr2d, zero_pad(X, padding), K, size, window)


for _axis in (0, 1):

    @exercise.misconception("SQUARE-K", corr2d, beside=("PAD-IGNORED", "FLIP"))
    def _(corr2d, X, K, padding=0, stride=1, axis=_axis):
        """Use one side of the kernel in both directions, for the windows and for the size."""
        (sh, sw), side = pair(stride), K.shape[axis]
        X = zero_pad(X, padding)
        size = (X.shape[0] - side) // sh + 1, (X.shape[1] - side) // sw + 1

        def window(i, j):
            return slice(i * sh, i * sh + side), slice(j * sw, j * sw + side)

        return looped(corr2d, X, K, size, window)


@exercise.misconception("PAD-IGNORED", corr2d)
def _(corr2d, X, K, padding=0, stride=1):
    return corr2d(X, K, 0, stride)


@exercise.misconception("PAD-IGNORED", corr2d, alone=True, beside=("FLIP", "SQUARE-K"))
def _(corr2d, X, K, padding=0, stride=1):
    """Ignore the padding, in code whose stride is an int."""
    refuse_pair(stride)
    return corr2d(X, K, 0, stride)


def _kernel_windows(K, stride):
    """Return a function that maps (i, j) to the slices of the window that begins at (i·s, j·s)."""
    (sh, sw), (kh, kw) = pair(stride), K.shape
    return lambda i, j: (slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw))


@exercise.misconception("PAD-IGNORED", corr2d, beside=("FLIP", "SQUARE-K"))
def _(corr2d, X, K, padding=0, stride=1):
    """Count the padding in the size, but do not pad the image; windows are clipped at its end."""
    size = corr2d(X, K, padding, stride).shape
    return looped(corr2d, X, K, size, _kernel_windows(K, stride))


@exercise.misconception("PAD-IGNORED", corr2d, alone=True, beside=("FLIP", "SIZE-HW-SWAP"))
def _(corr2d, X, K, padding=0, stride=1):
    """Count the padding in the size, but skip the windows that leave the image: they stay 0."""
    Y = array_namespace(X).zeros_like(corr2d(X, K, padding, stride))
    rows, columns = windows_inside(X.shape, K.shape, stride)
    if rows > 0 and columns > 0:
        part = corr2d(X, K, 0, stride)
        Y[: part.shape[0], : part.shape[1]] = part
    return Y


@exercise.misconception(
    "SIZE-HW-SWAP", corr2d, beside=("PAD-IGNORED", "STRIDE-IGNORED", "LOOP-UNPADDED", "FLIP")
)
def _(corr2d, X, K, padding=0, stride=1):
    """Compute as many rows as there are columns, and the other way round; windows are clipped."""
    size = corr2d(X, K, padding, stride).shape[::-1]
    return looped(corr2d, zero_pad(X, padding), K, size, _kernel_windows(K, stride))


@exercise.misconception("SIZE-HW-SWAP", corr2d, alone=True, beside=("FLIP", "PAD-IGNORED"))
def _(corr2d, X, K, padding=0, stride=1):
    """Write `w, h = X.shape` and `kw, kh = K.shape`, but index [y, x]; windows are clipped."""
    size = corr2d(X, K, padding, stride).shape[::-1]
    return looped(corr2d, zero_pad(X, padding), K, size, _kernel_windows(K.T, stride))


@exercise.misconception("SIZE-HW-SWAP", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Collect the sums in a list, and reshape it to W' rows of H' numbers."""
    Y = corr2d(X, K, padding, stride)
    return array_namespace(Y).reshape(Y, Y.shape[::-1])


for _cut in ("all", "last"):

    @exercise.misconception("SHAPE-OFF1", corr2d, alone=True)
    def _(corr2d, X, K, padding=0, stride=1, cut=_cut):
        """Begin windows in range(0, n − k, s), which leaves out one that ends exactly at the end.

        Lists of rows without any row have the shape (0,).
        """
        Y = corr2d(X, K, padding, stride)
        sides = zip(X.shape, K.shape, pair(padding), pair(stride), strict=True)
        rows, columns = (-(-(n + 2 * p - k) // s) for n, k, p, s in sides)
        return Y[:0, 0] if rows == 0 and cut == "all" else Y[:rows, :columns]


@exercise.misconception("SHAPE-OFF1", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Forget the + 1 in the size: the last row and the last column are missing."""
    return corr2d(X, K, padding, stride)[:-1, :-1]


@exercise.misconception("PAD-RESULT", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Pad the result instead of the image."""
    return zero_pad(corr2d(X, K, 0, stride), padding)


for _appended in (False, True):

    @exercise.misconception(
        *("OUTPUT-STEPS", corr2d),
        beside=("FLIP",) if _appended else ("PAD-IGNORED", "LOOP-UNPADDED", "FLIP"),
    )
    def _(corr2d, X, K, padding=0, stride=1, appended=_appended):
        """Write `for i in range(0, rows, stride)`, and let window and result begin at the same i.

        The results are `appended` to a list, or leave zeros between them.
        """
        Y = corr2d(X, K, padding, stride)
        sh, sw = pair(stride)
        dense = corr2d(X, K, padding, 1)[: Y.shape[0] : sh, : Y.shape[1] : sw]
        if appended:
            return dense
        out = array_namespace(Y).zeros_like(Y)
        out[::sh, ::sw] = dense
        return out


@exercise.misconception(
    *("FLIP", corr2d),
    beside=(
        *("LOOP-UNPADDED", "PAD-ALWAYS-1", "PAD-IGNORED", "OUTPUT-STEPS"),
        *("STRIDE-IGNORED", "SQUARE-K", "SIZE-HW-SWAP", "PAD-ONE-SIDE", "PAD-BOTTOM-RIGHT"),
        *("CEIL", "PLUS1-INSIDE", "SUM-NOT-RESET"),
    ),
)
def _(corr2d, X, K, padding=0, stride=1):
    return corr2d(X, array_namespace(K).flip(K), padding, stride)


@exercise.misconception("OUTPUT-STEPS", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Go through n − k + 1 rows and columns in steps of the stride, which leaves zeros between."""
    Y = corr2d(X, K, padding, 1)
    sh, sw = pair(stride)
    out = array_namespace(Y).zeros_like(Y)
    out[::sh, ::sw] = Y[::sh, ::sw]
    return out


for _appended in (False, True):

    @exercise.misconception("OUTPUT-STEPS", corr2d, alone=True)
    def _(corr2d, X, K, padding=0, stride=1, appended=_appended):
        """Go through the rows and the columns of the result in steps of `stride[0]`."""
        Y = corr2d(X, K, padding, stride)
        step = pair(stride)[0]
        dense = corr2d(X, K, padding, 1)[: Y.shape[0] : step, : Y.shape[1] : step]
        if appended:
            return dense
        out = array_namespace(Y).zeros_like(Y)
        out[::step, ::step] = dense
        return out


for _zeros in (True, False):

    @exercise.misconception(
        *("LOOP-UNPADDED", corr2d),
        beside=("FLIP", "SQUARE-K") if _zeros else ("FLIP", "STRIDE-IGNORED", "SIZE-HW-SWAP"),
    )
    def _(corr2d, X, K, padding=0, stride=1, zeros=_zeros):
        """Loop over the windows that fit the image without padding.

        The rest of the result stays 0, or is missing.
        """
        Y = corr2d(X, K, padding, stride)
        return first_part(Y, *windows_inside(X.shape, K.shape, stride), zeros)


@exercise.misconception("LOOP-UNPADDED", corr2d, beside=("FLIP", "OUTPUT-STEPS"))
def _(corr2d, X, K, padding=0, stride=1):
    """Loop over n − k + 1 rows and columns of the result, as if there were no stride either."""
    return first_part(corr2d(X, K, padding, stride), *windows_inside(X.shape, K.shape, 1), True)


for _strided in (False, True):

    @exercise.misconception("SAME-SIZE", corr2d, alone=True)
    def _(corr2d, X, K, padding=0, stride=1, strided=_strided):
        """Pad by half of the kernel, whatever the padding, and stop at the size of the image.

        The stride is ignored unless `strided`.
        """
        half = K.shape[0] // 2, K.shape[1] // 2
        stride = stride if strided else 1
        Y = corr2d(X, K, half, stride)
        (sh, sw), (height, width) = pair(stride), X.shape
        return Y[: -(-height // sh), : -(-width // sw)]


for _strided in (False, True):

    @exercise.misconception("SAME-SIZE", corr2d, alone=True)
    def _(corr2d, X, K, padding=0, stride=1, strided=_strided):
        """Pad by k // 2 whatever the padding; an even side has one more window than elements."""
        return corr2d(X, K, (K.shape[0] // 2, K.shape[1] // 2), stride if strided else 1)


for _all_windows in (False, True):

    @exercise.misconception("SAME-SIZE", corr2d, alone=True)
    def _(corr2d, X, K, padding=0, stride=1, all_windows=_all_windows):
        """Pad by k // 2 whatever the padding, in code whose stride is an int."""
        refuse_pair(stride)
        Y = corr2d(X, K, (K.shape[0] // 2, K.shape[1] // 2), stride)
        height, width = X.shape
        return Y if all_windows else Y[: -(-height // stride), : -(-width // stride)]


@exercise.misconception("SAME-SIZE", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Pad as the argument says, but loop over the elements of the image; windows are clipped."""
    return looped(corr2d, zero_pad(X, padding), K, X.shape, _kernel_windows(K, 1))


@exercise.misconception("PAD-ALWAYS-1", zero_pad, alone=True)
def _(zero_pad, X, padding):
    return zero_pad(X, 1)


@exercise.misconception("PAD-ALWAYS-1", corr2d, alone=True, beside=("FLIP", "STRIDE-IGNORED"))
def _(corr2d, X, K, padding=0, stride=1):
    """Pad by 1 whatever the argument is, and slide over all of the padded image."""
    return corr2d(X, K, 1, stride)


@exercise.misconception("PAD-ALWAYS-1", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Pad by 1 whatever the argument is, in code whose stride is an int."""
    refuse_pair(stride)
    return corr2d(X, K, 1, stride)


@exercise.misconception("PAD-ALWAYS-1", corr2d, alone=True, beside=("FLIP",))
def _(corr2d, X, K, padding=0, stride=1):
    """Pad by 1 whatever the argument is; the size of the result depends on the argument."""
    size = corr2d(X, K, padding, stride).shape
    return looped(corr2d, zero_pad(X, 1), K, size, _kernel_windows(K, stride))


for _strided in (False, True):

    @exercise.misconception("SAME-SIZE", corr2d, alone=True, beside=("FLIP",))
    def _(corr2d, X, K, padding=0, stride=1, strided=_strided):
        """Pad by 1 and loop over the elements of the image, which suits kernels of 3×3 only.

        With a stride, loop over every s-th. Windows at the end of the image are clipped.
        """
        sh, sw = pair(stride) if strided else (1, 1)
        size = -(-X.shape[0] // sh), -(-X.shape[1] // sw)
        return looped(corr2d, zero_pad(X, 1), K, size, _kernel_windows(K, (sh, sw)))


@exercise.misconception("PAD-ALWAYS-2", zero_pad, alone=True)
def _(zero_pad, X, padding):
    return zero_pad(X, 2)


@exercise.misconception("PAD-ALWAYS-2", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    return corr2d(X, K, 2, stride)


@exercise.misconception("PAD-ALWAYS-2", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Pad by 2 and loop over the elements of the image, which suits kernels of 5×5 only."""
    return looped(corr2d, zero_pad(X, 2), K, X.shape, _kernel_windows(K, 1))


@exercise.misconception("PLUS1-INSIDE", corr2d, alone=True, beside=("FLIP", "FIRST-OF-PAIR"))
def _(corr2d, X, K, padding=0, stride=1):
    """Compute the size as (n + 2p − k + 1) // s: some of the last windows are missing."""
    sides = zip(X.shape, K.shape, pair(padding), pair(stride), strict=True)
    rows, columns = ((n + 2 * p - k + 1) // s for n, k, p, s in sides)
    return corr2d(X, K, padding, stride)[:rows, :columns]


@exercise.misconception("PAD-TOTAL", zero_pad, alone=True)
def _(zero_pad, X, padding):
    """Divide the padding between the two sides, the smaller half before the image."""
    ph, pw = pair(padding)
    wide = zero_pad(X, (ph, pw))
    top, left = ph - ph // 2, pw - pw // 2
    return wide[top : top + X.shape[0] + ph, left : left + X.shape[1] + pw] + 0


@exercise.misconception("PAD-TOTAL", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    """Divide the padding between the two sides, the smaller half before the image."""
    ph, pw = pair(padding)
    wide, top, left = zero_pad(X, (ph, pw)), ph - ph // 2, pw - pw // 2
    return corr2d(wide[top : top + X.shape[0] + ph, left : left + X.shape[1] + pw], K, 0, stride)


for _axes in (1, 2):

    @exercise.misconception("SUM-NOT-RESET", corr2d, alone=True, beside=("FLIP",))
    def _(corr2d, X, K, padding=0, stride=1, axes=_axes):
        """Write `total = 0` once before the loops, or once for each row of the result."""
        return running_sums(corr2d(X, K, padding, stride), axes)


@exercise.misconception("SUM-WRAPS", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    return in_bytes(corr2d(X, K, padding, stride), X)


@exercise.misconception("INT-OUT", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    xp = array_namespace(X)
    return xp.astype(corr2d(X, K, padding, stride), xp.int64)


@exercise.misconception("ELEM-MEAN", corr2d, alone=True)
def _(corr2d, X, K, padding=0, stride=1):
    return corr2d(X, K, padding, stride) / (K.shape[0] * K.shape[1])


for _usual in (True, False):

    @exercise.misconception("WINDOW-OF-STRIDE", corr2d, alone=True)
    def _(corr2d, X, K, padding=0, stride=1, usual=_usual):
        """Cut windows of sh × sw, which match a kernel of this size only, or of one element.

        Some also begin window (i, j) at (i, j) of the image without padding.
        """
        sh, sw = pair(stride)
        size = corr2d(X, K, padding, stride).shape

        def window(i, j):
            top, left = (i * sh, j * sw) if usual else (i, j)
            return slice(top, top + sh), slice(left, left + sw)

        return looped(corr2d, zero_pad(X, padding) if usual else X, K, size, window)


refuses_pairs(exercise, zero_pad, *("PAD-ONE-SIDE", "PAD-BOTTOM-RIGHT", "PAD-H-ONLY", "PAD-VALUE"))
refuses_pairs(
    exercise,
    corr2d,
    *("PAD-ONE-SIDE", "PAD-BOTTOM-RIGHT", "PAD-H-ONLY", "STRIDE-IGNORED", "CEIL"),
    alone_too=("PAD-ALWAYS-1", "WINDOW-CLIPPED", "WINDOW-OF-STRIDE", "SUM-WRAPS"),
)


@exercise.misconception("RESULT-TRANSPOSED", corr2d)
def _(corr2d, X, K, padding=0, stride=1):
    return corr2d(X, K, padding, stride).T + 0


for _columns in (None, 1):

    @exercise.misconception("RETURN-IN-LOOP", corr2d, alone=True)
    def _(corr2d, X, K, padding=0, stride=1, columns=_columns):
        """Write `return` inside the loops: only the first row, or first element, is computed."""
        Y = corr2d(X, K, padding, stride)
        out = array_namespace(Y).zeros_like(Y)
        out[:1, :columns] = Y[:1, :columns]
        return out
