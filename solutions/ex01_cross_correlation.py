"""ex01: cross-correlation of one image with one kernel."""

from array_api_compat import array_namespace

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .geometry import wide_enough
from .habits import in_bytes
from .looping import looped, running_sums
from .one_side import broadcast, uses_a_constant, uses_one_side
from .same_size import (
    Frame,
    cut_to,
    framed,
    keeps_size,
    keeps_size_rarely,
    with_half,
    with_rest_after,
    with_smaller_half,
    with_zeros_at_one_end,
)

exercise = Exercise("ex01")


@exercise.function
def corr2d(X, K):
    """Slide K over X[H, W] and sum the products: [H - kh + 1, W - kw + 1]."""
    kh, kw = K.shape
    height, width = X.shape[0] - kh + 1, X.shape[1] - kw + 1
    if height < 1 or width < 1:
        raise ValueError("the kernel is larger than the image")
    X, K = wide_enough(X), wide_enough(K)
    return sum(X[i : i + height, j : j + width] * K[i, j] for i in range(kh) for j in range(kw))


@exercise.oracle(corr2d)
def _(X, K):
    from torch.nn import functional as F

    return F.conv2d(X.double()[None, None], K.double()[None, None])[0, 0].to(X.dtype)


@exercise.cases(corr2d)
def _(draw):
    yield example(X=draw.arange(3, 3), K=draw.arange(2, 2))
    binary = draw.array(
        [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    )
    yield example(X=binary, K=draw.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]]))
    yield case("one row", X=draw.distinct((1, 4)), K=draw.kernel((1, 3)))
    yield case("square kernel", X=draw.integers((3, 4)), K=draw.kernel((2, 2)))
    yield case("wide image, wide kernel", X=draw.integers((3, 5)), K=draw.kernel((1, 3)))
    yield case("tall image, tall kernel", X=draw.integers((6, 4)), K=draw.kernel((3, 2)))
    yield case("wide image, tall kernel", X=draw.integers((4, 7)), K=draw.kernel((3, 2)))
    yield case("fractions", X=draw.reals((5, 4)), K=draw.reals((2, 3)))
    yield case("negative numbers", X=draw.integers((4, 5), -9, -1), K=draw.kernel((2, 2)))
    yield case("a larger image", X=draw.reals((9, 11)), K=draw.reals((4, 3)))
    yield edge("kernel as large as the image", X=draw.integers((2, 4)), K=draw.kernel((2, 4)))
    yield edge("1×1 kernel", X=draw.integers((3, 4)), K=draw.array([[3]]))
    yield edge("1×1 kernel of one", X=draw.integers((2, 4)), K=draw.array([[1]]))
    yield edge("one column", X=draw.integers((5, 1)), K=draw.kernel((3, 1)))
    yield edge("grey image", X=draw.image((4, 5)), K=draw.kernel((2, 3), dtype="int64"))
    yield edge(
        "not contiguous in memory",
        X=draw.strided(draw.integers((4, 5))),
        K=draw.strided(draw.kernel((2, 2))),
    )
    yield raises(
        ValueError, "kernel higher than the image", X=draw.arange(2, 5), K=draw.arange(4, 2)
    )
    yield raises(
        ValueError, "kernel wider than the image", X=draw.arange(5, 2), K=draw.arange(2, 4)
    )


@exercise.misconception("FLIP", corr2d)
def _(corr2d, X, K):
    return corr2d(X, array_namespace(K).flip(K))


@exercise.misconception("TRANSPOSE-K", corr2d)
def _(corr2d, X, K):
    return corr2d(X, K.T)


@exercise.misconception("TRANSPOSE-K", corr2d)
def _(corr2d, X, K):
    """Read K[j, i] instead of K[i, j], which is out of range unless the kernel is square."""
    if K.shape[0] != K.shape[1]:
        raise IndexError("out of range")
    return corr2d(X, K.T)


@exercise.misconception("TRANSPOSE-K", corr2d)
def _(corr2d, X, K):
    """Multiply window * K.T, whose shapes match only if the kernel is square or a single line.

    A row and a column are broadcast: every element is multiplied by every other.
    """
    xp = array_namespace(X)
    if 1 in K.shape:
        return corr2d(X, xp.zeros_like(K) + xp.sum(K))
    if K.shape[0] != K.shape[1]:
        raise ValueError("shapes do not match")
    return corr2d(X, K.T)


@exercise.misconception("TRANSPOSE-K", corr2d, alone=True)
def _(corr2d, X, K):
    """Write `w, h = K.shape`: windows as high as the kernel is wide, and as wide as it is high."""
    kw, kh = K.shape
    size = X.shape[0] - kh + 1, X.shape[1] - kw + 1
    return looped(corr2d, X, K, size, lambda i, j: (slice(i, i + kh), slice(j, j + kw)))


@exercise.misconception("SHAPE-OFF1", corr2d)
def _(corr2d, X, K):
    return corr2d(X, K)[:-1, :-1]


@exercise.misconception("SHAPE-OFF1", corr2d)
def _(corr2d, X, K):
    """Allocate the right size, but stop both loops one short: the last row and column stay 0."""
    Y = corr2d(X, K)
    out = array_namespace(X).zeros_like(Y)
    out[:-1, :-1] = Y[:-1, :-1]
    return out


@exercise.misconception("LOOP-SQUARE", corr2d)
def _(corr2d, X, K):
    """Run both loops over the height: columns beyond it stay 0."""
    xp = array_namespace(X)
    Y = corr2d(X, K)
    out = xp.zeros_like(Y)
    side = Y.shape[0]
    if side > Y.shape[1]:
        raise IndexError("column out of range")
    out[:, :side] = Y[:, :side]
    return out


uses_one_side(exercise, corr2d, "LOOP-SQUARE", ("SAME-SIZE",), common=(broadcast,))
uses_a_constant(exercise, corr2d, ("SAME-SIZE",))


for _windows_too, _result_too in ((True, True), (True, False), (False, True)):

    @exercise.misconception("LOOP-SQUARE", corr2d, alone=True)
    def _(corr2d, X, K, windows_too=_windows_too, result_too=_result_too):
        """Use the height as the width: in the windows, in the result's size, or in both.

        Windows that reach beyond the image are clipped.
        """
        kh, kw = K.shape
        rows, columns = X.shape[0] - kh + 1, X.shape[1] - kw + 1
        size = rows, rows if result_too else columns
        width = kh if windows_too else kw
        return looped(corr2d, X, K, size, lambda i, j: (slice(i, i + kh), slice(j, j + width)))


@exercise.misconception("INT-OUT", corr2d)
def _(corr2d, X, K):
    xp = array_namespace(X)
    return xp.astype(corr2d(X, K), xp.int64)


@exercise.misconception("INT-OUT", corr2d, alone=True)
def _(corr2d, X, K):
    """Truncate every sum with `int(...)`, in a result of floats."""
    xp = array_namespace(X)
    Y = corr2d(X, K)
    return xp.astype(xp.astype(Y, xp.int64), Y.dtype)


@exercise.misconception("INT-OUT", corr2d, alone=True, beside=("FLIP", "SAME-SIZE", "TRANSPOSE-K"))
def _(corr2d, X, K):
    """Return bytes, as a picture has: sums wrap at 256 as well."""
    xp = array_namespace(X)
    return xp.astype(xp.astype(corr2d(X, K), xp.int64), xp.uint8)


@exercise.misconception("INT-IN", corr2d, alone=True, beside=("SAME-SIZE",))
def _(corr2d, X, K):
    """Turn each element and each weight into an int before they are multiplied."""
    xp = array_namespace(X)
    return corr2d(*(xp.astype(xp.astype(A, xp.int64), A.dtype) for A in (X, K)))


@exercise.misconception("ELEM-MEAN", corr2d)
def _(corr2d, X, K):
    return corr2d(X, K) / (K.shape[0] * K.shape[1])


@exercise.misconception("ELEM-MEAN", corr2d, alone=True)
def _(corr2d, X, K):
    """Average with a mean that refuses integers, as torch's does."""
    if not array_namespace(X).isdtype(X.dtype, "real floating"):
        raise TypeError("no mean of whole numbers")
    return corr2d(X, K) / (K.shape[0] * K.shape[1])


@exercise.misconception("VIEW", corr2d, breaks="aliased")
def _(corr2d, X, K):
    """Return the image itself for a 1×1 kernel of one, which changes nothing."""
    Y = corr2d(X, K)
    return X[:, :] if K.shape == (1, 1) and K[0, 0] == 1 else Y


@exercise.misconception("MUTATE", corr2d, breaks="mutated")
def _(corr2d, X, K):
    """Return the right result, but change the image."""
    Y = corr2d(X, K)
    X[0, 0] += 1
    return Y


@exercise.misconception("MUTATE", corr2d, alone=True)
def _(corr2d, X, K):
    """Write `window *= K` on a slice of the image, so that the next window reads the products.

    This needs a loop, because every window depends on the windows before it.
    """
    Y = corr2d(X, K)
    kh, kw = K.shape
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = corr2d(X[i : i + kh, j : j + kw], K)[0, 0]
            X[i : i + kh, j : j + kw] *= K
    return Y


@exercise.misconception("RESULT-TRANSPOSED", corr2d)
def _(corr2d, X, K):
    return corr2d(X, K).T + 0


for _columns in (None, 1):

    @exercise.misconception("RETURN-IN-LOOP", corr2d, alone=_columns is None)
    def _(corr2d, X, K, columns=_columns):
        """Write `return` inside the loops: only the first row, or first element, is computed."""
        Y = corr2d(X, K)
        out = array_namespace(Y).zeros_like(Y)
        out[:1, :columns] = Y[:1, :columns]
        return out


keeps_size(
    exercise,
    corr2d,
    ("FLIP", "TRANSPOSE-K", "INT-OUT", "ELEM-MEAN", "CLIPPED"),
    ("FLIP", "INT-OUT", "CLIPPED"),
    ("LOOP-SQUARE", "KERNEL-CONSTANT"),
)

keeps_size_rarely(exercise, corr2d, ("FLIP",))


@exercise.misconception("SAME-SIZE", corr2d, alone=True)
def _(corr2d, X, K):
    """Pad by (k − 1) // 2, and loop over all windows of the padded image."""
    return corr2d(with_smaller_half(X, K), K)


@exercise.misconception("SAME-SIZE", corr2d, alone=True)
def _(corr2d, X, K):
    """Pad by (k − 1) // 2, and loop over the elements of the image, so that windows are clipped."""
    kh, kw = K.shape
    padded = with_smaller_half(X, K)
    return looped(corr2d, padded, K, X.shape, lambda i, j: (slice(i, i + kh), slice(j, j + kw)))


@exercise.misconception("SAME-SIZE", corr2d, alone=True)
def _(corr2d, X, K):
    """Pad by k − 1 in all, an odd element at the bottom and right."""
    return corr2d(with_rest_after(X, K), K)


for _before in (False, True):

    @exercise.misconception("SAME-SIZE", corr2d, alone=True, beside=("FLIP",))
    def _(corr2d, X, K, before=_before):
        """Let a window begin, or end, at every element; what lies beyond the image counts as 0."""
        return corr2d(with_zeros_at_one_end(X, K, before), K)


@exercise.misconception("SAME-SIZE", corr2d, alone=True, beside=("LOOP-SQUARE",))
def _(corr2d, X, K):
    """Pad by k // 2, but begin at k // 2 as well, as if nothing were padded: the result moves."""
    top, left = (k // 2 for k in K.shape)
    Y = cut_to(corr2d(with_half(X, K), K), X)
    out = array_namespace(Y).zeros_like(Y)
    out[top:, left:] = cut_to(Y, out[top:, left:])
    return out


@exercise.misconception("SAME-SIZE", corr2d, alone=True, beside=("LOOP-SQUARE",))
def _(corr2d, X, K):
    """Write results into the image, in loops over `range(n - k)`, which leave out a window."""
    frame = Frame(before=lambda k: 0, skipped=lambda k: 1)
    return array_namespace(X).astype(framed(corr2d, X, K, frame, X), X.dtype)


for _exchanged in ("size", "window"):

    @exercise.misconception("RESULT-TRANSPOSED", corr2d, alone=True)
    def _(corr2d, X, K, exchanged=_exchanged):
        """Exchange rows and columns in the size of the result, or in the windows; clip these."""
        kh, kw = K.shape
        size = X.shape[0] - kh + 1, X.shape[1] - kw + 1
        if exchanged == "size":
            return looped(
                corr2d, X, K, size[::-1], lambda i, j: (slice(i, i + kh), slice(j, j + kw))
            )
        return looped(corr2d, X, K, size, lambda i, j: (slice(j, j + kh), slice(i, i + kw)))


@exercise.misconception("RESULT-TRANSPOSED", corr2d, alone=True)
def _(corr2d, X, K):
    """Collect the sums in a list, and reshape it to W' rows of H' numbers."""
    Y = corr2d(X, K)
    return array_namespace(Y).reshape(Y, Y.shape[::-1])


for _allocated in (True, False):

    @exercise.misconception("RESULT-TRANSPOSED", corr2d, alone=True)
    def _(corr2d, X, K, allocated=_allocated):
        """Loop over W' rows and H' columns with windows of kw × kh, which are clipped.

        Unless the result is `allocated` with this size too, only a square one has room.
        """
        kh, kw = K.shape
        size = X.shape[1] - kw + 1, X.shape[0] - kh + 1
        if not allocated and size[0] != size[1]:
            raise IndexError("index is out of bounds")
        return looped(corr2d, X, K, size, lambda i, j: (slice(i, i + kw), slice(j, j + kh)))


@exercise.misconception("MATRIX-PRODUCT", corr2d, alone=True)
def _(corr2d, X, K):
    """Write `(window @ K).sum()`: every element meets a whole row of the kernel."""
    xp = array_namespace(X)
    kh, kw = K.shape
    if kh != kw:
        raise ValueError("shapes are not aligned")
    rows = xp.sum(K, axis=1, dtype=K.dtype)
    return corr2d(X, xp.zeros_like(K) + rows[None, :])


for _product in ("window @ K.T", "window.T @ K"):

    @exercise.misconception("MATRIX-PRODUCT", corr2d, alone=True)
    def _(corr2d, X, K, product=_product):
        """Turn one of the two, so that the shapes match: elements meet a whole column or row."""
        xp = array_namespace(K)
        axis = 0 if product == "window @ K.T" else 1
        return corr2d(X, xp.zeros_like(K) + xp.sum(K, axis=axis, keepdims=True, dtype=K.dtype))


@exercise.misconception("NORMALISED", corr2d, alone=True)
def _(corr2d, X, K):
    """Divide by the sum of the kernel unless it is 0, as for blurring."""
    total = float(array_namespace(K).sum(K))
    Y = corr2d(X, K)
    return Y / total if total else Y


for _whole in (False, True):

    @exercise.misconception("CLIPPED", corr2d, alone=True)
    def _(corr2d, X, K, whole=_whole):
        """Stretch the results to 0 to 255. Without a range, 0 / 0 is NaN, or the least integer."""
        Y = corr2d(X, K)
        xp = array_namespace(Y)
        least, span = xp.min(Y), float(xp.max(Y)) - float(xp.min(Y))
        floats = xp.astype(Y - least, xp.float64) * 255
        if not span:
            return xp.full(Y.shape, -(2**63)) if whole else floats * float("nan")
        return xp.astype(floats / span, xp.int64) if whole else floats / span


for _dtype in ("as it is", "of the image", "uint8"):

    @exercise.misconception("CLIPPED", corr2d, beside=("SAME-SIZE",))
    def _(corr2d, X, K, dtype=_dtype):
        """Keep the sums within 0 to 255, as for a picture; also in its dtype, or in bytes."""
        xp = array_namespace(X)
        Y = xp.clip(corr2d(X, K), 0, 255)
        if dtype == "uint8":
            return xp.astype(Y, xp.uint8)
        return xp.astype(Y, X.dtype) if dtype == "of the image" else Y


@exercise.misconception("SUM-WRAPS", corr2d, beside=("FLIP", "SHAPE-OFF1", "ELEM-MEAN"))
def _(corr2d, X, K):
    return in_bytes(corr2d(X, K), X)


for _axes in (1, 2):

    @exercise.misconception(
        "SUM-NOT-RESET", corr2d, alone=True, beside=("FLIP", "SHAPE-OFF1", "ELEM-MEAN")
    )
    def _(corr2d, X, K, axes=_axes):
        """Write `total = 0` once before the loops, or once for each row of the result."""
        return running_sums(corr2d(X, K), axes)


for _spread in (False, True):

    @exercise.misconception("SIDE-BY-SIDE", corr2d, alone=True, beside=("FLIP",))
    def _(corr2d, X, K, spread=_spread):
        """Move the window by its own size, as in pooling; `spread` leaves zeros in between."""
        Y = corr2d(X, K)
        kh, kw = K.shape
        if not spread:
            return Y[::kh, ::kw] + 0
        out = array_namespace(Y).zeros_like(Y)
        out[::kh, ::kw] = Y[::kh, ::kw]
        return out
