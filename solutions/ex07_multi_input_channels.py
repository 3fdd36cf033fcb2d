"""ex07: cross-correlation of an image with several channels."""

from array_api_compat import array_namespace

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .ex01_cross_correlation import corr2d
from .habits import square_part
from .looping import looped, running_sums
from .one_side import uses_a_constant, uses_one_side
from .same_size import CENTRED, framed, keeps_size, keeps_size_rarely

exercise = Exercise("ex07")


@exercise.function
def corr2d_multi_in(X, K, bias=0.0):
    """Correlate each channel of X[C, H, W] with its slice of K[C, kh, kw]; add all, and a bias.

    Raises ValueError if the numbers of channels differ, or if the kernel is larger than the image.
    """
    channels = X.shape[0]
    if K.shape[0] != channels:
        raise ValueError("image and kernel differ in their number of channels")
    return sum(corr2d(X[c, ...], K[c, ...]) for c in range(channels)) + bias


@exercise.oracle(corr2d_multi_in)
def _(X, K, bias=0.0):
    from torch.nn import functional as F

    return (F.conv2d(X.double()[None], K.double()[None])[0, 0] + bias).to(X.dtype)


@exercise.cases(corr2d_multi_in)
def _(draw):
    channel = draw.array([0, 1])[:, None, None]
    yield example(X=draw.arange(3, 3) + channel, K=draw.arange(2, 2) + channel)
    yield example(
        X=draw.array([[[1, 2, 4]], [[3, 0, 1]]]), K=draw.array([[[1, -1]], [[2, 0]]]), bias=0.5
    )
    yield case("one element, two channels", X=draw.distinct((2, 1, 1)), K=draw.kernel((2, 1, 1)))
    yield case("one row, two channels", X=draw.distinct((2, 1, 4)), K=draw.kernel((2, 1, 2)))
    yield case("one row with a bias", X=draw.distinct((2, 1, 3)), K=draw.kernel((2, 1, 2)), bias=3)
    yield case("two channels", X=draw.integers((2, 2, 3)), K=draw.kernel((2, 2, 2)))
    yield case("three channels", X=draw.integers((3, 3, 4)), K=draw.kernel((3, 2, 2)))
    yield case(
        "three channels with a bias",
        X=draw.integers((3, 4, 3), -9, 9),
        K=draw.kernel((3, 2, 3)),
        bias=-7,
    )
    yield case("four channels", X=draw.integers((4, 2, 3)), K=draw.kernel((4, 2, 2)))
    yield case("a wide kernel", X=draw.integers((2, 4, 6)), K=draw.kernel((2, 2, 3)))
    yield case("a high kernel", X=draw.integers((2, 6, 4), -9, 9), K=draw.kernel((2, 3, 2)))
    yield case(
        "as many channels as rows and columns",
        X=draw.integers((3, 3, 3)),
        K=draw.kernel((3, 2, 2)),
        bias=2,
    )
    yield case(
        "fractions", X=draw.reals((3, 5, 4)), K=draw.reals((3, 2, 3)), bias=draw.whole(1, 9) + 0.25
    )
    yield case(
        "negative numbers", X=draw.integers((2, 4, 5), -9, -1), K=draw.kernel((2, 3, 2)), bias=4
    )
    yield case(
        "75 products for each result",
        X=draw.integers((3, 6, 8)),
        K=draw.kernel((3, 5, 5)),
        bias=1,
    )
    yield case("many channels", X=draw.reals((10, 7, 9)), K=draw.reals((10, 4, 3)), bias=-2.5)
    yield edge("one channel", X=draw.integers((1, 3, 4)), K=draw.kernel((1, 2, 2)), bias=5)
    yield edge(
        "kernel as large as the image",
        X=draw.integers((3, 2, 4)),
        K=draw.kernel((3, 2, 4)),
        bias=-1,
    )
    yield edge("1×1 kernel", X=draw.integers((3, 2, 3)), K=draw.kernel((3, 1, 1)), bias=6)
    if draw.framework == "numpy":  # torch divides integers to float32, numpy to float64
        yield edge(
            "colour image",
            X=draw.image((3, 4, 5)),
            K=draw.kernel((3, 2, 3), dtype="int64"),
            bias=8,
        )
    yield edge(
        "not contiguous in memory",
        X=draw.strided(draw.integers((2, 4, 5))),
        K=draw.strided(draw.kernel((2, 2, 3))),
        bias=1,
    )
    yield raises(
        ValueError, "fewer channels in the kernel", X=draw.arange(3, 3, 4), K=draw.arange(2, 2, 2)
    )
    yield raises(
        ValueError, "more channels in the kernel", X=draw.arange(2, 3, 4), K=draw.arange(4, 2, 2)
    )
    yield raises(
        ValueError, "a kernel of one channel", X=draw.distinct((3, 2, 3)), K=draw.arange(1, 2, 2)
    )
    yield raises(
        ValueError, "an image of one channel", X=draw.distinct((1, 2, 3)), K=draw.kernel((3, 2, 2))
    )
    yield raises(
        ValueError, "kernel higher than the image", X=draw.arange(2, 2, 5), K=draw.arange(2, 4, 2)
    )
    yield raises(
        ValueError, "kernel wider than the image", X=draw.arange(2, 5, 2), K=draw.arange(2, 2, 4)
    )


def _checked(X, K):
    if X.shape[0] != K.shape[0]:
        raise ValueError("other numbers of channels")


def _separate(corr2d_multi_in, X, K, bias):
    """Return the results of the single channels, each with the bias."""
    return [corr2d_multi_in(X[c : c + 1, ...], K[c : c + 1, ...], bias) for c in range(X.shape[0])]


for _check in (_checked, lambda X, K: None):

    @exercise.misconception("CH-FIRST-ONLY", corr2d_multi_in)
    def _(corr2d_multi_in, X, K, bias=0.0, check=_check):
        check(X, K)
        return corr2d_multi_in(X[:1, ...], K[:1, ...], bias)

    @exercise.misconception("CH-LAST-ONLY", corr2d_multi_in)
    def _(corr2d_multi_in, X, K, bias=0.0, check=_check):
        """Keep only the result of the last channel, with K indexed like X."""
        check(X, K)
        last = X.shape[0] - 1
        if K.shape[0] <= last:
            raise IndexError("out of range")
        return corr2d_multi_in(X[last:, ...], K[last : last + 1, ...], bias)

    @exercise.misconception("CH-SAME-KERNEL", corr2d_multi_in)
    def _(corr2d_multi_in, X, K, bias=0.0, check=_check):
        """Use the first slice of the kernel for all channels."""
        check(X, K)
        xp = array_namespace(X)
        return corr2d_multi_in(X, xp.concat([K[:1, ...]] * X.shape[0], axis=0), bias)


@exercise.misconception("CH-NOT-SUMMED", corr2d_multi_in)
def _(corr2d_multi_in, X, K, bias=0.0):
    _checked(X, K)
    return array_namespace(X).stack(_separate(corr2d_multi_in, X, K, bias))


@exercise.misconception("CH-MAX", corr2d_multi_in, alone=True)
def _(corr2d_multi_in, X, K, bias=0.0):
    """Take the largest of the channels' results."""
    _checked(X, K)
    xp = array_namespace(X)
    return xp.max(xp.stack(_separate(corr2d_multi_in, X, K, bias)), axis=0)


@exercise.misconception("CH-MAX", corr2d_multi_in, alone=True)
def _(corr2d_multi_in, X, K, bias=0.0):
    """Take the largest of the channels' results, with K indexed like X and no check."""
    if K.shape[0] < X.shape[0]:
        raise IndexError("out of range")
    xp = array_namespace(X)
    return xp.max(xp.stack(_separate(corr2d_multi_in, X, K, bias)), axis=0)


@exercise.misconception("CH-MEAN", corr2d_multi_in)
def _(corr2d_multi_in, X, K, bias=0.0):
    """Divide the sum by the number of channels, then add the bias."""
    return corr2d_multi_in(X, K, 0) / X.shape[0] + bias


@exercise.misconception("CH-MEAN", corr2d_multi_in)
def _(corr2d_multi_in, X, K, bias=0.0):
    """Average the channels' results, each of which has the bias."""
    return corr2d_multi_in(X, K, X.shape[0] * bias) / X.shape[0]


@exercise.misconception("CH-MEAN", corr2d_multi_in)
def _(corr2d_multi_in, X, K, bias=0.0):
    """Average all products, then add the bias."""
    channels, kh, kw = K.shape
    return corr2d_multi_in(X, K, 0) / (channels * kh * kw) + bias


@exercise.misconception("CH-BROADCAST", corr2d_multi_in, breaks="errors")
def _(corr2d_multi_in, X, K, bias=0.0):
    """Multiply X[:, …] * K, which broadcasts a single channel to all of the other's."""
    xp = array_namespace(X)
    channels = max(X.shape[0], K.shape[0])
    X, K = (xp.concat([A] * channels) if A.shape[0] == 1 else A for A in (X, K))
    return corr2d_multi_in(X, K, bias)


def _register_unchecked(shared):
    """Register a mutant that uses only `shared(channels of X, channels of K)` channels.

    The numbers are not compared: if one of the two has fewer channels, the function that is
    wrapped raises its own error.
    """

    @exercise.misconception("CH-UNCHECKED", corr2d_multi_in, breaks="errors")
    def _(corr2d_multi_in, X, K, bias=0.0):
        channels = shared(X.shape[0], K.shape[0])
        return corr2d_multi_in(X[:channels, ...], K[:channels, ...], bias)


_register_unchecked(min)
_register_unchecked(lambda of_image, of_kernel: of_image)
_register_unchecked(lambda of_image, of_kernel: of_kernel)


@exercise.misconception("BIAS-MISSING", corr2d_multi_in)
def _(corr2d_multi_in, X, K, bias=0.0):
    return corr2d_multi_in(X, K, 0 * bias)


@exercise.misconception("BIAS-TWICE", corr2d_multi_in)
def _(corr2d_multi_in, X, K, bias=0.0):
    """Add the bias once per channel, inside the loop."""
    return corr2d_multi_in(X, K, X.shape[0] * bias)


@exercise.misconception("BIAS-TWICE", corr2d_multi_in)
def _(corr2d_multi_in, X, K, bias=0.0):
    """Add the bias once per product."""
    channels, kh, kw = K.shape
    return corr2d_multi_in(X, K, channels * kh * kw * bias)


@exercise.misconception("BIAS-TWICE", corr2d_multi_in)
def _(corr2d_multi_in, X, K, bias=0.0):
    return corr2d_multi_in(X, K, 2 * bias)


@exercise.misconception("FLIP", corr2d_multi_in)
def _(corr2d_multi_in, X, K, bias=0.0):
    return corr2d_multi_in(X, array_namespace(K).flip(K, axis=(1, 2)), bias)


@exercise.misconception("FLIP", corr2d_multi_in)
def _(corr2d_multi_in, X, K, bias=0.0):
    """Rotate with `np.flip(K)`, which reverses the channels as well."""
    return corr2d_multi_in(X, array_namespace(K).flip(K), bias)


@exercise.misconception("CH-REVERSED", corr2d_multi_in)
def _(corr2d_multi_in, X, K, bias=0.0):
    """Run through the channels of image and kernel in opposite directions."""
    return corr2d_multi_in(X, array_namespace(K).flip(K, axis=0), bias)


@exercise.misconception("INT-IN", corr2d_multi_in, alone=True, beside=("BIAS-MISSING",))
def _(corr2d_multi_in, X, K, bias=0):
    """Turn each element and each weight into an int before they are multiplied."""
    xp = array_namespace(X)
    return corr2d_multi_in(*(xp.astype(xp.astype(A, xp.int64), A.dtype) for A in (X, K)), bias)


uses_one_side(exercise, corr2d_multi_in, "SQUARE-K", ("BIAS-MISSING", "CH-NOT-SUMMED", "SAME-SIZE"))


for _windows_too, _result_too in ((True, True), (True, False), (False, True)):

    @exercise.misconception(
        "SQUARE-K" if _windows_too else "SQUARE-OUT", corr2d_multi_in, alone=True
    )
    def _(corr2d_multi_in, X, K, bias=0.0, windows_too=_windows_too, result_too=_result_too):
        """Use the height as the width: in the windows, in the result's size, or in both.

        Windows that reach beyond the image are clipped.
        """
        kh, kw = K.shape[1:]
        rows, columns = corr2d_multi_in(X, K, bias).shape
        size, width = (rows, rows if result_too else columns), kh if windows_too else kw

        def window(i, j):
            return slice(i, i + kh), slice(j, j + width)

        return looped(lambda X, K: corr2d_multi_in(X, K, 0), X, K, size, window) + bias


@exercise.misconception("SQUARE-OUT", corr2d_multi_in, alone=True)
def _(corr2d_multi_in, X, K, bias=0.0):
    """Run both loops over the rows of the result: columns beyond them contain only the bias."""
    return square_part(corr2d_multi_in(X, K, 0)) + bias


keeps_size(
    exercise,
    corr2d_multi_in,
    ("FLIP", "BIAS-MISSING", "CH-NOT-SUMMED"),
    ("FLIP", "BIAS-MISSING"),
    ("SQUARE-K", "KERNEL-CONSTANT"),
    channels=True,
)


@exercise.misconception("SAME-SIZE", corr2d_multi_in, alone=True)
def _(corr2d_multi_in, X, K, bias=0.0):
    """Loop from k // 2 to n − k // 2 without padding, then add the bias: the border contains it."""
    return framed(lambda X, K: corr2d_multi_in(X, K, bias), X, K, CENTRED, bias)


uses_a_constant(exercise, corr2d_multi_in, ("BIAS-MISSING", "SAME-SIZE"))
keeps_size_rarely(exercise, corr2d_multi_in, ("BIAS-MISSING",))


for _left_out in ("first", "last", "all but three", "all but three, if there are more"):

    @exercise.misconception(
        "CH-LEFT-OUT", corr2d_multi_in, alone=True, beside=("BIAS-MISSING", "BIAS-TWICE")
    )
    def _(corr2d_multi_in, X, K, bias=0.0, left_out=_left_out):
        """Loop over `range(1, C)`, `range(C - 1)`, or as an image of red, green and blue has them.

        X[0], X[1] and X[2] must exist; the slice X[:3] may be shorter.
        """
        channels = X.shape[0]
        if left_out == "all but three" and channels < 3:
            raise IndexError("out of range")
        begin = 1 if left_out == "first" else 0
        end = {"first": channels, "last": channels - 1}.get(left_out, 3)
        kept = array_namespace(K).zeros_like(K)
        kept[begin:end, ...] = K[begin:end, ...]
        return corr2d_multi_in(X, kept, bias)


for _axes in (1, 2):

    @exercise.misconception("SUM-NOT-RESET", corr2d_multi_in, alone=True, beside=("FLIP",))
    def _(corr2d_multi_in, X, K, bias=0.0, axes=_axes):
        """Write `total = 0` once before the loops, or for each row; add the bias at the end."""
        return running_sums(corr2d_multi_in(X, K, 0), axes) + bias

    @exercise.misconception("SUM-NOT-RESET", corr2d_multi_in, alone=True)
    def _(corr2d_multi_in, X, K, bias=0.0, axes=_axes):
        """Add the bias to the running total of each element too."""
        return running_sums(corr2d_multi_in(X, K, bias), axes)


@exercise.misconception(
    "SHAPE-OFF1", corr2d_multi_in, alone=True, beside=("BIAS-MISSING", "FLIP", "CH-NOT-SUMMED")
)
def _(corr2d_multi_in, X, K, bias=0.0):
    return corr2d_multi_in(X, K, bias)[..., :-1, :-1]


for _bias_last in (True, False):

    @exercise.misconception("SHAPE-OFF1", corr2d_multi_in, alone=True)
    def _(corr2d_multi_in, X, K, bias=0.0, bias_last=_bias_last):
        """Stop both loops one short: the last row and column stay 0, or contain only the bias."""
        Y = corr2d_multi_in(X, K, bias)
        out = array_namespace(Y).zeros_like(Y) + (bias if bias_last else 0)
        out[:-1, :-1] = Y[:-1, :-1]
        return out


@exercise.misconception("RESULT-TRANSPOSED", corr2d_multi_in, alone=True, beside=("BIAS-MISSING",))
def _(corr2d_multi_in, X, K, bias=0.0):
    """Write `X.T` and `K.T` to put the channels last, which exchanges rows and columns as well."""
    return corr2d_multi_in(X, K, bias).T + 0


def _reshaped(A):
    """Return A[C, h, w] as if the numbers of `A.reshape(h, w, C)` were those of all channels."""
    xp = array_namespace(A)
    channels, height, width = A.shape
    mixed = xp.reshape(A, (height, width, channels))
    return xp.asarray(xp.permute_dims(mixed, (2, 0, 1)), copy=True)


for _kernel_too in (False, True):

    @exercise.misconception("RESHAPE-NOT-TRANSPOSE", corr2d_multi_in, alone=True)
    def _(corr2d_multi_in, X, K, bias=0.0, kernel_too=_kernel_too):
        """Put the channels last with `reshape`, in the image or also in the kernel."""
        return corr2d_multi_in(_reshaped(X), _reshaped(K) if kernel_too else K, bias)


@exercise.misconception("INT-OUT", corr2d_multi_in, alone=True, beside=("BIAS-MISSING",))
def _(corr2d_multi_in, X, K, bias=0.0):
    xp = array_namespace(X)
    return xp.astype(corr2d_multi_in(X, K, bias), xp.int64)


@exercise.misconception("RELU-ADDED", corr2d_multi_in, alone=True)
def _(corr2d_multi_in, X, K, bias=0.0):
    return array_namespace(X).clip(corr2d_multi_in(X, K, bias), 0)


for _columns in (None, 1):

    @exercise.misconception("RETURN-IN-LOOP", corr2d_multi_in, alone=True)
    def _(corr2d_multi_in, X, K, bias=0.0, columns=_columns):
        """Write `return` inside the loops: only the first row, or first element, is computed."""
        Y = corr2d_multi_in(X, K, bias)
        out = array_namespace(Y).zeros_like(Y)
        out[:1, :columns] = Y[:1, :columns]
        return out


@exercise.misconception("SIDE-BY-SIDE", corr2d_multi_in, alone=True)
def _(corr2d_multi_in, X, K, bias=0.0):
    """Move the window by its own size, as in pooling."""
    return corr2d_multi_in(X, K, bias)[..., :: K.shape[1], :: K.shape[2]] + 0


@exercise.misconception("TRANSPOSE-K", corr2d_multi_in, alone=True)
def _(corr2d_multi_in, X, K, bias=0.0):
    return corr2d_multi_in(X, array_namespace(K).permute_dims(K, (0, 2, 1)), bias)
