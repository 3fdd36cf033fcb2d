"""ex20: a small sigmoid network learns by back-propagation."""

from array_api_compat import array_namespace

from learncnn.grader.course.exercise import Exercise, case, edge, example

from .habits import drops_dtype

exercise = Exercise(
    "ex20",
    gradients=("errors", "update", "sgd_step"),
    exclusive=(
        frozenset(
            {
                *("DERIV-FORGOT", "DERIV-OF-ERROR", "DERIV-SQUASHED-AGAIN", "RAW-ERROR-PASSED"),
                "UPDATE-BEFORE-ERRORS",
            }
        ),
        frozenset({"INPUT-IN-LIST", "LAST-ONLY", "RETURN-IN-LOOP"}),
        frozenset({"BATCH-ONE-BY-ONE", "DERIV-OF-ERROR", "UPDATE-BEFORE-ERRORS"}),
        frozenset({"INPUT-UNIT-SQUASHED", "DERIV-OF-ERROR", "UPDATE-BEFORE-ERRORS"}),
        frozenset({"BATCH-ONE-BY-ONE", "INPUT-UNIT-SQUASHED"}),
        frozenset({"SIGN-UPHILL", "UPDATE-BEFORE-ERRORS"}),
    ),
)


@exercise.function
def forward(x, weights, biases):
    """Return the outputs of every layer: O = σ(W·I + θ), where I is the output before it."""
    outputs = []
    for W, bias in zip(weights, biases, strict=True):
        x = _sigmoid(W @ x + bias)
        outputs.append(x)
    return outputs


@exercise.function
def errors(outputs, target, weights):
    """Return Err of every unit: O(1 − O)(T − O) at the output, O(1 − O)·Σ Err·w before it."""
    *hidden, last = outputs
    found = [last * (1 - last) * (target - last)]
    for W, out in zip(weights[:0:-1], hidden[::-1], strict=True):
        found.insert(0, out * (1 - out) * (W.T @ found[0]))
    return found


@exercise.function
def update(x, outputs, errors, weights, biases, lr):
    """Return (weights, biases) after one step: Δw = lr · Err_j · O_i and Δθ = lr · Err_j."""
    inputs = [x, *outputs[:-1]]
    new_weights = [
        W + lr * err[:, None] * given[None, :]
        for W, err, given in zip(weights, errors, inputs, strict=True)
    ]
    new_biases = [bias + lr * err for bias, err in zip(biases, errors, strict=True)]
    return new_weights, new_biases


@exercise.function
def sgd_step(X, T, weights, biases, lr):
    """Return (weights, biases) after a step along the mean of the examples' updates."""
    steps = []
    for x, target in zip(X, T, strict=True):
        outputs = forward(x, weights, biases)
        found = errors(outputs, target, weights)
        steps.append(update(x, outputs, found, weights, biases, lr / X.shape[0]))
    return tuple(_all_steps(old, [s[i] for s in steps]) for i, old in enumerate((weights, biases)))


def _all_steps(old, stepped):
    """Return every array, moved by the sum of its steps."""
    return [
        start + sum(layers[number] - start for layers in stepped)
        for number, start in enumerate(old)
    ]


def _sigmoid(x):
    return 1 / (1 + array_namespace(x).exp(-x))


@exercise.cases(forward)
def _(draw):
    weights, biases, x, _ = _worked(draw)
    yield example(x=x, weights=weights, biases=biases)
    yield example(x=draw.array([0]), weights=[draw.array([[7]])], biases=[draw.array([0])])
    yield case("one unit", **_entered(draw, draw.array([2]), 1, 1))
    yield case("two inputs", **_entered(draw, draw.distinct((2,)), 2, 1))
    yield case("one layer of two", **_entered(draw, draw.array([1, -2]), 2, 2))
    yield case("two layers", **_entered(draw, draw.array([1, 3]), 2, 3, 1))
    yield case("layers of equal size", **_entered(draw, draw.array([2, -1]), 2, 2, 2))
    yield case("three layers", **_entered(draw, draw.reals((3,)), 3, 2, 4, 2))
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            **_entered(draw, draw.reals((4,), dtype=dtype), 4, 3, 2, dtype=dtype),
        )
    yield edge("an input of zeros", **_entered(draw, draw.array([0, 0, 0]), 3, 2, 1))
    yield edge("many units", **_entered(draw, draw.reals((9,)), 9, 12, 5))


@exercise.cases(errors)
def _(draw):
    weights, biases, x, target = _worked(draw)
    yield example(outputs=forward(x, weights, biases), target=target, weights=weights)
    yield example(outputs=[draw.array([0.5])], target=draw.array([1]), weights=[draw.array([[3]])])
    yield case("one layer", **_answered(draw, 2, 1))
    yield case("one layer of two", **_answered(draw, 2, 2))
    yield case("two layers", **_answered(draw, 2, 3, 1))
    yield case("layers of equal size", **_answered(draw, 2, 2, 2))
    yield case("two outputs", **_answered(draw, 3, 4, 2))
    yield case("three layers", **_answered(draw, 3, 2, 4, 2))
    for dtype in ("float32", "float64"):
        yield case(f"fractions in {dtype}", **_answered(draw, 4, 3, 3, 2, dtype=dtype))
    yield edge(
        "targets met",
        outputs=[draw.array([0.25, 0.75]), draw.array([0.5])],
        target=draw.array([0.5]),
        weights=[draw.array([[1, 2], [3, 4]]), draw.array([[5, 6]])],
    )


@exercise.cases(update)
def _(draw):
    weights, biases, x, target = _worked(draw)
    outputs = forward(x, weights, biases)
    yield example(
        x=x,
        outputs=outputs,
        errors=errors(outputs, target, weights),
        weights=weights,
        biases=biases,
        lr=0.9,
    )
    yield example(
        x=draw.array([2]),
        outputs=[draw.array([0.5])],
        errors=[draw.array([0.25])],
        weights=[draw.array([[3]])],
        biases=[draw.array([1])],
        lr=1.0,
    )
    yield case("one layer", lr=0.5, **_stepped(draw, 3, 2))
    yield case("one layer of two", lr=2.0, **_stepped(draw, 2, 2))
    yield case("two layers", lr=0.5, **_stepped(draw, 2, 3, 1))
    yield case("layers of equal size", lr=1.0, **_stepped(draw, 2, 2, 2))
    yield case("three layers", lr=0.25, **_stepped(draw, 3, 2, 4, 2))
    for dtype in ("float32", "float64"):
        yield case(f"fractions in {dtype}", lr=0.75, **_stepped(draw, 4, 3, 2, dtype=dtype))
    yield edge("no learning", lr=0.0, **_stepped(draw, 2, 3, 2))


@exercise.cases(sgd_step)
def _(draw):
    weights, biases, x, target = _worked(draw)
    yield example(X=x[None], T=target[None], weights=weights, biases=biases, lr=0.9)
    yield example(
        X=draw.array([[1], [0]]),
        T=draw.array([[1], [0]]),
        weights=[draw.array([[2]])],
        biases=[draw.array([-1])],
        lr=1.0,
    )
    yield case("one example", lr=2.0, **_batch(draw, 1, 2, 2, 1))
    yield case("two examples", lr=2.0, **_batch(draw, 2, 2, 1))
    yield case("two examples, two layers", lr=4.0, **_batch(draw, 2, 2, 3, 1))
    yield case("layers of equal size", lr=4.0, **_batch(draw, 2, 2, 2, 2))
    yield case("three layers", lr=4.0, **_batch(draw, 3, 3, 2, 3, 1))
    for dtype in ("float32", "float64"):
        yield case(f"fractions in {dtype}", lr=8.0, **_batch(draw, 4, 3, 2, 1, dtype=dtype))
    yield edge("no learning", lr=0.0, **_batch(draw, 2, 2, 3, 2))


def _worked(draw):
    """Return the network and data of the lesson: 3 inputs, units 4 and 5, output unit 6."""
    weights = [draw.array([[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]]), draw.array([[-0.3, -0.2]])]
    biases = [draw.array([-0.4, 0.2]), draw.array([0.1])]
    return weights, biases, draw.array([1, 0, 1]), draw.array([1])


def _network(draw, *sizes, dtype=None):
    shapes = list(zip(sizes[1:], sizes, strict=False))
    return {
        "weights": [draw.reals(shape, dtype=dtype) / 4 for shape in shapes],
        "biases": [draw.reals(shape[:1], dtype=dtype) / 4 for shape in shapes],
    }


def _entered(draw, x, *sizes, dtype=None):
    """Return arguments of `forward`; the first unit has no positive net input, as ReLU shows."""
    network = _network(draw, *sizes, dtype=dtype)
    W, bias = network["weights"][0], network["biases"][0]
    if W[0] @ x + bias[0] > 0:
        W[0], bias[0] = -W[0], -bias[0]
    return {"x": x, **network}


def _answered(draw, *sizes, dtype=None):
    """Return arguments of `errors`: outputs of a network, targets and weights."""
    network = _network(draw, *sizes, dtype=dtype)
    x = draw.reals(sizes[:1], dtype=dtype) / 2
    target = draw.integers(sizes[-1:], 0, 1, dtype=x.dtype.name)
    outputs = forward(x, **network)
    return {"outputs": outputs, "target": target, "weights": network["weights"]}


def _stepped(draw, *sizes, dtype=None):
    """Return arguments of `update`, without lr."""
    network = _network(draw, *sizes, dtype=dtype)
    x = draw.reals(sizes[:1], dtype=dtype) / 2
    target = draw.integers(sizes[-1:], 0, 1, dtype=x.dtype.name)
    outputs = forward(x, **network)
    found = errors(outputs, target, network["weights"])
    return {"x": x, "outputs": outputs, "errors": found, **network}


def _batch(draw, count, *sizes, dtype=None):
    """Return arguments of `sgd_step`, without lr."""
    network = _network(draw, *sizes, dtype=dtype)
    X = draw.reals((count, sizes[0]), dtype=dtype) / 2
    T = draw.integers((count, sizes[-1]), 0, 1, dtype=X.dtype.name)
    return {"X": X, "T": T, **network}


@exercise.misconception("INPUT-UNIT-SQUASHED", forward)
def _(forward, x, weights, biases):
    return forward(_sigmoid(x), weights, biases)


@exercise.misconception("INPUT-UNIT-SQUASHED", sgd_step)
def _(sgd_step, X, *others):
    return sgd_step(_sigmoid(X), *others)


@exercise.misconception(
    *("INPUT-TO-EVERY-LAYER", forward),
    alone=True,
    beside=("BIAS-MISSING", "INPUT-IN-LIST", "LAST-ONLY"),
)
def _(forward, x, weights, biases):
    """Multiply the weights of every layer by x, which fits layers of equal size only."""
    if any(W.shape[1] != x.shape[0] for W in weights):
        raise ValueError("shapes not aligned")
    layers = zip(weights, biases, strict=True)
    return [forward(x, [W], [bias])[0] for W, bias in layers]


@exercise.misconception("BIAS-MISSING", forward)
def _(forward, x, weights, biases):
    return forward(x, weights, [0 * bias for bias in biases])


@exercise.misconception("BIAS-MISSING", forward, alone=True)
def _(forward, x, weights, biases):
    """Forget the bias of the output layer, which is computed after the loop."""
    return forward(x, weights, [*biases[:-1], 0 * biases[-1]])


@exercise.misconception("BIAS-SUBTRACTED", forward)
def _(forward, x, weights, biases):
    """Compute W·I − θ, as with a threshold."""
    return forward(x, weights, [-bias for bias in biases])


@exercise.misconception("LAST-NOT-SQUASHED", forward)
def _(forward, x, weights, biases):
    """Leave the output layer linear: ln(O / (1 − O)) undoes σ."""
    *outputs, last = forward(x, weights, biases)
    xp = array_namespace(last)
    return [*outputs, xp.log(last) - xp.log(1 - last)]


def _layers(outputs_of):
    """Register NOT-SQUASHED or OTHER-SQUASH: a forward pass that is computed anew."""

    def passes(forward, x, weights, biases):
        outputs, nets = [], []
        for number, (W, bias) in enumerate(zip(weights, biases, strict=True)):
            nets.append(W @ x + bias)
            x = outputs_of(nets[-1], number == len(weights) - 1)
            outputs.append(x)
        return outputs, nets

    return passes


def _relu(x):
    return array_namespace(x).where(x > 0, x, 0 * x)


def _softmax(net):
    xp = array_namespace(net)
    powers = xp.exp(net - xp.max(net))
    return powers / xp.sum(powers)


_squashed = _layers(lambda net, last: _sigmoid(net))


@exercise.misconception("NOT-SQUASHED", forward, alone=True)
def _(forward, *given):
    """Return the net inputs, although the layers pass on their squashed outputs."""
    return _squashed(forward, *given)[1]


def _other(code, outputs_of):
    passes = _layers(outputs_of)
    exercise.misconception(code, forward, alone=True)(
        lambda forward, *given: passes(forward, *given)[0]
    )


_other("NOT-SQUASHED", lambda net, last: net)
_other("OTHER-SQUASH", lambda net, last: _sigmoid(net) if last else _relu(net))
_other("OTHER-SQUASH", lambda net, last: net if last else _relu(net))
_other("OTHER-SQUASH", lambda net, last: _relu(net))
_other("OTHER-SQUASH", lambda net, last: _sigmoid(-net))
_other("OTHER-SQUASH", lambda net, last: _softmax(net) if last else _sigmoid(net))
_other("OTHER-SQUASH", lambda net, last: array_namespace(net).tanh(net))
_other("OTHER-SQUASH", lambda net, last: _sigmoid(net) if last else array_namespace(net).tanh(net))


@exercise.misconception("W-TRANSPOSED", forward)
def _(forward, x, weights, biases):
    """Interpret the weights as [in, out]."""
    if any(W.shape[0] != W.shape[1] for W in weights):
        raise ValueError("shapes do not match")
    return forward(x, [W.T for W in weights], biases)


@exercise.misconception("W-TRANSPOSED", errors)
def _(errors, outputs, target, weights):
    """Compute W @ Err instead of W.T @ Err."""
    if any(W.shape[0] != W.shape[1] for W in weights[1:]):
        raise ValueError("shapes do not match")
    return errors(outputs, target, [weights[0], *(W.T for W in weights[1:])])


@exercise.misconception("W-TRANSPOSED", update)
def _(update, x, outputs, errors, weights, biases, lr):
    """Add O_i · Err_j, a matrix [in, out], to weights [out, in]."""
    _, new_biases = update(x, outputs, errors, weights, biases, lr)
    inputs = [x, *outputs[:-1]]
    triples = zip(weights, errors, inputs, strict=True)
    return [W + lr * given[:, None] * err[None, :] for W, err, given in triples], new_biases


@exercise.misconception("DERIV-FORGOT", errors)
def _(errors, outputs, target, weights):
    """Leave out O(1 − O) everywhere."""
    found = [target - outputs[-1]]
    for W in weights[:0:-1]:
        found.insert(0, W.T @ found[0])
    return found


@exercise.misconception("DERIV-FORGOT", errors)
def _(errors, outputs, target, weights):
    """Leave out O(1 − O) at the output only."""
    last = outputs[-1]
    return errors([*outputs[:-1], last], last + (target - last) / (last * (1 - last)), weights)


@exercise.misconception("DERIV-FORGOT", errors)
def _(errors, outputs, target, weights):
    """Leave out O(1 − O) in the hidden layers only."""
    found = [errors(outputs, target, weights)[-1]]
    for W in weights[:0:-1]:
        found.insert(0, W.T @ found[0])
    return found


def _late(outputs, target, weights):
    """Return errors without their own O(1 − O), which is applied where they are passed back."""
    found = [target - outputs[-1]]
    for W, out in zip(weights[:0:-1], outputs[:0:-1], strict=True):
        found.insert(0, W.T @ (out * (1 - out) * found[0]))
    return found


@exercise.misconception("DERIV-FORGOT", errors, alone=True)
def _(errors, *given):
    """Leave out each unit's own O(1 − O), but use it where its error is passed back."""
    return _late(*given)


def _raw(outputs, target, weights):
    """Return errors that pass back T − O without its O(1 − O), each times its own O(1 − O)."""
    *hidden, last = outputs
    error = target - last
    found = [last * (1 - last) * error]
    for W, out in zip(weights[:0:-1], hidden[::-1], strict=True):
        error = W.T @ error
        found.insert(0, out * (1 - out) * error)
    return found


@exercise.misconception("RAW-ERROR-PASSED", errors)
def _(errors, *given):
    return _raw(*given)


@exercise.misconception(
    "ORDER-REVERSED", errors, alone=True, beside=("DERIV-FORGOT", "SIGN", "W-TRANSPOSED")
)
def _(errors, outputs, target, weights):
    """Return the errors of the last layer first."""
    return errors(outputs, target, weights)[::-1]


for _factor in (lambda units: 2, lambda units: 1 / units, lambda units: 2 / units):

    @exercise.misconception(
        *("LOSS-FACTOR", errors),
        alone=True,
        beside=("DERIV-FORGOT", "ORDER-REVERSED", "SIGN", "W-TRANSPOSED"),
    )
    def _(errors, outputs, target, weights, factor=_factor):
        """Derive (T − O)², or a mean over the output units, instead of half the sum."""
        found = errors(outputs, target, weights)
        return [err * factor(target.shape[0]) for err in found]

    @exercise.misconception(
        *("LOSS-FACTOR", sgd_step),
        alone=True,
        beside=("BATCH-SUM", "BIAS-NOT-UPDATED", "SIGN-UPHILL"),
    )
    def _(sgd_step, X, T, weights, biases, lr, factor=_factor):
        return sgd_step(X, T, weights, biases, lr * factor(T.shape[1]))


@exercise.misconception("WRONG-WEIGHTS-BACK", errors, alone=True, beside=("SIGN",))
def _(errors, outputs, target, weights):
    """Pass errors back through the weights that lead into the layer, not those that leave it."""
    found = [errors(outputs, target, weights)[-1]]
    for W, out in zip(weights[-2::-1], outputs[-2::-1], strict=True):
        if W.shape[0] != found[0].shape[0] or W.shape[1] != out.shape[0]:
            raise ValueError("shapes not aligned")
        found.insert(0, out * (1 - out) * (W.T @ found[0]))
    return found


@exercise.misconception("SIGN", errors)
def _(errors, outputs, target, weights):
    """Use O − T instead of T − O."""
    return [-found for found in errors(outputs, target, weights)]


@exercise.misconception("SIGN-UPHILL", update)
def _(update, x, outputs, errors, weights, biases, lr):
    return update(x, outputs, errors, weights, biases, -lr)


@exercise.misconception("SIGN-UPHILL", sgd_step)
def _(sgd_step, X, T, weights, biases, lr):
    return sgd_step(X, T, weights, biases, -lr)


@exercise.misconception("BIAS-NOT-UPDATED", update)
def _(update, x, outputs, errors, weights, biases, lr):
    """Return the bias arrays that were passed in."""
    return update(x, outputs, errors, weights, biases, lr)[0], biases


@exercise.misconception("BIAS-NOT-UPDATED", update)
def _(update, x, outputs, errors, weights, biases, lr):
    """Return copies of the biases."""
    return update(x, outputs, errors, weights, biases, lr)[0], [bias + 0 for bias in biases]


@exercise.misconception("BIAS-NOT-UPDATED", sgd_step)
def _(sgd_step, X, T, weights, biases, lr):
    return sgd_step(X, T, weights, biases, lr)[0], biases


@exercise.misconception("BIAS-NOT-UPDATED", sgd_step)
def _(sgd_step, X, T, weights, biases, lr):
    return sgd_step(X, T, weights, biases, lr)[0], [bias + 0 for bias in biases]


@exercise.misconception("MUTATE", update, breaks="mutated")
def _(update, x, outputs, errors, weights, biases, lr):
    """Update the arrays that were passed in, with `+=`."""
    stepped = update(x, outputs, errors, weights, biases, lr)
    for old, new in zip((*weights, *biases), (*stepped[0], *stepped[1]), strict=True):
        old[...] = new
    return weights, biases


@exercise.misconception("LR-FORGOT", update)
def _(update, x, outputs, errors, weights, biases, lr):
    return update(x, outputs, errors, weights, biases, 1.0)


for _of_weights in (True, False):

    @exercise.misconception("LR-FORGOT", update, alone=True, beside=("SIGN-UPHILL",))
    def _(update, x, outputs, errors, weights, biases, lr, of_weights=_of_weights):
        """Forget the learning rate for the weights only, or for the biases only."""
        given = x, outputs, errors, weights, biases
        right, forgot = update(*given, lr), update(*given, 1.0)
        return (forgot[0], right[1]) if of_weights else (right[0], forgot[1])


@exercise.misconception("LR-FORGOT", sgd_step, alone=True, beside=("BATCH-SUM", "SIGN-UPHILL"))
def _(sgd_step, X, T, weights, biases, lr):
    return sgd_step(X, T, weights, biases, 1.0)


def _mean(err):
    return array_namespace(err).mean(err)


def _sum(err):
    return array_namespace(err).sum(err)


for _all in (_mean, _sum):

    @exercise.misconception(
        "BIAS-STEP-SHARED", update, alone=True, beside=("LR-FORGOT", "SIGN-UPHILL")
    )
    def _(update, x, outputs, errors, weights, biases, lr, all_errors=_all):
        """Change all biases of a layer by the mean, or the sum, of its errors."""
        shared = [0 * err + all_errors(err) for err in errors]
        new_weights, _ = update(x, outputs, errors, weights, biases, lr)
        return new_weights, update(x, outputs, shared, weights, biases, lr)[1]


@exercise.misconception("OWN-OUTPUT-USED", update, alone=True, beside=("SIGN-UPHILL",))
def _(update, x, outputs, errors, weights, biases, lr):
    """Multiply each error by its own layer's outputs, which fits layers of equal size only."""
    _, new_biases = update(x, outputs, errors, weights, biases, lr)
    new_weights = []
    for W, err, out in zip(weights, errors, outputs, strict=True):
        if W.shape[1] != out.shape[0] and 1 not in (W.shape[1], out.shape[0]):
            raise ValueError("operands could not be broadcast together")
        new_weights.append(W + lr * err[:, None] * out[None, :])
    return new_weights, new_biases


@exercise.misconception("INPUT-TO-EVERY-LAYER", update, alone=True, beside=("SIGN-UPHILL",))
def _(update, x, outputs, errors, weights, biases, lr):
    """Multiply the errors of every layer by x."""
    if any(W.shape[1] != x.shape[0] and 1 not in (W.shape[1], *x.shape) for W in weights):
        raise ValueError("operands could not be broadcast together")
    _, new_biases = update(x, outputs, errors, weights, biases, lr)
    pairs = zip(weights, errors, strict=True)
    return [W + lr * err[:, None] * x[None, :] for W, err in pairs], new_biases


@exercise.misconception("FIRST-LAYER-SKIPPED", update, alone=True)
def _(update, x, outputs, errors, weights, biases, lr):
    """Begin the loop with the second layer."""
    stepped = update(x, outputs, errors, weights, biases, lr)
    olds = zip((weights, biases), stepped, strict=True)
    return tuple([old[0] + 0, *new[1:]] for old, new in olds)


@exercise.misconception("LAST-INPUT-SKIPPED", update, alone=True)
def _(update, x, outputs, errors, weights, biases, lr):
    """Use `x[:-1]` as inputs, as if the last number were the label."""
    new_weights, new_biases = update(x, outputs, errors, weights, biases, lr)
    first = new_weights[0] + 0
    first[:, -1] = weights[0][:, -1]
    return [first, *new_weights[1:]], new_biases


@exercise.misconception("CHANGES-ONLY", update, alone=True)
def _(update, x, outputs, errors, weights, biases, lr):
    """Return the changes instead of the changed weights and biases."""
    nothing = ([0 * array for array in arrays] for arrays in (weights, biases))
    return update(x, outputs, errors, *nothing, lr)


@exercise.misconception("FIRST-LAYER-SKIPPED", sgd_step, alone=True)
def _(sgd_step, X, T, weights, biases, lr):
    stepped = sgd_step(X, T, weights, biases, lr)
    olds = zip((weights, biases), stepped, strict=True)
    return tuple([old[0] + 0, *new[1:]] for old, new in olds)


@exercise.misconception("RETURN-IN-LOOP", sgd_step, alone=True)
def _(sgd_step, X, T, *others):
    """Return inside the loop over the examples: only the first one counts."""
    return sgd_step(X[:1, :], T[:1, :], *others)


for _averaged in (False, True):

    @exercise.misconception("LAST-EXAMPLE-ONLY", sgd_step, alone=True)
    def _(sgd_step, X, T, weights, biases, lr, averaged=_averaged):
        """Overwrite the changes in the loop; they may be divided by the number of examples."""
        rate = lr / X.shape[0] if averaged else lr
        return sgd_step(X[-1:, :], T[-1:, :], weights, biases, rate)


for _layers in (slice(None), slice(2)):

    @exercise.misconception("BIAS-NOT-UPDATED", sgd_step, alone=True, beside=("BATCH-SUM",))
    def _(sgd_step, X, T, weights, biases, lr, layers=_layers):
        """Compute without biases, perhaps in two layers only, and return them as they are."""
        stepped, _ = sgd_step(X, T, weights[layers], [0 * bias for bias in biases[layers]], lr)
        return stepped, [bias + 0 for bias in biases]


@exercise.misconception("BATCH-SUM", sgd_step)
def _(sgd_step, X, T, weights, biases, lr):
    return sgd_step(X, T, weights, biases, lr * X.shape[0])


@exercise.misconception("BATCH-ONE-BY-ONE", sgd_step)
def _(sgd_step, X, T, weights, biases, lr):
    """Take a step after every example, so that the next one is computed with other weights."""
    for number in range(X.shape[0]):
        one = X[number : number + 1, :], T[number : number + 1, :]
        weights, biases = sgd_step(*one, weights, biases, lr / X.shape[0])
    return weights, biases


def _wrong_errors(code, find, step=update, **options):
    """Register an sgd_step that computes its errors with `find`, and each update with `step`.

    The step is written out, because the wrapped function computes its own errors.
    """

    def steps(sgd_step, X, T, weights, biases, lr):
        stepped = []
        for x, target in zip(X, T, strict=True):
            outputs = forward(x, weights, biases)
            found = find(x, outputs, target, weights, biases, lr, X.shape[0])
            stepped.append(step(x, outputs, found, weights, biases, lr / X.shape[0]))
        olds = enumerate((weights, biases))
        return tuple(_all_steps(old, [s[i] for s in stepped]) for i, old in olds)

    exercise.misconception(code, sgd_step, **options)(steps)


def _dot(err, given):
    """Return `np.dot(err, given)`, a single number."""
    if err.shape != given.shape:
        raise ValueError("shapes not aligned")
    return array_namespace(err).sum(err * given)


def _element_by_element(err, given):
    """Return `err * given`, which is added to every row of the weights."""
    if err.shape != given.shape and 1 not in (*err.shape, *given.shape):
        raise ValueError("operands could not be broadcast together")
    return err * given


def _right_errors(x, outputs, target, weights, *others):
    return errors(outputs, target, weights)


def _no_outer_product(product):
    def updates(x, outputs, errors, weights, biases, lr):
        _, new_biases = update(x, outputs, errors, weights, biases, lr)
        triples = zip(weights, errors, [x, *outputs[:-1]], strict=True)
        return [W + lr * product(err, given) for W, err, given in triples], new_biases

    exercise.misconception("OUTER-PRODUCT-MISSING", update, alone=True)(
        lambda update, *given: updates(*given)
    )
    _wrong_errors("OUTER-PRODUCT-MISSING", _right_errors, updates, alone=True)


_no_outer_product(_dot)
_no_outer_product(_element_by_element)


def _with_new_weights(x, outputs, target, weights, biases, lr, count):
    """Update each layer's weights before the error is passed back through them."""
    found = [errors(outputs[-1:], target, weights[-1:])[0]]
    for layer in range(len(weights) - 1, 0, -1):
        out = outputs[layer - 1]
        changed = weights[layer] + lr * found[0][:, None] * out[None, :]
        found.insert(0, out * (1 - out) * (changed.T @ found[0]))
    return found


def _without_derivative(x, outputs, target, weights, biases, lr, count):
    found = [target - outputs[-1]]
    for W in weights[:0:-1]:
        found.insert(0, W.T @ found[0])
    return found


def _with_averaged_weights(x, outputs, target, weights, biases, lr, count):
    """Update the weights by the example's share of the step before passing the error back."""
    return _with_new_weights(x, outputs, target, weights, biases, lr / count, count)


_wrong_errors("UPDATE-BEFORE-ERRORS", _with_new_weights)
_wrong_errors("UPDATE-BEFORE-ERRORS", _with_averaged_weights)
_wrong_errors("DERIV-FORGOT", _without_derivative)


def _passing_raw(x, outputs, target, weights, biases, lr, count):
    return _raw(outputs, target, weights)


_wrong_errors("RAW-ERROR-PASSED", _passing_raw)


@exercise.misconception("UPDATE-BEFORE-ERRORS", sgd_step)
def _(sgd_step, X, T, weights, biases, lr):
    """Update each layer by the whole batch before its errors are passed back."""
    xp, rate = array_namespace(X), lr / X.shape[0]
    outputs = [X]
    for W, bias in zip(weights, biases, strict=True):
        outputs.append(_sigmoid(outputs[-1] @ W.T + bias))
    new_weights, new_biases = list(weights), list(biases)
    error = T - outputs[-1]
    for layer in range(len(weights) - 1, -1, -1):
        out = outputs[layer + 1]
        delta = out * (1 - out) * error
        new_weights[layer] = weights[layer] + rate * delta.T @ outputs[layer]
        new_biases[layer] = biases[layer] + rate * xp.sum(delta, axis=0)
        error = delta @ new_weights[layer]
    return new_weights, new_biases


def _delta(derivative):
    """Return `errors` with derivative(O, e) for O(1 − O); e is the factor it is multiplied by."""

    def found(outputs, target, weights):
        *hidden, last = outputs
        error = target - last
        deltas = [error * derivative(last, error)]
        for W, out in zip(weights[:0:-1], hidden[::-1], strict=True):
            error = W.T @ deltas[0]
            deltas.insert(0, error * derivative(out, error))
        return deltas

    return found


def _register_delta(code, derivative, **options):
    found = _delta(derivative)
    exercise.misconception(code, errors, **options)(lambda errors, *given: found(*given))
    _wrong_errors(
        code,
        lambda x, outputs, target, weights, biases, lr, n: found(outputs, target, weights),
        **options,
    )


# σ′ applied to a value that is an output already, and two forms of σ′ applied to the error.
_register_delta("DERIV-SQUASHED-AGAIN", lambda out, error: _sigmoid(out) * (1 - _sigmoid(out)))
_register_delta("DERIV-OF-ERROR", lambda out, error: error * (1 - error))
_register_delta("DERIV-OF-ERROR", lambda out, error: _sigmoid(error) * (1 - _sigmoid(error)))
# The derivative of tanh.
_register_delta("OTHER-DERIV", lambda out, error: 1 - out**2, alone=True)


@exercise.misconception("RETURN-IN-LOOP", forward)
def _(forward, x, weights, biases):
    """Write `return` inside the loop over the layers: only the first layer's output."""
    return forward(x, weights[:1], biases[:1])


@exercise.misconception("LECTURE-CONSTANTS", forward, beside=("BIAS-MISSING", "BIAS-SUBTRACTED"))
def _(forward, x, weights, biases):
    """Compute two layers, as the lecture's network has."""
    return forward(x, _first_two(weights), _first_two(biases))


@exercise.misconception(
    *("LECTURE-CONSTANTS", sgd_step),
    beside=("BATCH-SUM", "BIAS-NOT-UPDATED", "RAW-ERROR-PASSED"),
)
def _(sgd_step, X, T, weights, biases, lr):
    """Let two layers learn, and return them alone."""
    return sgd_step(X, T, _first_two(weights), _first_two(biases), lr)


def _first_two(layers):
    return [layers[0], layers[1]]


@exercise.misconception("INPUT-IN-LIST", forward)
def _(forward, x, weights, biases):
    """Return the input as well, as the first of the outputs."""
    return [x, *forward(x, weights, biases)]


@exercise.misconception("LAST-ONLY", forward)
def _(forward, x, weights, biases):
    """Return only the output of the last layer."""
    return forward(x, weights, biases)[-1]


drops_dtype(exercise, forward, errors, update, sgd_step)
