"""ex19: loss functions and their gradients."""

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .habits import drops_dtype

exercise = Exercise(
    "ex19",
    triples=True,
    exclusive=(
        frozenset({"REDUCTION-IGNORED", "HALF-MISSING", "MEAN-VS-SUM"}),
        frozenset({"MEAN-VS-SUM", "TWO-MISSING"}),
        frozenset({"BATCH-NOT-AVERAGED", "MEAN-OVER-ALL"}),
        frozenset({"MEAN-OVER-BATCH", "MEAN-OVER-COLUMNS", "MEAN-OVER-TWO-AXES"}),
        frozenset({"SOFTMAX-WRONG-AXIS", "MEAN-OVER-ALL"}),
        frozenset({"SOFTMAX-WRONG-AXIS", "SIGN"}),
        frozenset({"ONEHOT-FORGOTTEN", "SIGN"}),
        frozenset({"SOFTMAX-MISSING", "LOG-0"}),
        frozenset(
            {
                "SOFTMAX-MISSING",
                "SOFTMAX-WRONG-AXIS",
                "SOFTMAX-BEFORE-CE",
                "GRAD-OF-PROBS",
                "ONEHOT-FORGOTTEN",
            }
        ),
        frozenset({"SOFTMAX-MISSING", "SOFTMAX-OVERFLOW"}),
        frozenset({"MEAN-OVER-ALL", "SIGN"}),
        frozenset({"HALF-IN-MEAN", "HALF-MISSING", "MEAN-VS-SUM", "ABS-NOT-SQUARE"}),
        frozenset({"BINARY-CE", "LOG-0", "SOFTMAX-OVERFLOW"}),
        frozenset({"BINARY-CE", "SOFTMAX-BEFORE-CE", "SOFTMAX-MISSING", "SOFTMAX-WRONG-AXIS"}),
    ),
)


@exercise.function
def mse_loss(output, target, reduction="mean"):
    """Return the mean of the squared differences, or half of their sum (`half_sum`).

    Raises ValueError if the shapes differ.
    """
    xp = array_namespace(output)
    squares = _difference(output, target) ** 2
    return xp.mean(squares) if reduction == "mean" else xp.sum(squares) / 2


@exercise.function
def mse_loss_backward(output, target, reduction="mean"):
    """Return the gradient of mse_loss with respect to output."""
    difference = _difference(output, target)
    return difference * 2 / _size(output) if reduction == "mean" else difference


@exercise.function
def cross_entropy(logits, labels):
    """Return the mean over the batch of -log(softmax) at the right class."""
    xp = array_namespace(logits)
    shifted = logits - xp.max(logits, axis=1, keepdims=True)
    sums = xp.log(xp.sum(xp.exp(shifted), axis=1))
    return xp.mean(sums - xp.sum(shifted * _one_hot(logits, labels), axis=1))


@exercise.function
def cross_entropy_backward(logits, labels):
    """Return (softmax - one-hot) / N, the gradient of cross_entropy with respect to logits."""
    return (_softmax(logits) - _one_hot(logits, labels)) / logits.shape[0]


def _difference(output, target):
    if output.shape != target.shape:
        raise ValueError(f"output {tuple(output.shape)}, target {tuple(target.shape)}")
    return output - target


def _size(X):
    count = 1
    for side in X.shape:
        count *= side
    return count


def _one_hot(logits, labels):
    xp = array_namespace(logits)
    classes = xp.arange(logits.shape[1], device=device(logits))
    return xp.astype(labels[:, None] == classes[None, :], logits.dtype)


def _softmax(logits):
    xp = array_namespace(logits)
    powers = xp.exp(logits - xp.max(logits, axis=1, keepdims=True))
    return powers / xp.sum(powers, axis=1, keepdims=True)


@exercise.oracle(mse_loss)
def _(output, target, reduction="mean"):
    from torch.nn import functional as F

    if reduction == "mean":
        return F.mse_loss(output, target)
    return F.mse_loss(output, target, reduction="sum") / 2


@exercise.oracle(cross_entropy)
def _(logits, labels):
    from torch.nn import functional as F

    return F.cross_entropy(logits, labels)


@exercise.oracle(cross_entropy_backward)
def _(logits, labels):
    import torch
    from torch.nn import functional as F

    leaf = logits.clone().requires_grad_()
    return torch.autograd.grad(F.cross_entropy(leaf, labels), leaf)[0]


def _regression_cases(draw):
    tenths, three = draw.array([0.1] * 10), draw.array([0] * 3 + [1] + [0] * 6)
    yield example(output=tenths, target=three)
    yield example(output=tenths, target=three, reduction="half_sum")
    for reduction in ("mean", "half_sum"):
        also = "" if reduction == "mean" else ", half sum"
        options = {"reduction": reduction}
        yield case(f"one number{also}", output=draw.array([5]), target=draw.array([2]), **options)
        yield case(
            f"three numbers{also}",
            output=draw.array([1, 4, 2]),
            target=draw.array([3, 1, 2]),
            **options,
        )
        yield case(
            f"a table{also}",
            output=draw.integers((2, 3)),
            target=draw.integers((2, 3)),
            **options,
        )
        yield case(
            f"a batch of maps{also}",
            output=draw.integers((2, 2, 1, 2)),
            target=draw.integers((2, 2, 1, 2)),
            **options,
        )
        for dtype in ("float32", "float64"):
            yield case(
                f"fractions in {dtype}{also}",
                output=draw.reals((3, 2), dtype=dtype),
                target=draw.reals((3, 2), dtype=dtype),
                **options,
            )
    yield edge("nothing is wrong", output=draw.array([1, 2]), target=draw.array([1, 2]))
    yield edge(
        "not contiguous in memory",
        output=draw.strided(draw.integers((2, 3))),
        target=draw.integers((2, 3)),
    )
    yield raises(
        ValueError,
        "a column against a row",
        output=draw.array([[1], [2], [4]]),
        target=draw.array([1, 2, 5]),
    )


exercise.cases(mse_loss)(_regression_cases)
exercise.cases(mse_loss_backward)(_regression_cases)


def _classification_cases(draw):
    def labels(*numbers):
        return draw.array(numbers, dtype="int64")

    yield example(logits=draw.array([[0, 0, 0, 0]]), labels=labels(2))
    yield example(logits=draw.array([[2, 0], [0, 1]]), labels=labels(0, 0))
    yield case("one example", logits=draw.array([[1, 3, 0]]), labels=labels(0))
    yield case("two examples", logits=draw.distinct((2, 3)), labels=labels(2, 0))
    yield case(
        "as many examples as classes", logits=draw.integers((3, 3), -3, 3), labels=labels(1, 1, 2)
    )
    yield case("two classes", logits=draw.distinct((5, 2), -4), labels=labels(0, 1, 1, 0, 1))
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            logits=draw.reals((2, 3), dtype=dtype),
            labels=draw.integers((2,), 0, 2, dtype="int64"),
        )
    yield edge("sure and right", logits=draw.array([[1000, 0, -1000]]), labels=labels(0))
    yield edge(
        "sure and wrong", logits=draw.array([[1000, 0, -1000], [0, 500, 0]]), labels=labels(2, 0)
    )
    yield edge("all far below zero", logits=draw.array([[-1000, -1500]]), labels=labels(1))
    yield edge(
        "not contiguous in memory",
        logits=draw.strided(draw.integers((2, 4), -3, 3)),
        labels=labels(3, 0),
    )


exercise.cases(cross_entropy)(_classification_cases)
exercise.cases(cross_entropy_backward)(_classification_cases)


def _scaled(code, factor, *functions, when=("mean", "half_sum"), **options):
    """Register a loss or gradient that is multiplied by `factor(output)`.

    `when` lists the reductions to which this applies.
    """

    def scales(loss, output, target, reduction="mean"):
        result = loss(output, target, reduction)
        return result * factor(output) if reduction in when else result

    exercise.misconception(code, *functions, **options)(scales)


_scaled("HALF-MISSING", lambda output: 2, mse_loss, mse_loss_backward, when=("half_sum",))
_scaled("TWO-MISSING", lambda output: 0.5, mse_loss_backward, when=("mean",))
for _halved in (("half_sum",), ("mean", "half_sum")):
    _scaled(
        *("TWO-MISSING", lambda output: 0.5, mse_loss_backward),
        when=_halved,
        alone=True,
        beside=("MEAN-OVER-BATCH", "SIGN"),
    )
_scaled("MEAN-VS-SUM", _size, mse_loss, mse_loss_backward, when=("mean",))
_scaled(
    "MEAN-VS-SUM",
    lambda output: 1 / _size(output),
    mse_loss,
    mse_loss_backward,
    when=("half_sum",),
)
_scaled(
    "MEAN-OVER-BATCH",
    lambda output: _size(output) / output.shape[0],
    mse_loss,
    mse_loss_backward,
    when=("mean",),
)
_scaled("SIGN", lambda output: -1, mse_loss_backward)


def _length(output):
    return output.shape[0]


def _columns(output):
    if output.ndim < 2:
        raise IndexError("tuple index out of range")
    return output.shape[1]


def _second(output):
    """Return the number of the second axis, which a vector does not have."""
    _columns(output)
    return 1


def _rows(output):
    """Return the number of rows of an array that is indexed as `output[i, :]`."""
    _columns(output)
    return output.shape[0]


def _rows_of_matrix(output):
    """Return the number of rows of an array that is unpacked as `rows, columns = output.shape`."""
    if output.ndim != 2:
        raise ValueError("not enough values to unpack")
    return output.shape[0]


def _divided_by(code, count):
    """Register a mean that is a sum divided by `count(output)`."""
    _scaled(
        code,
        lambda output: _size(output) / count(output),
        mse_loss,
        mse_loss_backward,
        when=("mean",),
        alone=True,
        beside=("HALF-IN-MEAN", "REDUCTION-IGNORED", "TWO-MISSING"),
    )


_divided_by("MEAN-OVER-BATCH", _rows)
_divided_by("MEAN-OVER-BATCH", _rows_of_matrix)


for _axis_of in (lambda output: output.ndim - 1, _second):
    # The mean of the sums along the last axis, or along axis 1.
    _scaled(
        "MEAN-OVER-BATCH",
        lambda output, axis_of=_axis_of: output.shape[axis_of(output)],
        mse_loss,
        when=("mean",),
        alone=True,
        beside=("HALF-IN-MEAN", "REDUCTION-IGNORED"),
    )


@exercise.misconception(
    "MEAN-OVER-BATCH", mse_loss, alone=True, beside=("HALF-IN-MEAN", "REDUCTION-IGNORED")
)
def _(loss, output, target, reduction="mean"):
    """Add up along axis 1 and average along axis 0, which leaves an array of more axes."""
    if reduction != "mean":
        return loss(output, target, reduction)
    sums = array_namespace(output).sum(_difference(output, target) ** 2, axis=_second(output))
    return array_namespace(output).mean(sums, axis=0)


_scaled(
    "MEAN-OVER-COLUMNS",
    lambda output: _size(output) / _columns(output),
    mse_loss,
    mse_loss_backward,
    when=("mean",),
)


def _first_and_last(output):
    return output.shape[0] * output.shape[-1]


def _first_two(output):
    return output.shape[0] * _columns(output)


_divided_by("MEAN-OVER-TWO-AXES", _first_and_last)
_divided_by("MEAN-OVER-TWO-AXES", _first_two)


@exercise.misconception(
    "MEAN-OVER-TWO-AXES", mse_loss, alone=True, beside=("HALF-IN-MEAN", "REDUCTION-IGNORED")
)
def _(loss, output, target, reduction="mean"):
    """Add up `output[i][j]` in two loops, which leaves an array if there are more axes."""
    squares = _difference(output, target) ** 2
    sums = array_namespace(output).sum(squares, axis=(0, _second(output)))
    return sums / _first_two(output) if reduction == "mean" else sums / 2


@exercise.misconception("MEAN-OVER-COLUMNS", mse_loss, alone=True)
def _(loss, output, target, reduction="mean"):
    """Divide half of the sum by the number of columns, whatever `reduction` is."""
    return loss(output, target, "half_sum") / _columns(output)


@exercise.misconception("REDUCTION-IGNORED", mse_loss, mse_loss_backward)
def _(loss, output, target, reduction="mean"):
    return loss(output, target)


@exercise.misconception("REDUCTION-IGNORED", mse_loss, mse_loss_backward)
def _(loss, output, target, reduction="mean"):
    return loss(output, target, "half_sum")


@exercise.misconception("REDUCTION-IGNORED", mse_loss, mse_loss_backward, alone=True)
def _(loss, output, target, reduction="mean"):
    """Always use the whole sum, whose gradient is 2 (o − t)."""
    return loss(output, target, "half_sum") * 2


for _count in (_rows, _rows_of_matrix):
    for _always in (("mean", 1), ("half_sum", 1), ("half_sum", 2)):

        @exercise.misconception(
            *("REDUCTION-IGNORED", mse_loss, mse_loss_backward),
            alone=True,
            beside=("HALF-IN-MEAN", "TWO-MISSING") if "mean" in _always else (),
        )
        def _(loss, output, target, reduction="mean", count=_count, always=_always):
            """Use one formula, written for matrices or for two axes and more."""
            count(output)
            formula, factor = always
            return loss(output, target, formula) * factor


@exercise.misconception("MEAN-VS-SUM", mse_loss, mse_loss_backward, alone=True)
def _(loss, output, target, reduction="mean"):
    """Exchange the two reductions."""
    return loss(output, target, "half_sum" if reduction == "mean" else "mean")


@exercise.misconception("ABS-NOT-SQUARE", mse_loss)
def _(loss, output, target, reduction="mean"):
    """Use |o − t| instead of its square."""
    xp = array_namespace(output)
    apart = xp.abs(_difference(output, target))
    return loss(apart**0.5, xp.zeros_like(apart), reduction)


def _product(first, second):
    """Return `first @ second`; raise ValueError if their sizes do not match."""
    if first.ndim > 1 and first.shape[-1] != second.shape[-2]:
        raise ValueError("matmul: core dimensions do not match")
    return first @ second


for _turns in (False, True):
    for _count in (_size, _length):

        @exercise.misconception(
            "DOT-OF-MATRIX", mse_loss, alone=True, beside=("REDUCTION-IGNORED",)
        )
        def _(loss, output, target, reduction="mean", turns=_turns, count=_count):
            """Compute `d.T @ d` (or `d @ d.T`), which is a number only if d is a vector."""
            d = _difference(output, target)
            turned = array_namespace(d).permute_dims(d, tuple(range(d.ndim))[::-1])
            product = _product(d, turned) if turns else _product(turned, d)
            return product / (count(output) if reduction == "mean" else 2)


@exercise.misconception("NOT-REDUCED", mse_loss, alone=True)
def _(loss, output, target, reduction="mean"):
    """Return the square of every difference."""
    return _difference(output, target) ** 2


@exercise.misconception(
    "NOT-REDUCED", mse_loss, alone=True, beside=("REDUCTION-IGNORED", "TIMES-N")
)
def _(loss, output, target, reduction="mean"):
    """Return half of the square of every difference."""
    return _difference(output, target) ** 2 / 2


@exercise.misconception("NOT-REDUCED", mse_loss, alone=True)
def _(loss, output, target, reduction="mean"):
    """Return the square of every difference, and half of it for `half_sum`."""
    squares = _difference(output, target) ** 2
    return squares if reduction == "mean" else squares / 2


for _reduced in (
    lambda xp, squares: xp.sum(squares, axis=0) / 2,
    lambda xp, squares: xp.mean(squares, axis=0),
    lambda xp, squares: xp.mean(squares, axis=0, keepdims=True),
    lambda xp, squares: xp.sum(squares, axis=0),
    lambda xp, squares: xp.sum(squares, axis=-1) / 2,
    lambda xp, squares: xp.mean(squares, axis=-1),
    lambda xp, squares: xp.mean(squares, axis=_second(squares)),
    lambda xp, squares: xp.sum(squares, axis=_second(squares)),
):

    @exercise.misconception("NOT-REDUCED", mse_loss, alone=True)
    def _(loss, output, target, reduction="mean", reduced=_reduced):
        """Reduce one axis only."""
        return reduced(array_namespace(output), _difference(output, target) ** 2)


_scaled("HALF-IN-MEAN", lambda output: 0.5, mse_loss, when=("mean",))

for _count in (_length, _size):

    @exercise.misconception(
        "TIMES-N", mse_loss, alone=True, beside=("NOT-REDUCED", "REDUCTION-IGNORED")
    )
    def _(loss, output, target, reduction="mean", count=_count):
        """Write 1 / 2 * N, which multiplies by N."""
        result = loss(output, target, "half_sum")
        return result * count(output) if reduction == "mean" else result


for _highest in (1 - 1e-15, 1 - 1e-7):

    @exercise.misconception(
        *("OUTPUT-CLIPPED", mse_loss, mse_loss_backward),
        alone=True,
        beside=("HALF-IN-MEAN", "MEAN-OVER-BATCH", "REDUCTION-IGNORED", "SIGN", "TWO-MISSING"),
    )
    def _(loss, output, target, reduction="mean", highest=_highest):
        """Clip the output to numbers between 0 and 1, as for the logarithm of a probability."""
        clipped = array_namespace(output).clip(output, 1 - highest, highest)
        return loss(clipped, target, reduction)


for _rooted in (("mean",), ("mean", "half_sum")):

    @exercise.misconception("ROOT-TAKEN", mse_loss, alone=True)
    def _(loss, output, target, reduction="mean", rooted=_rooted):
        """Return the root of the mean squared error."""
        return loss(output, target, reduction) ** (0.5 if reduction in rooted else 1)


for _share in (
    lambda output: 1,
    lambda output: 0.5,
    lambda output: 1 / _size(output),
    lambda output: 1 / _length(output),
    lambda output: 0.5 / _length(output),
    lambda output: _size(output) ** -0.5,
    lambda output: 0.5**0.5,
):

    @exercise.misconception("ROOT-TAKEN", mse_loss, alone=True)
    def _(loss, output, target, reduction="mean", share=_share):
        """Return the norm of the differences, or a share of it, whatever the reduction is."""
        return (2 * loss(output, target, "half_sum")) ** 0.5 * share(output)


for _average in (("mean", "half_sum"), ("mean",)):

    @exercise.misconception("SQUARE-AFTER-SUM", mse_loss, alone=True)
    def _(loss, output, target, reduction="mean", average=_average):
        """Square the mean, or the sum, of the differences."""
        if reduction not in average:
            return loss(output, target, reduction)
        xp, difference = array_namespace(output), _difference(output, target)
        return xp.mean(difference) ** 2 if reduction == "mean" else xp.sum(difference) ** 2 / 2


@exercise.misconception("POWER-KEPT", mse_loss_backward, alone=True)
def _(backward, output, target, reduction="mean"):
    """Keep the square: 2 (o − t)² / n, or (o − t)²."""
    return backward(output, target, reduction) * _difference(output, target)


for _axis in (0, None):

    @exercise.misconception("GRAD-SUMMED", mse_loss_backward, alone=True, beside=("SIGN",))
    def _(backward, output, target, reduction="mean", axis=_axis):
        """Add up the gradients of all rows, or of all elements."""
        return array_namespace(output).sum(backward(output, target, reduction), axis=axis)


for _summed in (
    lambda xp, difference: xp.sum(difference, axis=0),
    lambda xp, difference: xp.mean(difference, axis=0),
    # Where the differences cancel, only a rounding error is left, which depends on the order.
    lambda xp, difference: sum(difference),
    lambda xp, difference: sum(difference) / difference.shape[0],
    lambda xp, difference: xp.sum(difference) / difference.shape[0],
    lambda xp, difference: xp.mean(difference),
):
    for _factor in (1, 2):

        @exercise.misconception("GRAD-SUMMED", mse_loss_backward, alone=True, beside=("SIGN",))
        def _(backward, output, target, reduction="mean", summed=_summed, factor=_factor):
            """Add up or average the differences, whatever the reduction is."""
            return factor * summed(array_namespace(output), _difference(output, target))


@exercise.misconception("NO-CHECK", mse_loss, mse_loss_backward, breaks="errors")
def _(loss, output, target, reduction="mean"):
    """Broadcast shapes that differ, so that every output is compared with every target."""
    xp = array_namespace(output)
    output, target = xp.broadcast_arrays(output, target)
    return loss(output + 0, target + 0, reduction)


@exercise.misconception("NO-CHECK", mse_loss, breaks="errors")
def _(loss, output, target, reduction="mean"):
    """Broadcast shapes that differ, and divide by the number of elements of the output."""
    xp = array_namespace(output)
    both = xp.broadcast_arrays(output, target)
    result = loss(both[0] + 0, both[1] + 0, reduction)
    return result * _size(both[0]) / _size(output) if reduction == "mean" else result


@exercise.misconception("SIGN", cross_entropy, cross_entropy_backward)
def _(loss, logits, labels):
    return -loss(logits, labels)


@exercise.misconception("BATCH-NOT-AVERAGED", cross_entropy, cross_entropy_backward)
def _(loss, logits, labels):
    return loss(logits, labels) * logits.shape[0]


@exercise.misconception("MEAN-OVER-ALL", cross_entropy, cross_entropy_backward)
def _(loss, logits, labels):
    """Divide by the number of classes too."""
    return loss(logits, labels) / logits.shape[1]


@exercise.misconception("LOG-0", cross_entropy)
def _(loss, logits, labels):
    """Compute softmax, then its logarithm: a probability that underflows to 0 gives infinity."""
    xp = array_namespace(logits)
    return xp.mean(-xp.log(xp.sum(_softmax(logits) * _one_hot(logits, labels), axis=1)))


@exercise.misconception("LOG-0", cross_entropy)
def _(loss, logits, labels):
    """Compute the logarithm of a softmax that overflows."""
    xp = array_namespace(logits)
    picked = xp.sum(_naive(logits) * _one_hot(logits, labels), axis=1)
    return xp.mean(-xp.log(picked))


@exercise.misconception("LOG-0", cross_entropy)
def _(loss, logits, labels):
    """Compute the logarithm of a softmax that overflows, at the right class only."""
    xp = array_namespace(logits)
    return xp.mean(-xp.log(_picked(_naive(logits), labels)))


def _picked(probabilities, labels):
    """Return the probability of the right class, even if others are NaN."""
    xp = array_namespace(probabilities)
    right = _one_hot(probabilities, labels) > 0
    return xp.sum(xp.where(right, probabilities, xp.zeros_like(probabilities)), axis=1)


#: Numbers that are added to a probability, or to which it is clipped; two are a dtype's precision.
_EPSILONS = (
    *(1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20),
    *(2.220446049250313e-16, 1.1920928955078125e-07),
)

for _epsilon in _EPSILONS:

    @exercise.misconception("LOG-0", cross_entropy, alone=_epsilon != 1e-7)
    def _(loss, logits, labels, epsilon=_epsilon):
        """Compute log(p + ε), which limits every loss to -log(ε)."""
        xp = array_namespace(logits)
        return xp.mean(-xp.log(_picked(_softmax(logits), labels) + epsilon))

    for _highest in (1.0, 1 - _epsilon):

        @exercise.misconception("LOG-0", cross_entropy, alone=True)
        def _(loss, logits, labels, epsilon=_epsilon, highest=_highest):
            """Clip p to ε … 1, or to ε … 1 − ε, before the logarithm."""
            xp = array_namespace(logits)
            picked = xp.clip(_picked(_softmax(logits), labels), epsilon, highest)
            return xp.mean(-xp.log(picked))


@exercise.misconception("LOG-0", cross_entropy)
def _(loss, logits, labels):
    """Multiply the logarithms of all probabilities by 0 or 1: 0 · ∞ is NaN."""
    xp = array_namespace(logits)
    logs = xp.log(_softmax(logits))
    return xp.mean(-xp.sum(logs * _one_hot(logits, labels), axis=1))


@exercise.misconception("LOG-0", cross_entropy, alone=True)
def _(loss, logits, labels):
    """Return 0 if the loss is infinite."""
    xp = array_namespace(logits)
    result = xp.mean(-xp.log(_picked(_softmax(logits), labels)))
    return xp.where(xp.isinf(result), xp.zeros_like(result), result)


for _instead in (lambda xp, p: 0.0, lambda xp, p: xp.finfo(p.dtype).max):

    @exercise.misconception("LOG-0", cross_entropy, alone=True)
    def _(loss, logits, labels, instead=_instead):
        """Replace an example's infinite loss by 0, or by the largest number."""
        xp = array_namespace(logits)
        p = _picked(_softmax(logits), labels)
        return xp.mean(xp.where(p > 0, -xp.log(p), xp.full_like(p, instead(xp, p))))


@exercise.misconception("SOFTMAX-OVERFLOW", cross_entropy)
def _(loss, logits, labels):
    """Compute log Σ e^x without subtracting the maximum."""
    xp = array_namespace(logits)
    sums = xp.log(xp.sum(xp.exp(logits), axis=1))
    return xp.mean(sums - xp.sum(logits * _one_hot(logits, labels), axis=1))


@exercise.misconception("SOFTMAX-OVERFLOW", cross_entropy_backward)
def _(loss, logits, labels):
    return (_naive(logits) - _one_hot(logits, labels)) / logits.shape[0]


def _naive(logits):
    xp = array_namespace(logits)
    powers = xp.exp(logits)
    return powers / xp.sum(powers, axis=1, keepdims=True)


@exercise.misconception("SOFTMAX-BEFORE-CE", cross_entropy, cross_entropy_backward)
def _(loss, logits, labels):
    """Apply softmax twice."""
    return loss(_softmax(logits), labels)


@exercise.misconception("ONEHOT-FORGOTTEN", cross_entropy_backward)
def _(loss, logits, labels):
    """Return softmax / N, without subtracting the one-hot labels."""
    return loss(logits, labels) + _one_hot(logits, labels) / logits.shape[0]


@exercise.misconception("ONEHOT-FORGOTTEN", cross_entropy_backward, alone=True)
def _(backward, logits, labels):
    """Subtract the number of the class from every probability."""
    xp = array_namespace(logits)
    numbers = xp.astype(labels, logits.dtype)[:, None]
    return backward(logits, labels) + (_one_hot(logits, labels) - numbers) / logits.shape[0]


for _natural in (0.6931471805599453, 2.302585092994046):

    @exercise.misconception("LOG-BASE", cross_entropy, alone=True)
    def _(loss, logits, labels, natural=_natural):
        """Use log2 or log10."""
        return loss(logits, labels) / natural

    @exercise.misconception("LOG-BASE", cross_entropy, alone=True)
    def _(loss, logits, labels, natural=_natural):
        """Use log2 or log10 of a probability, which may be 0."""
        xp = array_namespace(logits)
        return xp.mean(-xp.log(_picked(_softmax(logits), labels))) / natural


def _log_softmax(logits):
    xp = array_namespace(logits)
    shifted = logits - xp.max(logits, axis=1, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=1, keepdims=True))


@exercise.misconception("ONEHOT-FORGOTTEN", cross_entropy, alone=True)
def _(loss, logits, labels):
    """Add up −log p of all classes."""
    return -array_namespace(logits).sum(_log_softmax(logits)) / logits.shape[0]


@exercise.misconception("INDEX-ALL-ROWS", cross_entropy, alone=True)
def _(loss, logits, labels):
    """Index with `[:, labels]`, which picks every label in every row."""
    xp = array_namespace(logits)
    return -xp.mean(xp.take(_log_softmax(logits), labels, axis=1))


@exercise.misconception("INDEX-ALL-ROWS", cross_entropy_backward, alone=True)
def _(backward, logits, labels):
    """Subtract 1 in `[:, labels]`."""
    columns = array_namespace(logits).max(_one_hot(logits, labels), axis=0)
    return (_softmax(logits) - columns) / logits.shape[0]


def _rows_of(logits, labels):
    """Return logits[labels]: whole rows, which exist for labels below N only."""
    xp = array_namespace(logits)
    if xp.max(labels) >= logits.shape[0]:
        raise IndexError("index is out of bounds")
    return xp.take(logits, labels, axis=0)


for _reduced in (
    lambda xp, losses: losses,
    lambda xp, losses: xp.sum(losses),
    lambda xp, losses: xp.mean(losses),
):

    @exercise.misconception(
        "INDEX-ROWS", cross_entropy, alone=True, beside=("LOG-0", "SOFTMAX-MISSING")
    )
    def _(loss, logits, labels, reduced=_reduced):
        """Index with `[labels]`, which picks the probabilities of all classes."""
        xp, rows = array_namespace(logits), _rows_of(logits, labels)
        classes = xp.arange(rows.shape[1], device=device(rows))
        losses = [_each(loss, xp.broadcast_to(row, (len(row),) * 2), classes) for row in rows]
        return reduced(xp, xp.stack(losses))


@exercise.misconception(
    *("INDEX-ROWS", cross_entropy_backward),
    alone=True,
    beside=("BATCH-NOT-AVERAGED", "SOFTMAX-MISSING"),
)
def _(backward, logits, labels):
    """Subtract 1 in `[labels]`."""
    numbers = array_namespace(logits).arange(logits.shape[0], device=device(logits))
    _rows_of(logits, labels)
    chosen = array_namespace(logits).any(numbers[:, None] == labels[None, :], axis=1)
    ones = array_namespace(logits).astype(chosen, logits.dtype)[:, None]
    return backward(logits, labels) + (_one_hot(logits, labels) - ones) / logits.shape[0]


def _for_one_example(logits, labels):
    """Return the softmax over the whole array, and whether each row is one of `labels`."""
    xp = array_namespace(logits)
    _rows_of(logits, labels)
    numbers = xp.arange(logits.shape[0], device=device(logits))
    chosen = xp.any(numbers[:, None] == labels[None, :], axis=1)
    return _shared(logits, None, _largest(logits, None)), xp.astype(chosen, logits.dtype)[:, None]


for _epsilon in (0, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15):

    @exercise.misconception("ONE-EXAMPLE", cross_entropy, alone=True)
    def _(loss, logits, labels, epsilon=_epsilon):
        """Compute `-log(p[labels] + ε)` of a softmax over the whole array."""
        p, _ = _for_one_example(logits, labels)
        return -array_namespace(p).log(_rows_of(p, labels) + epsilon)


for _averaged in (False, True):

    @exercise.misconception("ONE-EXAMPLE", cross_entropy_backward, alone=True)
    def _(backward, logits, labels, averaged=_averaged):
        """Subtract 1 in `p[labels]`, where p is a softmax over the whole array."""
        p, chosen = _for_one_example(logits, labels)
        return (p - chosen) / (logits.shape[0] if averaged else 1)


@exercise.misconception("LOG-MISSING", cross_entropy, alone=True)
def _(loss, logits, labels):
    """Return the mean of −p."""
    return -array_namespace(logits).mean(_picked(_softmax(logits), labels))


@exercise.misconception("MAX-NOT-ADDED", cross_entropy, alone=True)
def _(loss, logits, labels):
    """Subtract the score itself from log Σ e^(x − max), without adding the maximum."""
    xp = array_namespace(logits)
    return loss(logits, labels) - xp.mean(xp.max(logits, axis=1))


@exercise.misconception("NOT-REDUCED", cross_entropy, alone=True)
def _(loss, logits, labels):
    """Return a loss for every example."""
    picked = _log_softmax(logits) * _one_hot(logits, labels)
    return -array_namespace(logits).sum(picked, axis=1)


for _probabilities in (_softmax, _naive):

    @exercise.misconception("NOT-REDUCED", cross_entropy, alone=True)
    def _(loss, logits, labels, probabilities=_probabilities):
        """Return the logarithm of a probability for every example: it may be 0, or NaN."""
        return -array_namespace(logits).log(_picked(probabilities(logits), labels))


@exercise.misconception("NOT-REDUCED", cross_entropy, alone=True)
def _(loss, logits, labels):
    """Return log Σ e^x − x of every example; e^x overflows."""
    xp = array_namespace(logits)
    sums = xp.log(xp.sum(xp.exp(logits), axis=1))
    return sums - xp.sum(logits * _one_hot(logits, labels), axis=1)


@exercise.misconception("NOT-REDUCED", cross_entropy, alone=True)
def _(loss, logits, labels):
    """Multiply all x − log Σ e^x by 0 or 1 and add them up, row by row; e^x overflows."""
    xp = array_namespace(logits)
    logs = logits - xp.log(xp.sum(xp.exp(logits), axis=1, keepdims=True))
    return -xp.sum(_one_hot(logits, labels) * logs, axis=1)


@exercise.misconception("NOT-REDUCED", cross_entropy, alone=True)
def _(loss, logits, labels):
    """Multiply the logarithms by 0 or 1, and do not add them up."""
    return -_one_hot(logits, labels) * array_namespace(logits).log(_softmax(logits))


@exercise.misconception("NOT-REDUCED", cross_entropy, alone=True)
def _(loss, logits, labels):
    """Do so with a softmax that overflows."""
    return -_one_hot(logits, labels) * array_namespace(logits).log(_naive(logits))


def _one_example(code, rows):
    """Register a loss of a single example, which N may divide."""
    for divided in (False, True):

        @exercise.misconception(code, cross_entropy, alone=True)
        def _(loss, logits, labels, divided=divided):
            return loss(logits[rows, :], labels[rows]) / (logits.shape[0] if divided else 1)

        @exercise.misconception(code, cross_entropy, alone=True)
        def _(loss, logits, labels, divided=divided):
            """Take the logarithm of a probability, which may be 0."""
            xp = array_namespace(logits)
            losses = -xp.log(_picked(_softmax(logits), labels))
            return xp.sum(losses[rows]) / (logits.shape[0] if divided else 1)


_one_example("FIRST-ONLY", slice(0, 1))
_one_example("LAST-ONLY", slice(-1, None))


def _rounded(code, loss, digits=4):
    def rounds(loss_of, *given, **options):
        result = (loss or loss_of)(*given, **options)
        return array_namespace(result).round(result * 10**digits) / 10**digits

    exercise.misconception(
        code, *([cross_entropy] if loss else [mse_loss, cross_entropy]), alone=True
    )(rounds)


def _clipped(logits, labels, epsilon=1e-7):
    xp = array_namespace(logits)
    picked = xp.clip(_picked(_softmax(logits), labels), epsilon, 1 - epsilon)
    return xp.mean(-xp.log(picked))


_rounded("ROUNDED", None)
_rounded("ROUNDED", _clipped)
_rounded("ROUNDED", lambda logits, labels: _clipped(logits, labels, 1e-15))


def _binary(p, right, xp):
    return -xp.sum(right * xp.log(p) + (1 - right) * xp.log(1 - p), axis=1)


def _of_sigmoid(logits):
    return 1 / (1 + array_namespace(logits).exp(-logits))


for _probabilities in (_softmax, _of_sigmoid):

    @exercise.misconception("BINARY-CE", cross_entropy, alone=_probabilities is not _softmax)
    def _(loss, logits, labels, probabilities=_probabilities):
        """Add log(1 − p) of the other classes, as for two classes."""
        xp, right = array_namespace(logits), _one_hot(logits, labels)
        return xp.mean(_binary(probabilities(logits), right, xp))

    for _epsilon in (1e-7, 1e-12, 1e-15):

        @exercise.misconception("BINARY-CE", cross_entropy, alone=True)
        def _(loss, logits, labels, probabilities=_probabilities, epsilon=_epsilon):
            """Clip p first."""
            xp, right = array_namespace(logits), _one_hot(logits, labels)
            p = xp.clip(probabilities(logits), epsilon, 1 - epsilon)
            return xp.mean(_binary(p, right, xp))


for _epsilon in (1e-8, 1e-9, 1e-10, 1e-12, 1e-15):

    @exercise.misconception("BINARY-CE", cross_entropy, alone=True)
    def _(loss, logits, labels, epsilon=_epsilon):
        """Add a small number inside both logarithms."""
        xp, right, p = array_namespace(logits), _one_hot(logits, labels), _softmax(logits)
        terms = right * xp.log(p + epsilon) + (1 - right) * xp.log(1 - p + epsilon)
        return -xp.mean(xp.sum(terms, axis=1))


@exercise.misconception("BINARY-CE", cross_entropy, alone=True)
def _(loss, logits, labels):
    """Return the two terms of every class."""
    xp, right, p = array_namespace(logits), _one_hot(logits, labels), _softmax(logits)
    return -(right * xp.log(p) + (1 - right) * xp.log(1 - p))


for _epsilon in (0.0, 1e-10):
    for _averaged in (False, True):

        @exercise.misconception("BINARY-CE", cross_entropy_backward, alone=True)
        def _(loss, logits, labels, epsilon=_epsilon, averaged=_averaged):
            """Return −t/p + (1 − t)/(1 − p)."""
            right, p = _one_hot(logits, labels), _softmax(logits)
            gradient = (1 - right) / (1 - p + epsilon) - right / (p + epsilon)
            return gradient / logits.shape[0] if averaged else gradient


@exercise.misconception("GRAD-OF-PROBS", cross_entropy_backward)
def _(loss, logits, labels):
    """Return −1/p at the right class, the gradient with respect to the probabilities."""
    return -_one_hot(logits, labels) / _softmax(logits) / logits.shape[0]


@exercise.misconception("GRAD-OF-PROBS", cross_entropy_backward)
def _(loss, logits, labels):
    """Return −1/p at the right class, and 0 elsewhere even if another class has p = 0."""
    xp = array_namespace(logits)
    right, p = _one_hot(logits, labels), _softmax(logits)
    return -right / xp.where(right > 0, p, xp.ones_like(p)) / logits.shape[0]


@exercise.misconception("GRAD-OF-PROBS", cross_entropy_backward, alone=True)
def _(loss, logits, labels):
    """Return −1/p at the right class, not averaged over the batch."""
    return -_one_hot(logits, labels) / _softmax(logits)


@exercise.misconception("GRAD-OF-PROBS", cross_entropy_backward, alone=True)
def _(loss, logits, labels):
    """Do so with a softmax that overflows."""
    return -_one_hot(logits, labels) / _naive(logits)


def _missing_softmax(power, *, alone=True, beside=()):
    """Register a loss that takes -log of the score at the right class, changed by `power`."""

    @exercise.misconception("SOFTMAX-MISSING", cross_entropy, alone=alone, beside=beside)
    def _(loss, logits, labels):
        xp = array_namespace(logits)
        return xp.mean(-xp.log(power(xp, _picked(logits, labels))))


_missing_softmax(lambda xp, scores: scores, alone=False)
for _epsilon in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15):
    _missing_softmax(
        lambda xp, scores, e=_epsilon: scores + e,
        alone=_epsilon != 1e-7,
        beside=("BATCH-NOT-AVERAGED", "INDEX-ROWS") if _epsilon != 1e-7 else (),
    )
    for _highest in (None, 1.0, 1 - _epsilon):
        _missing_softmax(lambda xp, scores, e=_epsilon, high=_highest: xp.clip(scores, e, high))


def _all_positive(xp, scores):
    """Return `scores`, of which `math.log` takes the logarithm: it refuses 0 and less."""
    if xp.any(scores <= 0):
        raise ValueError("math domain error")
    return scores


for _epsilon in (0, 1e-10, 1e-15, 1e-30):
    _missing_softmax(
        lambda xp, scores, e=_epsilon: _all_positive(xp, scores + e),
        beside=("BATCH-NOT-AVERAGED",),
    )


for _epsilon in (0, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15):

    @exercise.misconception("SOFTMAX-MISSING", cross_entropy, alone=_epsilon > 0)
    def _(loss, logits, labels, epsilon=_epsilon):
        """Multiply the logarithms of all scores by 0 or 1: one that is not positive gives NaN."""
        xp = array_namespace(logits)
        return xp.mean(-xp.sum(xp.log(logits + epsilon) * _one_hot(logits, labels), axis=1))


@exercise.misconception("LOG-0", cross_entropy_backward, alone=True)
def _(backward, logits, labels):
    """Pass −1/p back through the softmax, which is no number where p underflows to 0."""
    xp = array_namespace(logits)
    picked = _picked(_softmax(logits), labels)[:, None]
    return xp.where(
        picked == 0, xp.asarray(float("nan"), dtype=logits.dtype), backward(logits, labels)
    )


@exercise.misconception("SOFTMAX-MISSING", cross_entropy_backward)
def _(backward, logits, labels):
    """Return (score − one-hot) / N."""
    return (logits - _one_hot(logits, labels)) / logits.shape[0]


def _of_scores(logits, labels):
    """Return (a − y) / (a (1 − a)), the gradient of the binary cross-entropy."""
    return (logits - _one_hot(logits, labels)) / (logits * (1 - logits))


def _inverse_scores(logits, labels):
    """Return −y / a."""
    return -_one_hot(logits, labels) / logits


def _inverse_scores_picked(logits, labels):
    """Return −1 / a at the right class, and 0 elsewhere even if another score is 0."""
    xp = array_namespace(logits)
    right = _one_hot(logits, labels)
    return -right / xp.where(right > 0, logits, xp.ones_like(logits))


for _gradient in (_of_scores, _inverse_scores, _inverse_scores_picked):

    @exercise.misconception("SOFTMAX-MISSING", cross_entropy_backward, alone=True)
    def _(backward, logits, labels, gradient=_gradient):
        return gradient(logits, labels)

    @exercise.misconception("SOFTMAX-MISSING", cross_entropy_backward, alone=True)
    def _(backward, logits, labels, gradient=_gradient):
        return gradient(logits, labels) / logits.shape[0]


@exercise.misconception("SOFTMAX-WRONG-AXIS", cross_entropy)
def _(loss, logits, labels):
    """Let the examples share a sum, class by class; the right class is picked afterwards."""
    return loss(*_by_column(logits, labels))


@exercise.misconception("SOFTMAX-WRONG-AXIS", cross_entropy)
def _(loss, logits, labels):
    """Sum down the examples, after the maximum of the whole array was subtracted.

    A class whose powers are all 0 gives 0 / 0.
    """
    xp = array_namespace(logits)
    kept = xp.exp(logits - xp.max(logits)) > 0
    nothing = xp.full_like(logits, float("-inf"))
    return loss(*_by_column(xp.where(kept, logits, nothing), labels))


@exercise.misconception("SOFTMAX-WRONG-AXIS", cross_entropy)
def _(loss, logits, labels):
    """Divide by the sum over the whole array."""
    xp = array_namespace(logits)
    count, classes = logits.shape
    rows = xp.arange(count, device=device(logits))
    whole = xp.broadcast_to(xp.reshape(logits, (1, -1)), (count, count * classes))
    return loss(whole, rows * classes + labels)


def _by_column(logits, labels):
    """Return one row per example: the scores of all examples for its right class.

    The label of a row is the example's own number.
    """
    xp = array_namespace(logits)
    columns = xp.permute_dims(xp.take(logits, labels, axis=1), (1, 0))
    return columns, xp.arange(logits.shape[0], device=device(logits))


def _shared(logits, axis, shift):
    """Return a softmax along `axis` (None: over everything), with `shift` subtracted."""
    xp = array_namespace(logits)
    powers = xp.exp(logits - shift)
    return powers / xp.sum(powers, axis=axis, keepdims=True)


def _largest(logits, axis):
    return array_namespace(logits).max(logits, axis=axis, keepdims=True)


def _shared_gradient(shared, *, alone=False):
    @exercise.misconception("SOFTMAX-WRONG-AXIS", cross_entropy_backward, alone=alone)
    def _(backward, logits, labels):
        return (shared(logits) - _one_hot(logits, labels)) / logits.shape[0]


_shared_gradient(lambda logits: _shared(logits, 0, _largest(logits, 0)))
_shared_gradient(lambda logits: _shared(logits, 0, _largest(logits, None)))
_shared_gradient(lambda logits: _shared(logits, None, _largest(logits, None)))
_shared_gradient(lambda logits: _shared(logits, 0, 0), alone=True)
_shared_gradient(lambda logits: _shared(logits, None, 0), alone=True)


def _each(loss, logits, labels):
    """Return the loss of every example."""
    xp = array_namespace(logits)
    pairs = ((logits[n : n + 1, :], labels[n : n + 1]) for n in range(logits.shape[0]))
    return xp.stack([loss(*pair) for pair in pairs])


@exercise.misconception("NOT-REDUCED", cross_entropy, alone=True)
def _(loss, logits, labels):
    return _each(loss, logits, labels)


for _epsilon in (0, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15):

    @exercise.misconception("NOT-REDUCED", cross_entropy, alone=True)
    def _(loss, logits, labels, epsilon=_epsilon):
        """Return -log(p + ε) of every example."""
        xp = array_namespace(logits)
        return -xp.log(_picked(_softmax(logits), labels) + epsilon)


drops_dtype(exercise, mse_loss_backward, cross_entropy_backward)
