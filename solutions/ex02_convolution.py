"""ex02: true convolution rotates the kernel by 180°; a layer does not, and adds a bias."""

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .ex01_cross_correlation import corr2d
from .geometry import pad
from .habits import in_bytes
from .looping import looped
from .one_side import leading, uses_a_constant, uses_one_side
from .same_size import (
    CENTRED,
    cut_to,
    framed,
    keeps_size,
    keeps_size_rarely,
    with_half,
    with_zeros_at_one_end,
)

exercise = Exercise("ex02")


@exercise.function
def flip(K):
    """Return a copy of K[kh, kw], rotated by 180°."""
    xp = array_namespace(K)
    return xp.asarray(xp.flip(K), copy=True)


@exercise.function
def convolve2d(X, K):
    """Return the convolution of X[H, W] with K[kh, kw]: correlation with the rotated kernel."""
    return corr2d(X, flip(K))


@exercise.function
def conv_layer(X, weight, bias):
    """Return what a convolutional layer computes: cross-correlation plus one bias."""
    return corr2d(X, weight) + bias


@exercise.oracle(flip)
def _(K):
    return K.flip(0, 1)


@exercise.oracle(convolve2d)
def _(X, K):
    from torch.nn import functional as F

    turned = K.double().flip(0, 1)
    return F.conv2d(X.double()[None, None], turned[None, None])[0, 0].to(X.dtype)


@exercise.oracle(conv_layer)
def _(X, weight, bias):
    from torch.nn import functional as F

    correlated = F.conv2d(X.double()[None, None], weight.double()[None, None])
    return (correlated[0, 0] + bias).to(X.dtype)


@exercise.cases(flip)
def _(draw):
    yield example(K=draw.arange(2, 2))
    yield example(K=draw.array([[1, 2, 3], [4, 5, 6]]))
    yield case("one row", K=draw.kernel((1, 3)))
    yield case("one column", K=draw.kernel((3, 1)))
    yield case("square kernel", K=draw.kernel((3, 3)))
    yield case("tall kernel", K=draw.kernel((4, 2)))
    yield case("wide kernel", K=draw.kernel((2, 5)))
    yield case("fractions", K=draw.reals((3, 4)))
    yield edge("1×1 kernel", K=draw.array([[5]]))
    yield edge("symmetric kernel", K=draw.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]))
    yield edge("whole numbers", K=draw.kernel((2, 3), dtype="int64"))
    yield edge("not contiguous in memory", K=draw.strided(draw.kernel((3, 2))))


@exercise.cases(convolve2d)
def _(draw):
    yield example(X=draw.arange(3, 3), K=draw.arange(2, 2))
    yield example(X=draw.array([[0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]), K=draw.arange(2, 3))
    yield case("one row", X=draw.distinct((1, 4)), K=draw.kernel((1, 3)))
    yield case("one column", X=draw.distinct((4, 1)), K=draw.kernel((3, 1)))
    yield case("square kernel", X=draw.integers((3, 4)), K=draw.kernel((2, 2)))
    yield case("wide kernel", X=draw.integers((5, 4)), K=draw.kernel((2, 3)))
    yield case("tall kernel", X=draw.integers((4, 6)), K=draw.kernel((3, 2)))
    yield case("fractions", X=draw.reals((5, 4)), K=draw.reals((2, 3)))
    yield case("negative numbers", X=draw.integers((4, 5), -9, -1), K=draw.kernel((3, 3)))
    yield case("a larger image", X=draw.reals((8, 10)), K=draw.reals((3, 4)))
    yield edge("kernel as large as the image", X=draw.integers((4, 2)), K=draw.kernel((4, 2)))
    yield edge("1×1 kernel", X=draw.integers((2, 3)), K=draw.array([[2]]))
    yield edge(
        "symmetric kernel",
        X=draw.integers((4, 3)),
        K=draw.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]),
    )
    yield edge("grey image", X=draw.image((4, 5)), K=draw.kernel((3, 2), dtype="int64"))
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


@exercise.cases(conv_layer)
def _(draw):
    yield example(X=draw.arange(3, 3), weight=draw.arange(2, 2), bias=1)
    yield example(X=draw.array([[1, 2, 4]]), weight=draw.array([[1, -1]]), bias=0.5)
    yield case("one row", X=draw.distinct((1, 4)), weight=draw.kernel((1, 2)), bias=3)
    yield case("square kernel", X=draw.integers((3, 4)), weight=draw.kernel((2, 2)), bias=2)
    yield case("wide kernel", X=draw.integers((5, 4)), weight=draw.kernel((2, 3)), bias=5)
    yield case("negative bias", X=draw.integers((4, 6)), weight=draw.kernel((3, 2)), bias=-7)
    yield case("fractions", X=draw.reals((5, 4)), weight=draw.reals((3, 2)), bias=-1.25)
    yield case("a larger image", X=draw.reals((8, 10)), weight=draw.reals((3, 4)), bias=2.5)
    yield edge("bias 0", X=draw.integers((3, 4)), weight=draw.kernel((2, 2)), bias=0)
    yield edge("1×1 kernel", X=draw.integers((2, 3)), weight=draw.array([[2]]), bias=4)
    yield edge(
        "kernel as large as the image",
        X=draw.integers((3, 2)),
        weight=draw.kernel((3, 2)),
        bias=-1,
    )
    yield edge(
        "grey image", X=draw.image((4, 5)), weight=draw.kernel((3, 2), dtype="int64"), bias=6
    )
    yield edge(
        "not contiguous in memory",
        X=draw.strided(draw.integers((4, 5))),
        weight=draw.strided(draw.kernel((2, 2))),
        bias=1,
    )
    yield raises(
        ValueError,
        "kernel wider than the image",
        X=draw.arange(5, 2),
        weight=draw.arange(2, 4),
        bias=1,
    )


def _instead(turn):
    """Return mutants of `flip` and `convolve2d` that apply `turn(xp, K)` instead of 180°."""

    def flips(flip, K):
        """Undo `flip`'s rotation and apply `turn` to that copy, which shares no memory with K."""
        xp = array_namespace(K)
        return turn(xp, xp.flip(flip(K)))

    def convolves(convolve2d, X, K):
        """Rotate the turned kernel by 180°, which cancels the rotation inside `convolve2d`."""
        xp = array_namespace(K)
        return convolve2d(X, xp.flip(turn(xp, K)))

    return flips, convolves


def _register(code, turn, *, alone=False):
    flips, convolves = _instead(turn)
    exercise.misconception(code, flip, alone=True)(flips)
    exercise.misconception(code, convolve2d, alone=alone)(convolves)


_register("FLIP-NONE", lambda xp, K: K)
_register("FLIP-ONE-AXIS", lambda xp, K: xp.flip(K, axis=0))
_register("FLIP-ONE-AXIS", lambda xp, K: xp.flip(K, axis=1), alone=True)
_register("FLIP-TRANSPOSE", lambda xp, K: K.T)
_register("FLIP-TRANSPOSE", lambda xp, K: xp.flip(K.T), alone=True)
_register("FLIP-TRANSPOSE", lambda xp, K: xp.flip(K.T, axis=0), alone=True)
_register("FLIP-TRANSPOSE", lambda xp, K: xp.flip(K.T, axis=1), alone=True)


@exercise.misconception("FLIP-OFF1", flip)
def _(flip, K):
    """Write `K[-i, -j]`: row 0 and column 0 stay where they are."""
    return array_namespace(K).roll(flip(K), (1, 1), axis=(0, 1))


@exercise.misconception("FLIP-OFF1", convolve2d, alone=True, beside=("SAME-SIZE",))
def _(convolve2d, X, K):
    xp = array_namespace(K)
    return convolve2d(X, xp.roll(K, (-1, -1), axis=(0, 1)))


@exercise.misconception("VIEW", flip, breaks="aliased")
def _(flip, K):
    """Return a view of K, as slices and transposes do, if one has the rotated kernel's values.

    torch has no slices with negative steps, but a kernel that looks the same when rotated may be
    returned itself.
    """
    xp = array_namespace(K)
    turned = flip(K)
    for upright in (K[:, :], K.T):
        for view in (
            upright,
            xp.flip(upright),
            xp.flip(upright, axis=0),
            xp.flip(upright, axis=1),
        ):
            if view.shape == turned.shape and bool(xp.all(view == turned)):
                return view
    return turned


@exercise.misconception("FLIP", conv_layer)
def _(conv_layer, X, weight, bias):
    return conv_layer(X, array_namespace(weight).flip(weight), bias)


@exercise.misconception("BIAS-MISSING", conv_layer)
def _(conv_layer, X, weight, bias):
    return conv_layer(X, weight, 0)


@exercise.misconception("BIAS-TWICE", conv_layer)
def _(conv_layer, X, weight, bias):
    return conv_layer(X, weight, 2 * bias)


@exercise.misconception("BIAS-TWICE", conv_layer)
def _(conv_layer, X, weight, bias):
    """Add the bias to every product, before the sum."""
    return conv_layer(X, weight, weight.shape[0] * weight.shape[1] * bias)


for _axis in (0, 1):

    @exercise.misconception("SQUARE-K", flip, alone=True)
    def _(flip, K, axis=_axis):
        """Return side × side elements: a long side is cut off, and a short one is an error."""
        return flip(leading(K, K.shape[axis]))

    @exercise.misconception("SQUARE-K", convolve2d, conv_layer, alone=True)
    def _(function, X, K, *bias, axis=_axis):
        """Return the right size, but cut square windows, which are clipped at the image's end."""
        side = K.shape[axis]
        size = tuple(n - k + 1 for n, k in zip(X.shape, K.shape, strict=True))
        return looped(
            lambda window, K: function(window, K, *bias),
            *(X, K, size),
            lambda i, j: (slice(i, i + side), slice(j, j + side)),
        )


uses_one_side(exercise, convolve2d, "SQUARE-K", ("SAME-SIZE",))
uses_one_side(exercise, conv_layer, "SQUARE-K", ("BIAS-MISSING",))
uses_a_constant(exercise, convolve2d, ("SAME-SIZE",))
keeps_size(
    exercise,
    convolve2d,
    ("FLIP-NONE", "FLIP-ONE-AXIS"),
    ("FLIP-NONE", "INDEX-WRAPS"),
    ("SQUARE-K", "KERNEL-CONSTANT"),
    beside_rare=("FLIP-NONE",),
)
keeps_size_rarely(exercise, convolve2d, ("FLIP-NONE",), few=True)


for _sides in (lambda kh, kw: (kh, kw), lambda kh, kw: (kh, kh), lambda kh, kw: (kw, kw)):

    @exercise.misconception("SAME-SIZE", convolve2d, alone=True)
    def _(convolve2d, X, K, sides=_sides):
        """Sum X[i + k // 2 − m, …] * K[m, …]: for an even side, the other one of two centres.

        Some use one side of the kernel for both directions.
        """
        zeros = sum(K.shape)
        ends = [k - 1 - s // 2 for k, s in zip(K.shape, sides(*K.shape), strict=True)]
        seen = (
            slice(zeros - e, zeros - e + n + k - 1)
            for e, n, k in zip(ends, X.shape, K.shape, strict=True)
        )
        return convolve2d(pad(X, (zeros, zeros))[tuple(seen)], K)


for _before in (True, False):

    @exercise.misconception("SAME-SIZE", convolve2d, alone=True)
    def _(convolve2d, X, K, before=_before):
        """Let a window end, or begin, at every element; what lies beyond the image counts as 0."""
        return convolve2d(with_zeros_at_one_end(X, K, before), K)


@exercise.misconception("SAME-SIZE", conv_layer, beside=("FLIP",))
def _(conv_layer, X, weight, bias):
    """Pad by k // 2 on each side, and loop over the elements of the image."""
    return cut_to(conv_layer(with_half(X, weight), weight, bias), X)


@exercise.misconception("SAME-SIZE", conv_layer, alone=True)
def _(conv_layer, X, weight, bias):
    """Loop from k // 2 to n − k // 2 without padding: the border of the result stays 0."""
    return framed(lambda X, K: conv_layer(X, K, bias), X, weight, CENTRED)


@exercise.misconception("FULL-SIZE", convolve2d, alone=True, beside=("FLIP-NONE",))
def _(convolve2d, X, K):
    """Count every window that touches the image, as if k − 1 zeros lay around it."""
    return convolve2d(pad(X, (K.shape[0] - 1, K.shape[1] - 1)), K)


@exercise.misconception("IMAGE-FLIPPED", convolve2d, alone=True)
def _(convolve2d, X, K):
    """Turn the image instead of the kernel, which turns the result."""
    Y = convolve2d(X, K)
    return array_namespace(Y).flip(Y)


def _repeated(X, above, left):
    """Return X with its last rows and columns `above` and `left` of it, as indices below 0 do."""
    xp = array_namespace(X)
    for axis, more in enumerate((above, left)):
        places = [i % X.shape[axis] for i in range(-more, X.shape[axis])]
        X = xp.take(X, xp.asarray(places, device=device(X)), axis=axis)
    return X


@exercise.misconception("INDEX-WRAPS", convolve2d, alone=True)
def _(convolve2d, X, K):
    """Sum X[i − m, j − n] * K[m, n] for every element of the image."""
    return convolve2d(_repeated(X, *(k - 1 for k in K.shape)), K)


for _turned in (False, True):

    @exercise.misconception(
        "INDEX-WRAPS", convolve2d, alone=True, beside=("SAME-SIZE",) if _turned else ()
    )
    def _(convolve2d, X, K, turned=_turned):
        """Sum X[i − m, j − n] * K[m, n] into a result of the right size; some also turn K."""
        Y = convolve2d(_repeated(X, *(k - 1 for k in K.shape)), flip(K) if turned else K)
        rows, columns = (n - k + 1 for n, k in zip(X.shape, K.shape, strict=True))
        return Y[:rows, :columns]


@exercise.misconception("SUM-WRAPS", convolve2d, alone=True)
def _(convolve2d, X, K):
    return in_bytes(convolve2d(X, K), X)


@exercise.misconception("OVERWRITTEN", flip, alone=True)
def _(flip, K):
    """Write `F[i, j] = F[-1 - i, -1 - j]` in a copy of K: its second half repeats the first."""
    xp = array_namespace(K)
    turned = xp.reshape(flip(K), (-1,))
    half = turned.shape[0] // 2
    return xp.reshape(
        xp.concat([turned[: turned.shape[0] - half], xp.flip(turned[:half])]), K.shape
    )
