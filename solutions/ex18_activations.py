"""ex18: activations and their gradients."""

from math import log, prod

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example

from .habits import drops_dtype

exercise = Exercise(
    "ex18",
    exclusive=(
        # One formula in place of another, of which a solution has one at most.
        frozenset({"RELU-GRAD-AT-0", "RELU-GRAD-SIGN", "RELU-GRAD-TIMES-X", "RELU-LEAKY"}),
        frozenset({"RELU-ABS", "RELU-LEAKY", "RELU-MIN", "RELU-STEP"}),
        frozenset({"SIGMOID-SIGN", "TANH"}),
        frozenset({"SIGMOID-OVERFLOW", "TANH"}),
        frozenset({"RELU-GRAD-OF-GRAD", "RELU-GRAD-SIGN", "RELU-GRAD-TIMES-X", "RELU-LEAKY"}),
        frozenset({"SOFTMAX-NO-EXP", "SOFTMAX-EXP-TWICE", "SOFTMAX-OVERFLOW"}),
        frozenset({"SOFTMAX-NO-KEEPDIMS", "SOFTMAX-NO-EXP", "SOFTMAX-EXP-TWICE"}),
        frozenset({"SOFTMAX-NO-KEEPDIMS", "SOFTMAX-OVERFLOW", "SOFTMAX-GLOBAL-MAX"}),
        frozenset({"SOFTMAX-NO-EXP", "SOFTMAX-EXP-TWICE", "SOFTMAX-GLOBAL-MAX"}),
        frozenset({"SOFTMAX-NO-EXP", "SOFTMAX-WRONG-AXIS"}),
        # Rare together; sums along axis 1 without keepdims are forms of SOFTMAX-NO-KEEPDIMS.
        frozenset({"SOFTMAX-NO-KEEPDIMS", "SOFTMAX-EXP-TWICE", "SOFTMAX-WRONG-AXIS"}),
        frozenset(
            {
                *("GRAD-PASSED", "SOFTMAX-CE-GRAD", "SOFTMAX-GRAD-DIAGONAL", "SOFTMAX-JACOBIAN"),
                *("SOFTMAX-NO-KEEPDIMS", "UPSTREAM-IGNORED"),
            }
        ),
        # These sum along no axis.
        *(
            frozenset({code, "SOFTMAX-WRONG-AXIS"})
            for code in (
                "GRAD-PASSED",
                "SOFTMAX-CE-GRAD",
                "SOFTMAX-GRAD-DIAGONAL",
                "SOFTMAX-JACOBIAN",
                "UPSTREAM-IGNORED",
            )
        ),
        *(
            frozenset({code, "SOFTMAX-SQUASHED-AGAIN"})
            for code in (
                "GRAD-PASSED",
                "SOFTMAX-CE-GRAD",
                "SOFTMAX-JACOBIAN",
                "SOFTMAX-NO-KEEPDIMS",
            )
        ),
    ),
)


@exercise.function
def relu(x):
    """Return max(x, 0) for every element."""
    xp = array_namespace(x)
    return xp.where(x > 0, x, xp.zeros_like(x))


@exercise.function
def relu_backward(grad_output, x):
    """Return the gradient where x is positive, and 0 elsewhere, also at x = 0."""
    xp = array_namespace(grad_output)
    return xp.where(x > 0, grad_output, xp.zeros_like(grad_output))


@exercise.function
def sigmoid(x):
    """Return 1 / (1 + e^-x), computed with e^-|x| so that nothing overflows."""
    xp = array_namespace(x)
    power = xp.exp(-xp.abs(x))
    return xp.where(x < 0, power, xp.ones_like(x)) / (1 + power)


@exercise.function
def sigmoid_backward(grad_output, output):
    """Return grad_output · output · (1 - output), from the derivative of the sigmoid."""
    return grad_output * output * (1 - output)


@exercise.function
def softmax(x, axis=-1):
    """Return e^x over its sum along `axis`; the maximum is subtracted first to avoid overflow."""
    xp = array_namespace(x)
    powers = xp.exp(x - xp.max(x, axis=axis, keepdims=True))
    return powers / xp.sum(powers, axis=axis, keepdims=True)


@exercise.function
def softmax_backward(grad_output, output, axis=-1):
    """Return p (g - Σ g p): every output along `axis` depends on every input."""
    xp = array_namespace(grad_output)
    mean = xp.sum(grad_output * output, axis=axis, keepdims=True)
    return output * (grad_output - mean)


@exercise.oracle(relu)
def _(x):
    from torch.nn import functional as F

    return F.relu(x)


@exercise.oracle(relu_backward)
def _(grad_output, x):
    import torch

    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(torch.relu(leaf), leaf, grad_output)[0]


@exercise.oracle(sigmoid)
def _(x):
    import torch

    return torch.sigmoid(x)


@exercise.oracle(sigmoid_backward)
def _(grad_output, output):
    import torch

    leaf = torch.logit(output).requires_grad_()
    return torch.autograd.grad(torch.sigmoid(leaf), leaf, grad_output)[0]


@exercise.oracle(softmax)
def _(x, axis=-1):
    from torch.nn import functional as F

    return F.softmax(x, axis)


@exercise.oracle(softmax_backward)
def _(grad_output, output, axis=-1):
    import torch

    leaf = output.log().requires_grad_()
    return torch.autograd.grad(torch.softmax(leaf, axis), leaf, grad_output)[0]


@exercise.cases(relu)
def _(draw):
    yield example(x=draw.array([-2, 0, 3]))
    yield example(x=draw.array([[1, -1], [-4, 5]]))
    yield case("one number", x=draw.array([-3]))
    yield case("all negative", x=draw.integers((2, 3), -9, -1))
    yield case("all positive", x=draw.arange(3, 2) + 1)
    yield case("a table", x=draw.integers((3, 4)) / 4)
    yield case("a batch of maps", x=draw.integers((2, 3, 1, 2)) / 4)
    for dtype in ("float32", "float64"):
        yield case(f"fractions in {dtype}", x=draw.reals((3, 2), dtype=dtype) / 4)
    yield edge("far from zero", x=draw.array([-1000, 1000, 0]))
    yield edge("not contiguous in memory", x=draw.strided(draw.integers((3, 4)) / 4))


@exercise.cases(relu_backward)
def _(draw):
    yield example(grad_output=draw.array([5, 6, 7]), x=draw.array([-2, 1, 3]))
    yield example(grad_output=draw.array([4, 4]), x=draw.array([0, 2]))
    yield case("one number", grad_output=draw.array([-3]), x=draw.array([2]))
    yield case("a table", grad_output=draw.distinct((2, 3)), x=draw.integers((2, 3), -3, 3))
    yield case(
        "negative gradients", grad_output=draw.integers((3, 3), -9, -1), x=draw.integers((3, 3))
    )
    yield case(
        "a batch of maps", grad_output=draw.integers((2, 3, 1, 2)), x=draw.integers((2, 3, 1, 2))
    )
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            grad_output=draw.reals((3, 2), dtype=dtype),
            x=draw.reals((3, 2), dtype=dtype),
        )
    yield edge("zeros", grad_output=draw.distinct((2, 2)), x=draw.integers((2, 2), 0, 0))
    yield edge(
        "not contiguous in memory",
        grad_output=draw.strided(draw.integers((3, 4))),
        x=draw.strided(draw.integers((3, 4))),
    )


@exercise.cases(sigmoid)
def _(draw):
    yield example(x=draw.array([0, 1, -1]))
    yield example(x=draw.array([[2, -2]]))
    yield case("one number", x=draw.array([3]))
    yield case("a table", x=draw.integers((2, 3), -4, 4))
    yield case("a batch of maps", x=draw.integers((2, 3, 1, 2), -5, 5))
    for dtype in ("float32", "float64"):
        yield case(f"fractions in {dtype}", x=draw.reals((3, 2), dtype=dtype))
    yield edge("far from zero", x=draw.array([-1000, 1000, 0]))
    yield edge("infinitely far from zero", x=draw.array([float("-inf"), float("inf")]))
    yield edge("not contiguous in memory", x=draw.strided(draw.integers((3, 4))))


def _between(draw, shape, dtype=None):
    """Return multiples of 1/16 strictly between 0 and 1."""
    return draw.integers(shape, 1, 15, dtype=dtype) / 16


@exercise.cases(sigmoid_backward)
def _(draw):
    yield example(grad_output=draw.array([4, 4]), output=draw.array([0.5, 0.25]))
    yield example(grad_output=draw.array([[-2]]), output=draw.array([[0.75]]))
    yield case("one number", grad_output=draw.array([3]), output=_between(draw, (1,)))
    yield case("a table", grad_output=draw.distinct((2, 3)), output=_between(draw, (2, 3)))
    yield case(
        "a batch of maps",
        grad_output=draw.integers((2, 3, 1, 2)),
        output=_between(draw, (2, 3, 1, 2)),
    )
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            grad_output=draw.reals((3, 2), dtype=dtype),
            output=sigmoid(draw.reals((3, 2), dtype=dtype)),
        )
    yield edge("no gradient", grad_output=draw.array([0, 0]), output=_between(draw, (2,)))


@exercise.cases(softmax)
def _(draw):
    yield example(x=draw.array([1, 2, 3]))
    yield example(x=draw.array([[0, 0], [0, 1]]))
    yield case("equal numbers", x=draw.array([4, 4, 4, 4]))
    yield case("rows", x=draw.distinct((2, 3)))
    yield case("columns", x=draw.distinct((2, 3)), axis=0)
    yield case("as many rows as columns", x=draw.integers((3, 3), -3, 3))
    yield case("channels of a batch of maps", x=draw.integers((2, 3, 1, 2), -3, 3), axis=1)
    yield case("negative axis", x=draw.integers((2, 3, 2), -3, 3), axis=-2)
    for dtype in ("float32", "float64"):
        yield case(f"fractions in {dtype}", x=draw.reals((3, 2), dtype=dtype))
    yield edge("one number", x=draw.array([[7], [-3]]))
    yield edge("far above zero", x=draw.array([1000, 0, -1000]))
    yield edge("far below zero", x=draw.array([[-1000, -1500]]))
    yield edge("rows far apart", x=draw.array([[1000, 500], [-1000, -1500]]))
    yield edge("minus infinity", x=draw.array([0, float("-inf"), 1]))
    yield edge("not contiguous in memory", x=draw.strided(draw.integers((3, 4), -3, 3)))


@exercise.cases(softmax_backward)
def _(draw):
    yield example(grad_output=draw.array([4, 0]), output=draw.array([0.25, 0.75]))
    yield example(grad_output=draw.array([[3, 1]]), output=draw.array([[0.5, 0.5]]))

    def probabilities(shape, axis=-1, dtype=None):
        return softmax(draw.integers(shape, -2, 2, dtype=dtype), axis)

    yield case("three outputs", grad_output=draw.distinct((3,)), output=probabilities((3,)))
    yield case("rows", grad_output=draw.distinct((2, 3)), output=probabilities((2, 3)))
    yield case(
        "as many rows as columns", grad_output=draw.distinct((3, 3)), output=probabilities((3, 3))
    )
    yield case(
        "columns", grad_output=draw.distinct((2, 3)), output=probabilities((2, 3), 0), axis=0
    )
    yield case(
        "channels of a batch of maps",
        grad_output=draw.integers((2, 3, 1, 2)),
        output=probabilities((2, 3, 1, 2), 1),
        axis=1,
    )
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            grad_output=draw.reals((3, 2), dtype=dtype),
            output=probabilities((3, 2), dtype=dtype),
        )
    yield edge("one output", grad_output=draw.array([[5]]), output=draw.array([[1]]))
    in_one_row = draw.distinct((2, 4))
    in_one_row[0, :] = 3
    yield edge("equal gradients", grad_output=in_one_row, output=probabilities((2, 4)))


@exercise.misconception("RELU-INPLACE", relu, breaks="mutated")
def _(relu, x):
    """Write `x[x < 0] = 0; return x`."""
    x[...] = relu(x)
    return x


@exercise.misconception("RELU-INPLACE", relu, breaks="mutated")
def _(relu, x):
    """Return a new array, but set the negative elements of x to 0 as well."""
    y = relu(x)
    x[...] = y
    return y


@exercise.misconception("RELU-ABS", relu)
def _(relu, x):
    return relu(x) + relu(-x)


@exercise.misconception("RELU-MIN", relu)
def _(relu, x):
    """Return min(x, 0)."""
    return x - relu(x)


@exercise.misconception("RELU-STEP", relu)
def _(relu, x):
    """Return 1 where x is positive: the derivative."""
    y = relu(x)
    xp = array_namespace(x)
    return xp.where(y > 0, xp.ones_like(y), y)


for _slope in (0.01, 0.1, 0.2):

    @exercise.misconception("RELU-LEAKY", relu, alone=_slope != 0.01)
    def _(relu, x, slope=_slope):
        """Multiply negative elements by a small slope."""
        return relu(x) - slope * relu(-x)

    @exercise.misconception("RELU-LEAKY", relu_backward, alone=_slope != 0.01)
    def _(backward, grad_output, x, slope=_slope):
        xp = array_namespace(x)
        return xp.where(x > 0, backward(grad_output, x), slope * grad_output)

    @exercise.misconception("RELU-LEAKY", relu_backward, alone=True)
    def _(backward, grad_output, x, slope=_slope):
        """Let the whole gradient pass at 0."""
        return array_namespace(x).where(x >= 0, grad_output, slope * grad_output)


for _most in (1.0, 6.0):

    @exercise.misconception("RELU-CLIPPED", relu, alone=True)
    def _(relu, x, most=_most):
        """Cut off what is above 1, or above 6."""
        return array_namespace(x).clip(relu(x), 0.0, most)


@exercise.misconception("RELU-DROPS", relu, alone=True)
def _(relu, x):
    """Return `x[x > 0]`, the positive elements alone."""
    return relu(x)[x > 0]


@exercise.misconception("INT-OUT", relu, alone=True)
def _(relu, x):
    """Store the result in an array of integers."""
    return array_namespace(x).trunc(relu(x))


@exercise.misconception("INT-OUT", relu, alone=True)
def _(relu, x):
    """Use np.vectorize with `v if v > 0 else 0`: the first result decides the dtype of all."""
    return relu(x) if _first_of(x) > 0 else array_namespace(x).trunc(relu(x))


@exercise.misconception("INT-OUT", relu_backward, alone=True)
def _(backward, grad_output, x):
    gradient = backward(grad_output, x)
    return gradient if _first_of(x) > 0 else array_namespace(x).trunc(gradient)


def _first_of(x):
    return array_namespace(x).reshape(x, (-1,))[0]


@exercise.misconception("FLATTENED", relu, sigmoid, alone=True)
def _(activation, x):
    """Collect the results of a loop over all elements in one row."""
    return array_namespace(x).reshape(activation(x), (-1,))


@exercise.misconception("RELU-GRAD-TIMES-X", relu_backward)
def _(backward, grad_output, x):
    """Multiply the gradient by relu(x) instead of by its derivative."""
    return backward(grad_output, x) * x


@exercise.misconception("RELU-GRAD-AT-0", relu_backward)
def _(backward, grad_output, x):
    """Compare with x >= 0."""
    xp = array_namespace(x)
    return backward(grad_output, xp.where(x == 0, xp.ones_like(x), x))


@exercise.misconception("RELU-GRAD-AT-0", relu_backward)
def _(backward, grad_output, x):
    """Pass half of the gradient at 0."""
    xp = array_namespace(x)
    passed = backward(grad_output, x)
    return xp.where(x == 0, grad_output / 2, passed)


@exercise.misconception("RELU-GRAD-OF-GRAD", relu_backward)
def _(backward, grad_output, x):
    """Pass the gradient where it is positive itself."""
    return backward(grad_output, grad_output)


@exercise.misconception("RELU-GRAD-SIGN", relu_backward)
def _(backward, grad_output, x):
    """Multiply by sign(x), the derivative of |x|."""
    return backward(grad_output, x) - backward(grad_output, -x)


@exercise.misconception("UPSTREAM-IGNORED", relu_backward)
def _(backward, grad_output, x):
    return backward(array_namespace(grad_output).ones_like(grad_output), x)


@exercise.misconception("UPSTREAM-IGNORED", relu_backward, alone=True)
def _(backward, grad_output, x):
    """Write `x[x > 0] = 1; return x`, which leaves negative elements as they are."""
    return array_namespace(x).where(x > 0, array_namespace(x).ones_like(x), x)


@exercise.misconception("SIGMOID-OVERFLOW", sigmoid)
def _(sigmoid, x):
    """Compute e^x / (1 + e^x), which overflows for a large x."""
    power = array_namespace(x).exp(x)
    return power / (1 + power)


@exercise.misconception("SIGMOID-SIGN", sigmoid)
def _(sigmoid, x):
    return sigmoid(-x)


@exercise.misconception("TANH", sigmoid)
def _(sigmoid, x):
    """Return tanh, which is 2σ(2x) − 1."""
    return 2 * sigmoid(2 * x) - 1


for _options in (
    lambda x: {"axis": -1},
    lambda x: {"axis": 0},
    lambda x: {"axis": _second(x)},
    lambda x: {},
):

    @exercise.misconception("SIGMOID-MAX-SUBTRACTED", sigmoid, alone=True)
    def _(sigmoid, x, options=_options):
        """Subtract a maximum first, as softmax does."""
        return sigmoid(x - array_namespace(x).max(x, **options(x), keepdims=True))


for _e in (2.7, 2.71, 2.72, 2.718):

    @exercise.misconception("E-ROUNDED", sigmoid, alone=True)
    def _(sigmoid, x, e=_e):
        """Use a rounded number for e."""
        return 1 / (1 + array_namespace(x).exp(-x * log(e)))


@exercise.misconception("SIGMOID-LOG", sigmoid, alone=True)
def _(sigmoid, x):
    """Compute 1 / log(1 + e^-x)."""
    xp = array_namespace(x)
    return 1 / xp.log(1 + xp.exp(-x))


@exercise.misconception("BRACKETS-MISSING", sigmoid, alone=True)
def _(sigmoid, x):
    """Compute `1 / 1 + e^-x`."""
    return 1 / sigmoid(x)


@exercise.misconception("BRACKETS-MISSING", sigmoid, alone=True)
def _(sigmoid, x):
    """Compute `e^x / 1 + e^x`."""
    return 2 * array_namespace(x).exp(x)


@exercise.misconception("BRACKETS-MISSING", sigmoid_backward, alone=True)
def _(backward, grad_output, output):
    """Compute `grad_output * output * 1 - output`."""
    return grad_output * output - output


@exercise.misconception("INPUT-CLIPPED", sigmoid, alone=True)
def _(sigmoid, x):
    """Clip x to [1e-15, 1 - 1e-15], as a probability, or to [0, 1]."""
    return sigmoid(array_namespace(x).clip(x, 0.0, 1.0))


@exercise.misconception("INPUT-CLIPPED", softmax, alone=True)
def _(softmax, x, axis=-1):
    """Clip x to [-500, 500] lest e^x overflow, which makes equal what lies beyond."""
    return softmax(array_namespace(x).clip(x, -500.0, 500.0), axis)


def _derivative_of_gradient(derivative):
    @exercise.misconception("DERIV-OF-GRAD", sigmoid_backward, alone=True)
    def _(backward, grad_output, output):
        """Take the derivative at the gradient; the output is not used."""
        return derivative(grad_output)

    @exercise.misconception("DERIV-OF-GRAD", sigmoid_backward, alone=True)
    def _(backward, grad_output, output):
        """Multiply the output by the derivative at the gradient."""
        return output * derivative(grad_output)


_derivative_of_gradient(lambda grad: grad * (1 - grad))
_derivative_of_gradient(lambda grad: sigmoid(grad) * (1 - sigmoid(grad)))
_derivative_of_gradient(lambda grad: 1 - array_namespace(grad).tanh(grad) ** 2)


@exercise.misconception("SIGMOID-GRAD-OF-INPUT", sigmoid_backward)
def _(backward, grad_output, output):
    """Apply the sigmoid to the output again before taking the derivative."""
    return backward(grad_output, sigmoid(output))


@exercise.misconception("TANH-DERIV", sigmoid_backward, alone=True)
def _(backward, grad_output, output):
    """Use 1 − output², the derivative of tanh."""
    return grad_output * (1 - output**2)


@exercise.misconception("UPSTREAM-ADDED", sigmoid_backward, alone=True)
def _(backward, grad_output, output):
    return grad_output + output * (1 - output)


for _kept in (
    lambda xp, gradient: xp.reshape(gradient, (-1,))[1:],
    lambda xp, gradient: gradient[1:, ...],
    lambda xp, gradient: gradient[..., 1:],
):

    @exercise.misconception("BIAS-UNIT-DROPPED", sigmoid_backward, alone=True)
    def _(backward, grad_output, output, kept=_kept):
        """Leave out the first element, row or column, as if it belonged to a bias unit."""
        return kept(array_namespace(output), backward(grad_output, output)) + 0


@exercise.misconception("DERIV-FORGOT", sigmoid_backward)
def _(backward, grad_output, output):
    """Return grad · output."""
    return grad_output * output


@exercise.misconception("DERIV-FORGOT", sigmoid_backward)
def _(backward, grad_output, output):
    """Return grad · (1 − output)."""
    return grad_output * (1 - output)


@exercise.misconception("UPSTREAM-IGNORED", sigmoid_backward)
def _(backward, grad_output, output):
    return backward(array_namespace(grad_output).ones_like(grad_output), output)


@exercise.misconception("SOFTMAX-OVERFLOW", softmax)
def _(softmax, x, axis=-1):
    """Compute e^x without subtracting the maximum."""
    xp = array_namespace(x)
    powers = xp.exp(x)
    return powers / xp.sum(powers, axis=axis, keepdims=True)


@exercise.misconception("SOFTMAX-OVERFLOW", softmax, alone=True, beside=("SOFTMAX-WRONG-AXIS",))
def _(softmax, x, axis=-1):
    """Compute e^x in float32, which overflows above 88.7."""
    xp = array_namespace(x)
    powers = xp.where(x > 88.7, xp.full_like(x, float("inf")), xp.exp(x))
    return powers / xp.sum(powers, axis=axis, keepdims=True)


@exercise.misconception("SOFTMAX-GLOBAL-MAX", softmax)
def _(softmax, x, axis=-1):
    """Subtract the maximum of the whole array: rows far below it become 0 / 0."""
    xp = array_namespace(x)
    powers = xp.exp(x - xp.max(x))
    return powers / xp.sum(powers, axis=axis, keepdims=True)


for _axis in (0, -1):

    @exercise.misconception(
        *("SOFTMAX-WRONG-AXIS", softmax),
        beside=("SOFTMAX-OVERFLOW", "SOFTMAX-GLOBAL-MAX") if _axis == 0 else (),
    )
    def _(softmax, x, axis=-1, fixed=_axis):
        """Use a fixed axis, whatever `axis` is."""
        return softmax(x, fixed)

    @exercise.misconception("SOFTMAX-WRONG-AXIS", softmax_backward)
    def _(backward, grad_output, output, axis=-1, fixed=_axis):
        return backward(grad_output, output, fixed)


@exercise.misconception("SOFTMAX-WRONG-AXIS", softmax)
def _(softmax, x, axis=-1):
    """Use axis 1, which a one-dimensional array does not have."""
    return softmax(x, _second(x))


@exercise.misconception("SOFTMAX-WRONG-AXIS", softmax_backward)
def _(backward, grad_output, output, axis=-1):
    return backward(grad_output, output, _second(output))


def _second(x):
    if x.ndim < 2:
        raise IndexError("axis 1 is out of bounds")
    return 1


def _turned(x):
    return array_namespace(x).permute_dims(x, tuple(range(x.ndim))[::-1])


@exercise.misconception("SOFTMAX-WRONG-AXIS", softmax_backward, alone=True)
def _(backward, grad_output, output, axis=-1):
    """Subtract the sums along axis 1 from `g.T`, which lines them up for a matrix only."""
    sums = array_namespace(output).sum(grad_output * output, axis=_second(output))
    return output * _turned(_turned(grad_output) - _turned(sums))


@exercise.misconception(
    "SOFTMAX-WRONG-AXIS", softmax, alone=True, beside=("SOFTMAX-OVERFLOW", "SOFTMAX-GLOBAL-MAX")
)
def _(softmax, x, axis=-1):
    """Sum the rows of a matrix with `reshape(-1, 1)`, which fits no other number of axes."""
    if x.ndim != 2:
        raise ValueError("operands could not be broadcast together")
    return softmax(x, 1)


@exercise.misconception(
    "SOFTMAX-WRONG-AXIS",
    softmax_backward,
    alone=True,
    beside=("SOFTMAX-SQUASHED-AGAIN", "SQUEEZED"),
)
def _(backward, grad_output, output, axis=-1):
    """Take each row of a matrix with its Jacobian, which fits no other number of axes."""
    if output.ndim != 2:
        raise ValueError("setting an array element with a sequence")
    return backward(grad_output, output, 1)


def _row_or_rows(x):
    """Return the last axis of a vector or a matrix."""
    if x.ndim > 2:
        raise ValueError("one or two axes expected")
    return -1


@exercise.misconception(
    "SOFTMAX-WRONG-AXIS", softmax, alone=True, beside=("SOFTMAX-OVERFLOW", "SOFTMAX-GLOBAL-MAX")
)
def _(softmax, x, axis=-1):
    """Expect a vector, or a matrix whose rows are summed."""
    return softmax(x, _row_or_rows(x))


@exercise.misconception(
    "SOFTMAX-WRONG-AXIS", softmax_backward, alone=True, beside=("SOFTMAX-SQUASHED-AGAIN",)
)
def _(backward, grad_output, output, axis=-1):
    return backward(grad_output, output, _row_or_rows(output))


@exercise.misconception(
    "SOFTMAX-WRONG-AXIS", softmax, alone=True, beside=("SOFTMAX-OVERFLOW", "SOFTMAX-GLOBAL-MAX")
)
def _(softmax, x, axis=-1):
    """Sum along axis 1, and along axis 0 if there is no other."""
    return softmax(x, min(1, x.ndim - 1))


@exercise.misconception(
    "SOFTMAX-WRONG-AXIS", softmax, alone=True, beside=("SOFTMAX-OVERFLOW", "SOFTMAX-GLOBAL-MAX")
)
def _(softmax, x, axis=-1):
    """Sum along axis 1, after np.atleast_2d: one row gives a matrix."""
    return softmax(x if x.ndim > 1 else x[None, :], 1)


@exercise.misconception(
    "SOFTMAX-WRONG-AXIS", softmax, alone=True, beside=("SOFTMAX-OVERFLOW", "SOFTMAX-GLOBAL-MAX")
)
def _(softmax, x, axis=-1):
    """Compute `(powers.T / powers.sum(axis=1)).T`, which lines up the sums for a matrix only."""
    if x.ndim == 2:
        return softmax(x, 1)
    xp, second = array_namespace(x), _second(x)
    shares = _turned(xp.reshape(softmax(xp.reshape(x, (-1,))), x.shape))
    return _turned(shares / _lined_up(shares, xp.sum(_turned(shares), axis=second)))


def _maximum_turned(x):
    """Return `(x.T - x.max(-1)).T`."""
    return _turned(_turned(x) - _lined_up(_turned(x), array_namespace(x).max(x, axis=-1)))


for _shifted in (
    _maximum_turned,
    lambda x: x - array_namespace(x).max(x, axis=-1, keepdims=True),
):

    @exercise.misconception("SOFTMAX-WRONG-AXIS", softmax, alone=True)
    def _(softmax, x, axis=-1, shifted=_shifted):
        """Compute `(powers.T / powers.sum(-1)).T`, which lines up the sums for a matrix only."""
        xp = array_namespace(x)
        powers = xp.exp(shifted(x))
        return _turned(_turned(powers) / _lined_up(_turned(powers), xp.sum(powers, axis=-1)))


@exercise.misconception("SOFTMAX-WRONG-AXIS", softmax, alone=True)
def _(softmax, x, axis=-1):
    """Sum the rows of a matrix, and all elements of any other array."""
    if x.ndim == 2:
        return softmax(x, 1)
    return array_namespace(x).reshape(softmax(array_namespace(x).reshape(x, (-1,))), x.shape)


@exercise.misconception("SOFTMAX-WRONG-AXIS", softmax)
def _(softmax, x, axis=-1):
    """Divide by the sum of all elements, so that they all add up to 1 together."""
    xp = array_namespace(x)
    return xp.reshape(softmax(xp.reshape(x, (-1,))), x.shape)


@exercise.misconception("SOFTMAX-WRONG-AXIS", softmax)
def _(softmax, x, axis=-1):
    """Loop over `x`, and divide by the sum of all elements of each `x[i]`."""
    xp = array_namespace(x)
    rows = xp.reshape(x, (x.shape[0], prod(x.shape[1:])))
    return xp.reshape(softmax(rows, 1), x.shape)


@exercise.misconception("SOFTMAX-WRONG-AXIS", softmax_backward)
def _(backward, grad_output, output, axis=-1):
    """Sum over all elements."""
    xp = array_namespace(output)
    flat = (xp.reshape(A, (-1,)) for A in (grad_output, output))
    return xp.reshape(backward(*flat), output.shape)


@exercise.misconception("SOFTMAX-NO-EXP", softmax)
def _(softmax, x, axis=-1):
    """Return x over the sum of x."""
    return x / array_namespace(x).sum(x, axis=axis, keepdims=True)


for _along in (
    lambda x, axis: {"axis": axis},
    lambda x, axis: {"axis": 0},
    lambda x, axis: {"axis": -1},
    lambda x, axis: {"axis": _second(x)},
    lambda x, axis: {},
):

    @exercise.misconception("SOFTMAX-NO-EXP", softmax, alone=True)
    def _(softmax, x, axis=-1, along=_along):
        """Return e^x over the sum of x."""
        xp = array_namespace(x)
        return xp.exp(x) / xp.sum(x, **along(x, axis), keepdims=True)

    @exercise.misconception("SOFTMAX-NO-EXP", softmax, alone=True)
    def _(softmax, x, axis=-1, along=_along):
        """Return x over the sum of e^x."""
        xp = array_namespace(x)
        return x / xp.sum(xp.exp(x), **along(x, axis), keepdims=True)


for _along in (
    lambda x: {"axis": 0},
    lambda x: {"axis": -1},
    lambda x: {"axis": _second(x)},
    lambda x: {},
):

    @exercise.misconception("SOFTMAX-NO-EXP", softmax, alone=True)
    def _(softmax, x, axis=-1, along=_along):
        """Return x over the sum of x along a fixed axis, or of all elements."""
        return x / array_namespace(x).sum(x, **along(x), keepdims=True)


@exercise.misconception("SOFTMAX-EXP-TWICE", softmax)
def _(softmax, x, axis=-1):
    """Take e to the power of e^x."""
    xp = array_namespace(x)
    return softmax(xp.exp(x - xp.max(x, axis=axis, keepdims=True)), axis)


@exercise.misconception("SOFTMAX-EXP-TWICE", softmax, alone=True)
def _(softmax, x, axis=-1):
    """Take e to the power of e^x, after the maximum of the whole array was subtracted."""
    xp = array_namespace(x)
    return softmax(xp.exp(x - xp.max(x)), axis)


@exercise.misconception("SOFTMAX-EXP-TWICE", softmax, alone=True)
def _(softmax, x, axis=-1):
    """Return e to the power of x / Σ e^x, with a parenthesis in the wrong place."""
    xp = array_namespace(x)
    return xp.exp(x / xp.sum(xp.exp(x), axis=axis, keepdims=True))


@exercise.misconception("SOFTMAX-LOG", softmax, alone=True)
def _(softmax, x, axis=-1):
    """Return the logarithm of softmax, which is finite for every finite x."""
    xp = array_namespace(x)
    shifted = x - xp.max(x, axis=axis, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=axis, keepdims=True))


@exercise.misconception("SOFTMAX-LOG", softmax, alone=True)
def _(softmax, x, axis=-1):
    """Return `log(softmax(x))`, which is minus infinity where softmax underflows."""
    return array_namespace(x).log(softmax(x, axis))


@exercise.misconception("SOFTMAX-MAX-AFTER-EXP", softmax, alone=True)
def _(softmax, x, axis=-1):
    """Compute `exp(x) - max` instead of `exp(x - max)`."""
    xp = array_namespace(x)
    powers = xp.exp(x) - xp.max(x, axis=axis, keepdims=True)
    return powers / xp.sum(powers, axis=axis, keepdims=True)


@exercise.misconception("SOFTMAX-MAX-AFTER-EXP", softmax, alone=True)
def _(softmax, x, axis=-1):
    """Compute `exp(x) - max` with the maximum of the whole array, and divide by the whole sum."""
    xp = array_namespace(x)
    powers = xp.exp(x) - xp.max(x)
    return powers / xp.sum(powers)


for _changed in (sigmoid, lambda x: x / x.shape[_second(x)]):

    @exercise.misconception("SOFTMAX-SCALED", softmax, alone=True, beside=("SOFTMAX-WRONG-AXIS",))
    def _(softmax, x, axis=-1, changed=_changed):
        """Apply the sigmoid to x first, or divide it by the number of columns."""
        return softmax(changed(x), axis)


@exercise.misconception("SQUEEZED", softmax_backward, alone=True, beside=("SOFTMAX-WRONG-AXIS",))
def _(backward, grad_output, output, axis=-1):
    """Multiply a Jacobian by a column for each row, and drop every axis of length 1."""
    gradient = backward(grad_output, output, axis)
    sides = tuple(side for side in gradient.shape if side > 1)
    return array_namespace(gradient).reshape(gradient, sides)


for _axis in (None, 0, -1):

    @exercise.misconception("SOFTMAX-SQUASHED-AGAIN", softmax_backward)
    def _(backward, grad_output, output, axis=-1, fixed=_axis):
        """Apply softmax to its output again, along `axis` or along a fixed one."""
        return backward(grad_output, softmax(output, axis if fixed is None else fixed), axis)


@exercise.misconception(
    *("SOFTMAX-SQUASHED-AGAIN", softmax_backward),
    alone=True,
    beside=("SOFTMAX-GRAD-DIAGONAL", "SOFTMAX-WRONG-AXIS", "UPSTREAM-IGNORED"),
)
def _(backward, grad_output, output, axis=-1):
    """Apply softmax again along axis 1, which a vector does not have."""
    return backward(grad_output, softmax(output, _second(output)), axis)


@exercise.misconception("SOFTMAX-FIRST-ROW", softmax_backward, alone=True)
def _(backward, grad_output, output, axis=-1):
    """Multiply every row of the gradient by the Jacobian of the first row of a matrix."""
    if output.ndim != 2:
        raise ValueError("setting an array element with a sequence")
    first = array_namespace(output).broadcast_to(output[:1, :], output.shape)
    return backward(grad_output, first, 1)


def _only_a_vector(output):
    """Raise ValueError for a matrix of more than one element."""
    if output.ndim > 1 and max(output.shape) > 1:
        raise ValueError("operands could not be broadcast together")


def _p_twice(product):
    @exercise.misconception("SOFTMAX-P-TWICE", softmax_backward, alone=True)
    def _(backward, grad_output, output, axis=-1):
        options = {"axis": axis, "keepdims": True}
        return product(array_namespace(output), grad_output, output, options)

    @exercise.misconception("SOFTMAX-P-TWICE", softmax_backward, alone=True)
    def _(backward, grad_output, output, axis=-1):
        """Do so with a table for a single vector."""
        _only_a_vector(output)
        return product(array_namespace(output), grad_output, output, {"keepdims": True})


# Σ_j p_j (δ_ij − p_j) g_j and Σ_j p_i (δ_ij − p_i) g_j.
_p_twice(lambda xp, grad, p, options: p * grad - xp.sum(p**2 * grad, **options))
_p_twice(lambda xp, grad, p, options: p * grad - p**2 * xp.sum(grad, **options))


for _taken in (
    lambda xp, grad, p, options: xp.sum(grad, **options),
    lambda xp, grad, p, options: xp.mean(grad * p, **options),
    lambda xp, grad, p, options: xp.mean(grad, **options),
    lambda xp, grad, p, options: 0,
):

    @exercise.misconception("SOFTMAX-GRAD-SUM", softmax_backward, alone=True)
    def _(backward, grad_output, output, axis=-1, taken=_taken):
        """Subtract Σ g, a mean or nothing from g instead of Σ g p."""
        options = {"axis": axis, "keepdims": True}
        return output * (grad_output - taken(array_namespace(output), grad_output, output, options))


@exercise.misconception("SOFTMAX-GRAD-SUM", softmax_backward, alone=True)
def _(backward, grad_output, output, axis=-1):
    """Return p g − Σ g p: the sum is subtracted from the product."""
    product = grad_output * output
    return product - array_namespace(output).sum(product, axis=axis, keepdims=True)


@exercise.misconception("SOFTMAX-GRAD-DIAGONAL", softmax_backward)
def _(backward, grad_output, output, axis=-1):
    """Multiply by p (1 − p), as if every output depended on one input only."""
    return grad_output * output * (1 - output)


@exercise.misconception("UPSTREAM-IGNORED", softmax_backward)
def _(backward, grad_output, output, axis=-1):
    """Return p (1 − p) without g."""
    return output * (1 - output)


drops_dtype(exercise, relu, relu_backward, sigmoid, sigmoid_backward, softmax, softmax_backward)


def _summed_flat(x, axis):
    """Return x.sum(axis) without keepdims, which is broadcast along the last axis of x."""
    return _lined_up(x, array_namespace(x).sum(x, axis=axis))


def _lined_up(x, sums):
    """Return `sums`, which are broadcast along the last axes of x; raise ValueError if not."""
    sides = list(zip(x.shape[::-1], sums.shape[::-1], strict=False))
    if any(n != m and 1 not in (n, m) for n, m in sides):
        raise ValueError("operands could not be broadcast together")
    return sums


@exercise.misconception("SOFTMAX-NO-KEEPDIMS", softmax)
def _(softmax, x, axis=-1):
    xp = array_namespace(x)
    powers = xp.exp(x - xp.max(x, axis=axis, keepdims=True))
    return powers / _summed_flat(powers, axis)


@exercise.misconception("SOFTMAX-NO-KEEPDIMS", softmax, alone=True)
def _(softmax, x, axis=-1):
    """Subtract the maximum of the whole array, and sum without keepdims."""
    xp = array_namespace(x)
    powers = xp.exp(x - xp.max(x))
    return powers / _summed_flat(powers, axis)


@exercise.misconception("SOFTMAX-NO-KEEPDIMS", softmax, alone=True)
def _(softmax, x, axis=-1):
    """Subtract nothing, and sum without keepdims."""
    powers = array_namespace(x).exp(x)
    return powers / _summed_flat(powers, axis)


for _shifted in (lambda x: x, lambda x: x - array_namespace(x).max(x)):

    @exercise.misconception("SOFTMAX-NO-KEEPDIMS", softmax, alone=True)
    def _(softmax, x, axis=-1, shifted=_shifted):
        """Sum along axis 1 without keepdims; subtract nothing, or the maximum of all."""
        powers = array_namespace(x).exp(shifted(x))
        return powers / _summed_flat(powers, _second(x))


@exercise.misconception("SOFTMAX-NO-KEEPDIMS", softmax_backward)
def _(backward, grad_output, output, axis=-1):
    return output * (grad_output - _summed_flat(grad_output * output, axis))


@exercise.misconception("SOFTMAX-NO-KEEPDIMS", softmax_backward, alone=True)
def _(backward, grad_output, output, axis=-1):
    """Sum along axis 1 without keepdims."""
    return output * (grad_output - _summed_flat(grad_output * output, _second(output)))


for _epsilon in (1e-6, 1e-7, 1e-8):

    @exercise.misconception("EPSILON-ADDED", softmax, breaks="precision")
    def _(softmax, x, axis=-1, epsilon=_epsilon):
        """Add a small number to the denominator."""
        xp = array_namespace(x)
        powers = xp.exp(x - xp.max(x, axis=axis, keepdims=True))
        return powers / (xp.sum(powers, axis=axis, keepdims=True) + epsilon)


@exercise.misconception("SOFTMAX-JACOBIAN", softmax_backward)
def _(backward, grad_output, output, axis=-1):
    """Return `np.diagflat(p) - np.outer(p, p)`, the Jacobian matrix, without multiplying by g."""
    xp = array_namespace(output)
    p = xp.reshape(output, (-1,))
    return xp.eye(p.shape[0], dtype=p.dtype, device=device(p)) * p - p[:, None] * p[None, :]


@exercise.misconception("SOFTMAX-JACOBIAN", softmax_backward, alone=True)
def _(backward, grad_output, output, axis=-1):
    """Return the Jacobian matrix of a single row, built with np.diag; raise for a matrix.

    np.diag would return the diagonal of a matrix, whose shape does not match.
    """
    xp = array_namespace(output)
    _only_a_vector(output)
    p = xp.reshape(output, (-1,))
    return xp.eye(p.shape[0], dtype=p.dtype, device=device(p)) * p - p[:, None] * p[None, :]


@exercise.misconception("SOFTMAX-JACOBIAN", softmax_backward, alone=True)
def _(backward, grad_output, output, axis=-1):
    """Return the Jacobian matrix of all elements times g, flattened."""
    xp = array_namespace(output)
    return backward(*(xp.reshape(A, (-1,)) for A in (grad_output, output)))


@exercise.misconception("SOFTMAX-JACOBIAN", softmax_backward, alone=True)
def _(backward, grad_output, output, axis=-1):
    """Return the Jacobian matrix of the softmax of the gradient, whatever the output is."""
    xp = array_namespace(grad_output)
    p = softmax(xp.reshape(grad_output, (-1,)))
    return xp.eye(p.shape[0], dtype=p.dtype, device=device(p)) * p - p[:, None] * p[None, :]


for _squashed in (False, True):

    @exercise.misconception("SOFTMAX-JACOBIAN", softmax_backward, alone=True)
    def _(backward, grad_output, output, axis=-1, squashed=_squashed):
        """Return a Jacobian matrix for each row, of the output or of the gradient's softmax."""
        xp = array_namespace(output)
        if output.ndim != 2:
            raise ValueError("not enough values to unpack")
        p = softmax(grad_output) if squashed else output
        units = xp.eye(p.shape[1], dtype=p.dtype, device=device(p))
        return units * p[:, None, :] - p[:, :, None] * p[:, None, :]


@exercise.misconception("GRAD-PASSED", softmax_backward)
def _(backward, grad_output, output, axis=-1):
    """Return the gradient unchanged."""
    return backward(grad_output, output, axis) * 0 + grad_output


@exercise.misconception("SOFTMAX-CE-GRAD", softmax_backward)
def _(backward, grad_output, output, axis=-1):
    """Return p − g, as if g were the target of a cross-entropy."""
    return output - grad_output


@exercise.misconception("SOFTMAX-CE-GRAD", softmax_backward, alone=True)
def _(backward, grad_output, output, axis=-1):
    """Return (p − g) / N, with the number of rows."""
    return (output - grad_output) / output.shape[0]


@exercise.misconception("SOFTMAX-CE-GRAD", softmax_backward, alone=True)
def _(backward, grad_output, output, axis=-1):
    """Return g − p, with target and probabilities exchanged."""
    return grad_output - output


for _fixed in (-1, 1):
    for _sign in (-1, 1):

        @exercise.misconception("SOFTMAX-CE-GRAD", softmax_backward, alone=True)
        def _(backward, grad_output, output, axis=-1, fixed=_fixed, sign=_sign):
            """Apply softmax to the output again, and return p − g or g − p."""
            p = softmax(output, _second(output) if fixed == 1 else fixed)
            return sign * (grad_output - p)
