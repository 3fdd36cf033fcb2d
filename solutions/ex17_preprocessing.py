"""ex17: scaling features to [0, 1], and labels as one-hot rows."""

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .habits import drops_dtype

#: Mistakes in the formula of a column, of which a solution has one at most.
_FORMULAS = frozenset(
    {
        *("CONST-COLUMN-NAN", "CONST-COLUMN-KEPT", "CONST-COLUMN-FILLED", "CONST-COLUMN-MAX-1"),
        *("DIV-BY-MAX", "DIV-BY-255", "EPSILON-ADDED", "CLIPPED", "INT-OUT"),
        *("MIN-NOT-SUBTRACTED", "MINUS-1-TO-1", "PARENTHESES", "STANDARDISED"),
    }
)

exercise = Exercise(
    "ex17",
    integer_results=("one_hot",),
    triples=True,
    exclusive=(
        # A column may give 0 / 0 and be cut off to ints all the same.
        _FORMULAS - {"INT-OUT"},
        _FORMULAS - {"CONST-COLUMN-NAN"},
        frozenset({"GLOBAL-NOT-COLUMN", "ROW-NOT-COLUMN", "FIT-ON-BOTH"}),
        frozenset({"FIT-ON-TEST", "FIT-ON-BOTH"}),
        frozenset({"EPSILON-ADDED", "GLOBAL-NOT-COLUMN"}),
        _FORMULAS - {"CONST-COLUMN-NAN", "CONST-COLUMN-KEPT"} | {"ROW-NOT-COLUMN", "FIT-ON-BOTH"},
        frozenset({"ONEHOT-ONE-ROW", "ONEHOT-ALL-ROWS", "ONEHOT-AXIS", "ONEHOT-OFF1"}),
        frozenset({"ONEHOT-ALL-ROWS", "ONEHOT-SEEN-ONLY", "LECTURE-CONSTANTS"}),
        frozenset({"ONEHOT-ONE-ROW", "ONEHOT-SEEN-ONLY"}),
        frozenset({"ONEHOT-OFF1", "ONEHOT-SEEN-ONLY", "LECTURE-CONSTANTS"}),
    ),
)


@exercise.function
def minmax_scale(X, reference=None):
    """Scale every column of X[N, D] so that the column of `reference` would fill [0, 1].

    A constant column of the reference gives 0. Raises ValueError if the columns differ in number.
    """
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
    """Return [N, num_classes] with a 1 in column labels[i] of row i, and 0 elsewhere.

    Raises ValueError if a label is not in 0 … num_classes - 1.
    """
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
    yield case("negative numbers", X=draw.distinct((4, 2), -20) * draw.array([1, 8]))
    yield case("more columns than rows", X=draw.distinct((3, 4)) * draw.array([1, 2, 4, 8]))
    yield case(
        "fitted on other rows",
        X=draw.array([[5, 0], [1, 6]]),
        reference=draw.array([[0, 1], [4, 9], [2, 5]]),
    )
    yield case(
        "fewer rows in the reference",
        X=draw.integers((3, 3), -9, 9),
        reference=draw.array([[0, -8, 3], [4, 8, 5]]),
    )
    for dtype in ("float32", "float64"):
        yield case(
            f"fractions in {dtype}",
            X=draw.reals((3, 2), dtype=dtype),
            reference=draw.reals((4, 2), dtype=dtype),
        )
    yield edge("a constant column", X=draw.array([[3, 1], [3, 5], [3, 2]]))
    yield edge(
        "a column that is constant in the reference alone",
        X=draw.array([[1, 2], [6, 3]]),
        reference=draw.array([[0, 5], [4, 5], [2, 5]]),
    )
    yield edge("one row", X=draw.distinct((1, 3)))
    yield edge("all elements equal", X=draw.array([[2, 2], [2, 2]]))
    yield edge("grey values", X=draw.image((3, 2)))
    yield edge("not contiguous in memory", X=draw.strided(draw.distinct((3, 2))))
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
    yield case(
        "the last classes do not occur",
        labels=draw.distinct((3,), 0, dtype="int64"),
        num_classes=draw.whole(4, 6),
    )
    yield case("more labels than classes", labels=drawn(7, 3), num_classes=3)
    yield case("by chance", labels=drawn(9, 7), num_classes=7)
    yield edge("one class", labels=labels(0, 0), num_classes=1)
    yield edge("ten digits", labels=draw.distinct((10,), 0, dtype="int64"), num_classes=10)
    yield raises(ValueError, "a label too large", labels=labels(0, 4), num_classes=3)
    yield raises(ValueError, "a label just too large", labels=labels(1, 3), num_classes=3)
    yield raises(ValueError, "a negative label", labels=labels(1, -1), num_classes=3)


def _of_as_many_columns(X, reference):
    """Return the reference, by default X. Raises ValueError if it has other columns."""
    reference = X if reference is None else reference
    if reference.shape[1] != X.shape[1]:
        raise ValueError("different columns")
    return reference


@exercise.misconception("GLOBAL-NOT-COLUMN", minmax_scale)
def _(scale, X, reference=None):
    """Use one minimum and one maximum for all columns."""
    xp, reference = array_namespace(X), _of_as_many_columns(X, reference)
    column = scale(xp.reshape(X, (-1, 1)), xp.reshape(reference, (-1, 1)))
    return xp.reshape(column, X.shape)


@exercise.misconception("GLOBAL-NOT-COLUMN", minmax_scale)
def _(scale, X, reference=None):
    """Use one minimum and one maximum for all columns, and do not compare their number."""
    xp = array_namespace(X)
    reference = X if reference is None else reference
    column = scale(xp.reshape(X, (-1, 1)), xp.reshape(reference, (-1, 1)))
    return xp.reshape(column, X.shape)


for _ones in (False, True):

    @exercise.misconception("GLOBAL-NOT-COLUMN", minmax_scale, alone=True, beside=("FIT-ON-TEST",))
    def _(scale, X, reference=None, ones=_ones):
        """Use one minimum and one maximum; keep equal numbers, or make them `ones`."""
        xp, reference = array_namespace(X), _of_as_many_columns(X, reference)
        least, span = xp.min(reference), xp.max(reference) - xp.min(reference)
        if span == 0:
            return xp.ones_like(X) if ones else X + 0
        return (X - least) / span


@exercise.misconception("GLOBAL-NOT-COLUMN", minmax_scale, alone=True, beside=("FIT-ON-TEST",))
def _(scale, X, reference=None):
    """Use the minimum of each column, but one maximum for all: `np.max` without an axis."""
    xp, reference = array_namespace(X), _of_as_many_columns(X, reference)
    smallest = xp.min(reference, axis=0)
    return (X - smallest) / (xp.max(reference) - smallest)


@exercise.misconception("ROW-NOT-COLUMN", minmax_scale)
def _(scale, X, reference=None):
    """Scale every row by itself, which fails if the reference has another number of rows."""
    xp = array_namespace(X)
    rows = None if reference is None else xp.permute_dims(reference, (1, 0))
    return xp.permute_dims(scale(xp.permute_dims(X, (1, 0)), rows), (1, 0))


@exercise.misconception("CONST-COLUMN-NAN", minmax_scale)
def _(scale, X, reference=None):
    """Compute 0 / 0, or x / 0, in a constant column."""
    xp = array_namespace(X)
    scaled = scale(X, reference)
    fitted = X if reference is None else reference
    low, high = xp.min(fitted, axis=0), xp.max(fitted, axis=0)
    above = xp.astype(X, scaled.dtype) - xp.astype(low, scaled.dtype)
    return xp.where(low == high, above / xp.zeros_like(above), scaled)


@exercise.misconception("CONST-COLUMN-KEPT", minmax_scale)
def _(scale, X, reference=None):
    """Divide a constant column by 1, which gives x - min where only the reference is constant."""
    xp = array_namespace(X)
    scaled = scale(X, reference)
    fitted = X if reference is None else reference
    low, high = xp.min(fitted, axis=0), xp.max(fitted, axis=0)
    above = xp.astype(X, scaled.dtype) - xp.astype(low, scaled.dtype)
    return xp.where(low == high, above, scaled)


@exercise.misconception("CONST-COLUMN-KEPT", minmax_scale, alone=True)
def _(scale, X, reference=None):
    """Skip a constant column, which keeps its numbers."""
    xp = array_namespace(X)
    _, low, high = _above_minimum(scale, X, reference)
    scaled = scale(X, reference)
    return xp.where(low == high, xp.astype(X, scaled.dtype), scaled)


@exercise.misconception("CONST-COLUMN-FILLED", minmax_scale, alone=True)
def _(scale, X, reference=None):
    """Set a constant column to 1."""
    xp = array_namespace(X)
    _, low, high = _above_minimum(scale, X, reference)
    scaled = scale(X, reference)
    return xp.where(low == high, xp.ones_like(scaled), scaled)


@exercise.misconception("FIT-ON-TEST", minmax_scale)
def _(scale, X, reference=None):
    """Ignore the reference."""
    return scale(X)


@exercise.misconception("FIT-ON-TEST", minmax_scale)
def _(scale, X, reference=None):
    """Check the reference's number of columns, then ignore it."""
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
    """Compute x / max, without the minimum; divide by 1 where the maximum is 0."""
    xp = array_namespace(X)
    scaled = scale(X, reference)
    high = xp.max(X if reference is None else reference, axis=0)
    high = xp.astype(high, scaled.dtype)
    return xp.astype(X, scaled.dtype) / xp.where(high == 0, xp.ones_like(high), high)


@exercise.misconception("DIV-BY-MAX", minmax_scale)
def _(scale, X, reference=None):
    """Compute x / max, without the minimum; divide by 0 where the maximum is 0."""
    xp = array_namespace(X)
    scaled = scale(X, reference)
    high = xp.astype(xp.max(X if reference is None else reference, axis=0), scaled.dtype)
    return xp.astype(X, scaled.dtype) / high


for _guarded in (True, False):

    @exercise.misconception("DIV-BY-MAX", minmax_scale, alone=True)
    def _(scale, X, reference=None, guarded=_guarded):
        """Compute (x - min) / max; a maximum of 0 is replaced by 1, or not."""
        above, _, high = _above_minimum(scale, X, reference)
        xp = array_namespace(X)
        return above / (xp.where(high == 0, xp.ones_like(high), high) if guarded else high)


@exercise.misconception("CONST-COLUMN-MAX-1", minmax_scale, alone=True)
def _(scale, X, reference=None):
    """Set the maximum of a constant column to 1, and so divide by 1 - min."""
    above, low, high = _above_minimum(scale, X, reference)
    xp = array_namespace(X)
    return above / (xp.where(high == low, xp.ones_like(high), high) - low)


for _guarded in (True, False):

    @exercise.misconception("STANDARDISED", minmax_scale)
    def _(scale, X, reference=None, guarded=_guarded):
        """Compute (x - mean) / standard deviation; a deviation of 0 gives 0, or 0 / 0."""
        xp = array_namespace(X)
        dtype = scale(X, reference).dtype
        fitted = xp.astype(X if reference is None else reference, dtype)
        deviation = xp.std(fitted, axis=0)
        above = xp.astype(X, dtype) - xp.mean(fitted, axis=0)
        if not guarded:
            return above / deviation
        constant = deviation == 0
        scaled = above / xp.where(constant, xp.ones_like(deviation), deviation)
        return xp.where(constant, xp.zeros_like(scaled), scaled)


@exercise.misconception("MINUS-1-TO-1", minmax_scale)
def _(scale, X, reference=None):
    """Scale to [-1, 1]."""
    return 2 * scale(X, reference) - 1


@exercise.misconception("CLIPPED", minmax_scale)
def _(scale, X, reference=None):
    """Clip the numbers of new rows to [0, 1]."""
    return array_namespace(X).clip(scale(X, reference), 0.0, 1.0)


@exercise.misconception("MIN-NOT-SUBTRACTED", minmax_scale)
def _(scale, X, reference=None):
    """Compute x / (max - min), and 0 in a constant column."""
    above, low, high = _above_minimum(scale, X, reference)
    xp = array_namespace(X)
    spread = xp.where(high == low, xp.ones_like(high), high - low)
    return xp.where(high == low, xp.zeros_like(above), (above + low) / spread)


for _shape in (
    lambda above, low, high: above + low - low / (high - low),
    lambda above, low, high: above / high - low,
    lambda above, low, high: above + low - low / high - low,
):

    @exercise.misconception("PARENTHESES", minmax_scale, alone=True)
    def _(scale, X, reference=None, shape=_shape):
        """Leave out parentheses: x - min / (max - min), (x - min) / max - min, or both pairs."""
        return shape(*_above_minimum(scale, X, reference))


for _epsilon in (1e-5, 1e-6, 1e-8, 1e-10):

    @exercise.misconception("EPSILON-ADDED", minmax_scale, alone=_epsilon != 1e-5)
    def _(scale, X, reference=None, epsilon=_epsilon):
        """Add a small number to the spread."""
        above, low, high = _above_minimum(scale, X, reference)
        return above / (high - low + epsilon)


@exercise.misconception("DIV-BY-MAX", minmax_scale)
def _(scale, X, reference=None):
    """Divide by the largest magnitude."""
    above, low, high = _above_minimum(scale, X, reference)
    xp = array_namespace(X)
    return (above + low) / xp.maximum(xp.abs(low), xp.abs(high))


@exercise.misconception("DIV-BY-255", minmax_scale)
def _(scale, X, reference=None):
    """Divide by 255, as if every column held grey values."""
    above, low, _ = _above_minimum(scale, X, reference)
    return (above + low) / 255


@exercise.misconception("INT-OUT", minmax_scale)
def _(scale, X, reference=None):
    """Write the results into `zeros_like(X)`, which cuts them off to ints if X holds ints."""
    xp = array_namespace(X)
    scaled = scale(X, reference)
    return scaled if xp.isdtype(X.dtype, "real floating") else xp.trunc(scaled)


for _cut in (False, True):

    @exercise.misconception(
        "LAST-COLUMN-KEPT",
        minmax_scale,
        alone=True,
        beside=("CONST-COLUMN-NAN", "CONST-COLUMN-KEPT", "FIT-ON-TEST"),
    )
    def _(scale, X, reference=None, cut=_cut):
        """Leave out the last column; results written into X itself are cut off to its dtype."""
        xp = array_namespace(X)
        scaled = scale(X, reference)
        if cut and not xp.isdtype(X.dtype, "real floating"):
            scaled = xp.trunc(scaled)
        return xp.concat([scaled[:, :-1], xp.astype(X[:, -1:], scaled.dtype)], axis=1)


def _above_minimum(scale, X, reference):
    """Return X less the reference's minimum, that minimum and the maximum, as `scale` computes."""
    xp = array_namespace(X)
    dtype = scale(X, reference).dtype
    fitted = xp.astype(X if reference is None else reference, dtype)
    low, high = xp.min(fitted, axis=0), xp.max(fitted, axis=0)
    return xp.astype(X, dtype) - low, low, high


@exercise.misconception("ONEHOT-OFF1", one_hot)
def _(one_hot, labels, num_classes):
    """Use column label - 1, so that label 0 gets the last column, like index -1."""
    if num_classes < 1:
        return one_hot(labels, num_classes)
    one_hot(labels, num_classes)
    return one_hot((labels - 1) % num_classes, num_classes)


@exercise.misconception("ONEHOT-OFF1", one_hot)
def _(one_hot, labels, num_classes):
    """Return one column too many, of which the first is never used."""
    one_hot(labels, num_classes)
    return one_hot(labels + 1, num_classes + 1)


@exercise.misconception("ONEHOT-OFF1", one_hot, alone=True)
def _(one_hot, labels, num_classes):
    """Use column label - 1 of unsigned labels, whose 0 - 1 is beyond every column."""
    rows = one_hot(labels, num_classes)
    if array_namespace(labels).any(labels == 0):
        raise IndexError("index is out of bounds")
    return array_namespace(rows).roll(rows, -1, axis=1)


@exercise.misconception("ONEHOT-OFF1", one_hot, alone=True)
def _(one_hot, labels, num_classes):
    """Compare the labels with 1 … num_classes, so that the row of label 0 has no 1."""
    one_hot(labels, num_classes)
    return one_hot(labels, num_classes + 1)[:, 1:] + 0


@exercise.misconception("ONEHOT-ONE-ROW", one_hot)
def _(one_hot, labels, num_classes):
    """Write the 1 of every label into a single row."""
    rows = one_hot(labels, num_classes)
    return array_namespace(rows).max(rows, axis=0)


@exercise.misconception("ONEHOT-ONE-ROW", one_hot)
def _(one_hot, labels, num_classes):
    """Write the 1 of every label into a single column."""
    rows = one_hot(labels, num_classes)
    return array_namespace(rows).max(rows, axis=0)[:, None] + 0


@exercise.misconception("ONEHOT-ALL-ROWS", one_hot)
def _(one_hot, labels, num_classes):
    """Write `rows[:, labels] = 1`, or append one and the same row again and again."""
    xp = array_namespace(labels)
    rows = one_hot(labels, num_classes)
    return xp.broadcast_to(xp.max(rows, axis=0), rows.shape) + 0


@exercise.misconception("ONEHOT-INT-AS-FLOAT", one_hot, breaks="whole")
def _(one_hot, labels, num_classes):
    """Collect the rows in np.zeros, or take them from np.eye, which are float64."""
    xp = array_namespace(labels)
    return xp.astype(one_hot(labels, num_classes), xp.float64)


@exercise.misconception("ONEHOT-INT-AS-FLOAT", one_hot, breaks="whole")
def _(one_hot, labels, num_classes):
    """Collect the rows in torch.zeros, or take them from torch.eye, which are float32."""
    xp = array_namespace(labels)
    return xp.astype(one_hot(labels, num_classes), xp.float32)


@exercise.misconception("ONEHOT-AXIS", one_hot)
def _(one_hot, labels, num_classes):
    """Return a column for each label instead of a row."""
    rows = one_hot(labels, num_classes)
    return array_namespace(rows).permute_dims(rows, (1, 0))


@exercise.misconception("ONEHOT-SEEN-ONLY", one_hot)
def _(one_hot, labels, num_classes):
    """Return only as many columns as the largest label needs."""
    rows = one_hot(labels, num_classes)
    return rows[:, : int(array_namespace(labels).max(labels)) + 1]


@exercise.misconception("ONEHOT-SEEN-ONLY", one_hot)
def _(one_hot, labels, num_classes):
    """Return only as many columns as the largest label needs, unchecked: -1 is the last column."""
    seen = int(array_namespace(labels).max(labels)) + 1
    return one_hot(labels % seen, seen)


@exercise.misconception("ONEHOT-SEEN-ONLY", one_hot, alone=True)
def _(one_hot, labels, num_classes):
    """Return a column for each different label, which a larger label does not find."""
    xp = array_namespace(labels)
    seen = xp.unique_values(labels).shape[0]
    if xp.any(labels >= seen):
        raise IndexError("index is out of bounds")
    return one_hot(labels % seen, seen)


def _ranks(labels):
    """Return the place of each label among the different labels, and their number."""
    xp = array_namespace(labels)
    different = xp.unique_values(labels)
    below = xp.astype(labels[:, None] > different[None, :], xp.int64)
    return xp.sum(below, axis=1), different.shape[0]


@exercise.misconception("ONEHOT-SEEN-ONLY", one_hot, alone=True, beside=("ONEHOT-AXIS",))
def _(one_hot, labels, num_classes):
    """Return a column for each different label, in their order, like `pandas.get_dummies`."""
    return one_hot(*_ranks(labels))


@exercise.misconception("ONEHOT-SEEN-ONLY", one_hot, alone=True, beside=("ONEHOT-AXIS",))
def _(one_hot, labels, num_classes):
    """Return as many rows as the largest label needs, which may be too few or too many."""
    rows = one_hot(labels, num_classes)
    xp = array_namespace(rows)
    missing = int(xp.max(labels)) + 1 - rows.shape[0]
    if missing < 0:
        raise IndexError("index is out of bounds")
    zeros = xp.zeros((missing, num_classes), dtype=rows.dtype, device=device(rows))
    return xp.concat([rows, zeros])


@exercise.misconception("ONEHOT-RANK", one_hot, alone=True)
def _(one_hot, labels, num_classes):
    """Number the labels that occur, as np.unique does."""
    return one_hot(_ranks(labels)[0], num_classes)


@exercise.misconception("ONEHOT-SQUEEZED", one_hot, alone=True)
def _(one_hot, labels, num_classes):
    """Drop every axis of length 1, like np.squeeze."""
    rows = one_hot(labels, num_classes)
    return array_namespace(rows).reshape(rows, tuple(n for n in rows.shape if n != 1))


@exercise.misconception("NO-CHECK", one_hot, breaks="errors")
def _(one_hot, labels, num_classes):
    """Index without a check: -1 is the last column, and a label too large raises IndexError."""
    xp = array_namespace(labels)
    if xp.any(labels < -num_classes) or xp.any(labels >= num_classes):
        raise IndexError("index out of bounds")
    return one_hot(xp.where(labels < 0, labels + num_classes, labels), num_classes)


@exercise.misconception("NO-CHECK", one_hot, breaks="errors")
def _(one_hot, labels, num_classes):
    """Compare labels with classes, so that the row of an impossible label has no 1."""
    xp = array_namespace(labels)
    inside = (labels >= 0) & (labels < num_classes)
    rows = one_hot(xp.where(inside, labels, xp.zeros_like(labels)), num_classes)
    return xp.where(inside[:, None], rows, xp.zeros_like(rows))


@exercise.misconception("LECTURE-CONSTANTS", one_hot)
def _(one_hot, labels, num_classes):
    """Return ten columns, as for digits."""
    one_hot(labels, num_classes)
    return one_hot(labels, 10)


drops_dtype(exercise, minmax_scale)
