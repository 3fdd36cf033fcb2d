"""ex17: scaling features to [0, 1], and labels as one-hot rows."""

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .habits import drops_dtype

exercise = Exercise("ex17", integer_results=("one_hot",))


@exercise.function
def minmax_scale(X, reference=None):
    """Every column of X[N, D] shifted and scaled so that `reference`'s would fill [0, 1]."""
    xp = array_namespace(X)
    X = _floating(X)
    reference = X if reference is None else _floating(reference)
    if X.shape[1] != reference.shape[1]:
        raise ValueError("X and reference have different columns")
    low = xp.min(reference, axis=0)
    spread = xp.max(reference, axis=0) - low
    constant = spread == 0
    scaled = (X - low) / xp.where(constant, xp.ones_like(spread), spread)
    return xp.where(constant, xp.zeros_like(scaled), scaled)


@exercise.function
def one_hot(labels, num_classes):
    """Row i of [N, num_classes] is 0 everywhere but in column labels[i], where it is 1."""
    xp = array_namespace(labels)
    if xp.any(labels < 0) or xp.any(labels >= num_classes):
        raise ValueError(f"a label is not in 0 … {num_classes - 1}")
    classes = xp.arange(num_classes, device=device(labels))
    return xp.astype(labels[:, None] == classes[None, :], xp.int64)


def _floating(X):
    xp = array_namespace(X)
    return X if xp.isdtype(X.dtype, "real floating") else xp.astype(X, xp.float64)


@exercise.oracle(one_hot)
def _(labels, num_classes):
    from torch.nn import functional as F

    return F.one_hot(labels.long(), num_classes)


@exercise.cases(minmax_scale)
def _(draw):
    yield example(X=draw.array([[1, 10], [2, 30], [5, 20]]))
    yield example(X=draw.array([[4, 7], [2, 7]]))
    yield example(X=draw.array([[6], [0]]), reference=draw.array([[2], [4]]))
    yield case("one column", X=draw.distinct((4, 1)))
    yield case("two columns of different spread", X=draw.array([[0, 0], [1, 8], [2, 4], [4, 2]]))
    yield case("negative numbers", X=draw.distinct((5, 2), -20) * draw.array([1, 8]))
    yield case("more columns than rows", X=draw.distinct((3, 5)) * draw.array([1, 2, 4, 8, 16]))
    yield case(
        "fitted on other rows",
        X=draw.array([[5, 0], [1, 6]]),
        reference=draw.array([[0, 1], [4, 9], [2, 5]]),
    )
    yield case(
        "fewer rows in the reference",
        X=draw.integers((5, 3), -9, 9),
        reference=draw.array([[0, -8, 3], [4, 8, 5]]),
    )
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            X=draw.reals((6, 4), dtype=dtype),
            reference=draw.reals((8, 4), dtype=dtype),
        )
    yield edge("a constant column", X=draw.array([[3, 1], [3, 5], [3, 2]]))
    yield edge(
        "a column that is constant in the reference alone",
        X=draw.array([[1, 2], [6, 3]]),
        reference=draw.array([[0, 5], [4, 5], [2, 5]]),
    )
    yield edge("one row", X=draw.distinct((1, 3)))
    yield edge("all cells equal", X=draw.array([[2, 2], [2, 2]]))
    yield edge("grey values", X=draw.image((4, 3)))
    yield edge("not contiguous in memory", X=draw.strided(draw.distinct((4, 3))))
    yield raises(
        ValueError,
        "a reference with other columns",
        X=draw.distinct((2, 2)),
        reference=draw.distinct((4, 3)),
    )


@exercise.cases(one_hot)
def _(draw):
    def labels(*numbers):
        return draw.array(numbers, dtype="int64")

    def drawn(count, classes):
        return draw.integers((count,), 0, classes - 1, dtype="int64")

    yield example(labels=labels(2, 0), num_classes=3)
    yield example(labels=labels(3), num_classes=10)
    yield case("two classes", labels=drawn(6, 2), num_classes=2)
    yield case("a class that does not occur", labels=drawn(4, 4), num_classes=5)
    yield case("the first and the last class", labels=drawn(6, 2) * 5, num_classes=6)
    yield case("more labels than classes", labels=drawn(7, 3), num_classes=3)
    yield case("by chance", labels=drawn(9, 7), num_classes=7)
    yield edge("one class", labels=labels(0, 0), num_classes=1)
    yield edge("ten digits", labels=draw.distinct((10,), 0, dtype="int64"), num_classes=10)
    yield raises(ValueError, "a label too large", labels=labels(0, 4), num_classes=3)
    yield raises(ValueError, "a label just too large", labels=labels(1, 3), num_classes=3)
    yield raises(ValueError, "a negative label", labels=labels(1, -1), num_classes=3)


@exercise.misconception("GLOBAL-NOT-COLUMN", minmax_scale)
def _(scale, X, reference=None):
    """One minimum and one maximum for all columns."""
    xp = array_namespace(X)
    reference = X if reference is None else reference
    if reference.shape[1] != X.shape[1]:
        raise ValueError("different columns")
    column = scale(xp.reshape(X, (-1, 1)), xp.reshape(reference, (-1, 1)))
    return xp.reshape(column, X.shape)


@exercise.misconception("GLOBAL-NOT-COLUMN", minmax_scale)
def _(scale, X, reference=None):
    """The same, without a look at the number of columns."""
    xp = array_namespace(X)
    reference = X if reference is None else reference
    column = scale(xp.reshape(X, (-1, 1)), xp.reshape(reference, (-1, 1)))
    return xp.reshape(column, X.shape)


@exercise.misconception("ROW-NOT-COLUMN", minmax_scale)
def _(scale, X, reference=None):
    """Every row is scaled by itself, which a reference with other rows cannot do."""
    xp = array_namespace(X)
    rows = None if reference is None else xp.permute_dims(reference, (1, 0))
    return xp.permute_dims(scale(xp.permute_dims(X, (1, 0)), rows), (1, 0))


@exercise.misconception("CONST-COLUMN-NAN", minmax_scale)
def _(scale, X, reference=None):
    """0 / 0, or x / 0."""
    xp = array_namespace(X)
    scaled = scale(X, reference)
    fitted = X if reference is None else reference
    low, high = xp.min(fitted, axis=0), xp.max(fitted, axis=0)
    above = xp.astype(X, scaled.dtype) - xp.astype(low, scaled.dtype)
    return xp.where(low == high, above / xp.zeros_like(above), scaled)


@exercise.misconception("CONST-COLUMN-KEPT", minmax_scale)
def _(scale, X, reference=None):
    """Divided by 1: right where X itself is constant, x - min where only the reference is."""
    xp = array_namespace(X)
    scaled = scale(X, reference)
    fitted = X if reference is None else reference
    low, high = xp.min(fitted, axis=0), xp.max(fitted, axis=0)
    above = xp.astype(X, scaled.dtype) - xp.astype(low, scaled.dtype)
    return xp.where(low == high, above, scaled)


@exercise.misconception("FIT-ON-TEST", minmax_scale)
def _(scale, X, reference=None):
    """The reference is not looked at."""
    return scale(X)


@exercise.misconception("FIT-ON-TEST", minmax_scale)
def _(scale, X, reference=None):
    """Nothing but its columns are counted."""
    scale(X, reference)
    return scale(X)


@exercise.misconception("FIT-ON-BOTH", minmax_scale)
def _(scale, X, reference=None):
    if reference is None:
        return scale(X)
    xp = array_namespace(X)
    if reference.shape[1] != X.shape[1]:
        raise ValueError("different columns")
    return scale(X, xp.concat([reference, X], axis=0))


@exercise.misconception("DIV-BY-MAX", minmax_scale)
def _(scale, X, reference=None):
    """x / max: the minimum is forgotten."""
    xp = array_namespace(X)
    scaled = scale(X, reference)
    high = xp.max(X if reference is None else reference, axis=0)
    high = xp.astype(high, scaled.dtype)
    return xp.astype(X, scaled.dtype) / xp.where(high == 0, xp.ones_like(high), high)


@exercise.misconception("DIV-BY-MAX", minmax_scale)
def _(scale, X, reference=None):
    """The same where the maximum is 0."""
    xp = array_namespace(X)
    scaled = scale(X, reference)
    high = xp.astype(xp.max(X if reference is None else reference, axis=0), scaled.dtype)
    return xp.astype(X, scaled.dtype) / high


@exercise.misconception("ONEHOT-OFF1", one_hot)
def _(one_hot, labels, num_classes):
    """Column label - 1; label 0 comes last, as index -1 does."""
    if num_classes < 1:
        return one_hot(labels, num_classes)
    one_hot(labels, num_classes)
    return one_hot((labels - 1) % num_classes, num_classes)


@exercise.misconception("ONEHOT-OFF1", one_hot)
def _(one_hot, labels, num_classes):
    """One column too many, and the first one never used."""
    one_hot(labels, num_classes)
    return one_hot(labels + 1, num_classes + 1)


@exercise.misconception("ONEHOT-INT-AS-FLOAT", one_hot, breaks="whole")
def _(one_hot, labels, num_classes):
    """np.zeros, or rows of np.eye: floats in numpy's own width."""
    xp = array_namespace(labels)
    return xp.astype(one_hot(labels, num_classes), xp.float64)


@exercise.misconception("ONEHOT-INT-AS-FLOAT", one_hot, breaks="whole")
def _(one_hot, labels, num_classes):
    """torch.zeros, or rows of torch.eye: floats in torch's own width."""
    xp = array_namespace(labels)
    return xp.astype(one_hot(labels, num_classes), xp.float32)


@exercise.misconception("ONEHOT-AXIS", one_hot)
def _(one_hot, labels, num_classes):
    """A column for each label."""
    rows = one_hot(labels, num_classes)
    return array_namespace(rows).permute_dims(rows, (1, 0))


@exercise.misconception("ONEHOT-SEEN-ONLY", one_hot)
def _(one_hot, labels, num_classes):
    """As many columns as the largest label asks for."""
    rows = one_hot(labels, num_classes)
    return rows[:, : int(array_namespace(labels).max(labels)) + 1]


@exercise.misconception("ONEHOT-SEEN-ONLY", one_hot)
def _(one_hot, labels, num_classes):
    """The rest as indexing does it: -1 is the last column."""
    seen = int(array_namespace(labels).max(labels)) + 1
    return one_hot(labels % seen, seen)


@exercise.misconception("NO-CHECK", one_hot, breaks="errors")
def _(one_hot, labels, num_classes):
    """Indexing does what indexing does: -1 is the last column, a label too large an IndexError."""
    xp = array_namespace(labels)
    if xp.any(labels < -num_classes) or xp.any(labels >= num_classes):
        raise IndexError("index out of bounds")
    return one_hot(xp.where(labels < 0, labels + num_classes, labels), num_classes)


@exercise.misconception("NO-CHECK", one_hot, breaks="errors")
def _(one_hot, labels, num_classes):
    """A comparison: the row has no 1."""
    xp = array_namespace(labels)
    inside = (labels >= 0) & (labels < num_classes)
    rows = one_hot(xp.where(inside, labels, xp.zeros_like(labels)), num_classes)
    return xp.where(inside[:, None], rows, xp.zeros_like(rows))


@exercise.misconception("LECTURE-CONSTANTS", one_hot)
def _(one_hot, labels, num_classes):
    """Ten columns, as for digits."""
    one_hot(labels, num_classes)
    return one_hot(labels, 10)


drops_dtype(exercise, minmax_scale)
