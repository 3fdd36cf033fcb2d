"""Where it fails, by how much, and what stopped it: statements that need no mutant."""

from pathlib import Path

import numpy as np
import pytest

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.course.exercise import Exercise, case, example
from learncnn.grader.course.exercise_texts import ExerciseTexts
from learncnn.grader.grading.conditions import CONDITIONS, EITHER, condition_of
from learncnn.grader.grading.diagnosis import NOTHING_RETURNED, explain
from learncnn.grader.grading.extent import extent_of
from learncnn.grader.grading.judging import judge
from learncnn.grader.grading.library_errors import PATTERNS, explained
from learncnn.grader.i18n.texts import family_texts
from learncnn.grader.render.statements import finding_statement
from learncnn.grader.sandbox.protocol.outcome import Outcome, Raised


def make_pool():
    exercise = Exercise("ex92")

    @exercise.function
    def shrink(X, kernel_size, stride=1):
        (kh, kw), s = kernel_size, stride
        return np.array(X[:: s * kh, :: s * kw]), X.sum()

    @exercise.cases(shrink)
    def _(draw):
        yield example(X=draw.arange(4, 4) + 1, kernel_size=(1, 1))
        for size in (2, 3, 4):
            yield case("square", X=draw.distinct((5, 5)), kernel_size=(size, size))
            yield case("wide", X=draw.distinct((5, 5)), kernel_size=(1, size))
            yield case("strided", X=draw.distinct((5, 5)), kernel_size=(1, size), stride=2)

    @exercise.misconception("NEGATED", shrink)
    def _(shrink, X, kernel_size, stride=1):
        return tuple(-part for part in shrink(X, kernel_size, stride))

    return exercise


@pytest.fixture(scope="module")
def key():
    return build_key(make_pool(), framework="numpy", seed="test")


def said(key, change):
    outcomes = {c.id: change(c) or c.expected for c in key.cases}
    verdicts = [judge(c, outcomes[c.id], "numpy") for c in key.cases]
    return explain(key, outcomes, verdicts)


def scaled(outcome, factor):
    first, second = outcome.value
    return outcome._replace(value=(first * factor, second))


def not_square(c):
    return c.arguments["kernel_size"][0] != c.arguments["kernel_size"][1]


def test_a_condition_a_result_and_a_factor_are_told(key):
    found = said(key, lambda c: scaled(c.expected, 3.0) if not_square(c) else None)
    assert found.diagnoses == ()
    told = {finding.kind: finding for finding in found.findings}
    assert told["condition"].key == "kernel_not_square"
    assert told["result"].values == {"wrong": "0", "of": "2"}
    assert told["factor"].values == {"amount": "3"}
    assert set(found.main) == {c.id for c in key.cases if not_square(c)}


def test_one_result_of_several_is_proved_by_itself(key):
    def first_negated(c):
        first, second = c.expected.value
        return c.expected._replace(value=(-first, second))

    (found,) = said(key, first_negated).diagnoses
    assert (found.codes, found.kind, found.result) == (("NEGATED",), "exact", 0)


def test_two_wrong_values_in_one_case_more_silence_the_condition(key):
    public = next(c for c in key.cases if c.public)
    found = said(key, lambda c: scaled(c.expected, 3.0) if not_square(c) or c is public else None)
    assert "condition" not in {finding.kind for finding in found.findings}


def test_few_cases_prove_no_condition(key):
    wide = [c for c in key.cases if not_square(c)]
    square = [c for c in key.cases if not not_square(c)]
    assert condition_of(wide[:2], square) is None
    assert condition_of(wide, square[:2]) is None
    assert condition_of(wide[:3], square[:3]).key == "kernel_not_square"


def test_a_library_error_is_told_with_its_line_and_its_cases(key):
    error = Raised(
        "TypeError",
        ("TypeError", "Exception"),
        "'float' object cannot be interpreted as an integer",
        7,
        "out = np.zeros(h / 2)",
    )
    found = said(key, lambda c: Outcome("raised", error=error) if not_square(c) else None)
    (stop,) = (finding for finding in found.findings if finding.kind == "library")
    assert (stop.key, stop.values["line"]) == ("float_as_size", "7")
    assert stop.cases == stop.failing == sum(map(not_square, key.cases))


def test_a_wrap_around_is_told(key):
    def wrapped(c):
        first, second = c.expected.value
        return c.expected._replace(value=((first * 60 % 256).astype("uint8"), second))

    cases = [c._replace(expected=scaled(c.expected, 60)) for c in key.cases]
    answers = [(new, wrapped(old)) for new, old in zip(cases, key.cases, strict=True)
               if (new.expected.value[0] > 255).any()]  # fmt: skip
    assert extent_of(answers).kind == "modulo"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("np.zeros((2.0, 3))", "float_as_size"),
        ("range(3 / 1)", "float_as_size"),
        ("np.arange(3)[1.0]", "float_as_index"),
        ("[1, 2][0:1.0]", "float_as_index"),
        ("np.pad(np.ones(3, int), 1, constant_values=-np.inf)", "not_finite_as_int"),
        ("np.ones((2, 3)) + np.ones((2, 2))", "broadcast"),
        ("np.ones((2, 3)) @ np.ones((2, 3))", "matmul"),
        ("np.dot(np.ones((2, 3)), np.ones((2, 3)))", "matmul"),
        ("np.tensordot(np.ones((2, 3)), np.ones((2, 3)), 1)", "summed_axes"),
        ("np.ones(6).reshape(4, 2)", "reshape"),
        ("__import__('math').exp(np.ones(3))", "array_as_number"),
        ("float(np.ones(3))", "array_as_number"),
        ("1 if np.ones(3) > 0 else 0", "array_as_truth"),
        ("np.ones(3)[5]", "out_of_bounds"),
        ("np.ones(3)[1, 2]", "too_many_indices"),
        ("undefined + 1", "undefined"),
        ("np.int(3)", "no_such_function"),
        ("None + 1", "none_used"),
        ("(1, 2) * (3, 4)", "pair_as_int"),
        ("(1, 2) > 0", "pair_as_int"),
        ("3 <= (1, 2)", "pair_as_int"),
        ("[0] * 2.5", "float_as_size"),
        ("[0] * np.float64(2)", "float_as_size"),
        ("np.lib.pad(np.ones(3), 1)", "no_such_function"),
        ("(1, 2) + 1", "pair_as_int"),
        ("1 - (1, 2)", "pair_as_int"),
        ("[a for a, b in [3]]", "int_as_pair"),
        ("(lambda stride: stride[0])(3)", "int_as_pair"),
        ("(lambda w: w[:, 1, 2])(3)", "number_indexed"),
        ("(lambda row, j: row[j])(3, 1)", "number_indexed"),
        ("sum(0.5 * sum(np.ones(3)))", "number_iterated"),
        ("max(3.0)", "number_iterated"),
        ("max(np.array(3))", "number_iterated"),
        ("np.pad(np.ones((2, 2), int), 1, constant_values=-np.inf)", "not_finite_as_int"),
        ("int(np.nan)", "not_finite_as_int"),
        ("1 // 0", "division_by_zero"),
        ("(lambda a: a)()", "signature"),
        ("np.ones((2, 2))[0] .__setitem__(0, np.ones(3))", "array_into_cell"),
        ("np.ones(3).max(axis=1)", "no_such_axis"),
        ("np.ones(3).sum(dim=0)", "other_library"),
        ("np.ones(3).unsqueeze(0)", "other_library"),
        ("[1.0] / 2", "list_arithmetic"),
        ("1 - [0.5]", "list_arithmetic"),
        ("-[1.0]", "list_arithmetic"),
        ("np.eye(3)[np.array([1.0, 2.0])]", "labels_not_ints"),
        ("np.stack([np.ones(2), np.ones(3)])", "joined_shapes"),
        ("np.concatenate([np.ones((2, 2)), np.ones(3)])", "joined_shapes"),
        ("[1][3]", "list_index"),
        ("{}['W1']", "no_such_key"),
        ("(1, 2).append(3)", "no_such_attribute"),
        ("np.broadcast_to(1.0, (3,)).__setitem__(0, 2)", "read_only"),
        ("np.ones((0, 3)).max()", "empty_extreme"),
        ("np.ones((2, 0)).min(axis=1)", "empty_extreme"),
        ("np.ones(0).argmax()", "empty_extreme"),
        ("max([])", "empty_extreme"),
        ("np.zeros((-1, 2))", "negative_size"),
        ("assert 1 > 2, 'the kernel is too large'", "own_check"),
        ("raise ValueError('padding must be an int')", "own_check"),
    ],
)
def test_what_numpy_says_is_explained(line, key):
    explains(lambda: exec(line, {"np": np}), key, line)


def explains(run, key, line=""):
    with pytest.raises(Exception) as caught:  # noqa: PT011
        run()
    error = caught.value
    names = tuple(base.__name__ for base in type(error).__mro__[:-2])
    found = explained(Raised(type(error).__name__, names, str(error), 1, line))
    if key:
        assert found is not None, error
        assert found.key == key


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("X.sum(1)", "no_such_axis"),
        ("torch.exp(np.ones(3))", "other_library"),
        ("torch.from_numpy(X)", "other_library"),
        ("X.astype(float)", "other_library"),
        ("F.cross_entropy(S, torch.ones(2))", "labels_not_ints"),
        ("F.one_hot(X)", "labels_not_ints"),
        ("S[X]", "labels_not_ints"),
        ("F.cross_entropy(S, torch.tensor([3, 0]))", "label_without_class"),
        ("F.cross_entropy(S, torch.tensor([0, 1, 2]))", "batch_sizes"),
        ("X.sum().backward()", "no_graph"),
        ("layer(S).backward()", "loss_not_number"),
        ("layer(S).numpy()", "needs_detach"),
        ("layer.weight.add_(1)", "parameter_in_place"),
        ("nn.Conv2d(6, 16, 5)(torch.ones(2, 1, 9, 9))", "channels"),
        ("nn.Conv2d(1, 6, 5)(torch.ones(2, 1, 3, 3))", "kernel_too_large"),
        ("torch.stack([X, S[0, :2]])", "joined_shapes"),
        ("torch.cat([X, S])", "joined_shapes"),
        ("torch.dot(S, X)", "matrix_axes"),
        ("torch.mm(X, X)", "matrix_axes"),
        ("X[::-1]", "negative_step"),
        ("torch.zeros(2, 3).scatter_(1, torch.tensor([[1], [5]]), 1)", "out_of_bounds"),
        ("layer.device", "no_such_attribute"),
        ("torch.ones(0).max()", "empty_extreme"),
        ("torch.ones(2, 0).amax(dim=1)", "empty_extreme"),
        ("torch.ones(2, 0).max(dim=1)", "empty_extreme"),
        ("torch.ones(0).argmax()", "empty_extreme"),
        ("torch.zeros(-1, 2)", "negative_size"),
        ("torch.ones(2, dtype=torch.uint8).mean()", "mean_of_ints"),
        ("torch.ones(2, 3).long().mean(dim=1)", "mean_of_ints"),
        ("X.new_zeros((2, -3))", "negative_size"),
    ],
)
def test_what_torch_says_is_explained(line, key):
    torch = pytest.importorskip("torch")
    known = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional, "np": np}
    known |= {"X": torch.ones(3), "S": torch.ones(2, 3), "layer": torch.nn.Linear(3, 2)}
    explains(lambda: eval(line, known), key)


def make_windows(*given):
    """An exercise with cases of these shapes and window sizes."""
    exercise = Exercise("ex94")

    @exercise.function
    def windows(X, kernel_size=1):
        rows, columns = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 2
        return X[::rows, ::columns] + 0

    @exercise.cases(windows)
    def _(draw):
        yield example(X=draw.arange(4, 4) + 1)
        for shape, size in given:
            yield case("a window", X=draw.distinct(shape), kernel_size=size)

    @exercise.misconception("NEGATED", windows)
    def _(windows, X, kernel_size=1):
        return -windows(X, kernel_size)

    return exercise


def of_sizes(*sizes):
    return build_key(make_windows(*(((5, 5), size) for size in sizes)), framework="numpy", seed="x")


NO_PAIR, NO_INT, NO_ITEM = (
    "'tuple' object cannot be interpreted as an integer",
    "cannot unpack non-iterable int object",
    "'int' object is not subscriptable",
)


@pytest.mark.parametrize(
    ("message", "sizes", "stopped", "told"),
    [
        (NO_PAIR, (2, 3, (2, 1), (1, 2)), (2, 1), "pair_as_int"),
        (NO_PAIR, (2, 3, 1, 4), 3, "tuple_as_number"),
        (NO_INT, (2, 3, (2, 1), (1, 2)), 3, "int_as_pair"),
        (NO_INT, (2, 3, 1, 4), 3, "number_iterated"),
        (NO_ITEM, (2, 3, (2, 1), (1, 2)), 3, "int_as_pair"),
        (NO_ITEM, (2, 3, 1, 4), 3, "number_indexed"),
    ],
)
def test_a_pair_is_blamed_only_if_one_may_be_given(message, sizes, stopped, told):
    key = of_sizes(*sizes)
    error = Raised("TypeError", ("TypeError", "Exception"), message, 7, "rows = size[0]")

    def change(c):
        return Outcome("raised", error=error) if c.arguments.get("kernel_size") == stopped else None

    stops = [found for found in said(key, change).findings if found.kind == "library"]
    assert [stop.key for stop in stops] == [told]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (NO_INT, {"library"}),
        (NO_PAIR, {"library"}),
        ("'float' object cannot be interpreted as an integer", {"library", "condition"}),
    ],
)
def test_a_property_is_no_reason_where_ints_and_pairs_are_confused(message, told):
    sizes = (2, 3, 4, 1, 3, 2, (2, 2), (3, 3), (1, 1))
    key = of_sizes(*sizes)
    error = Raised("TypeError", ("TypeError", "Exception"), message, 7, "kh, kw = kernel_size")
    ints = message == NO_INT

    def change(c):
        wrong = isinstance(c.arguments.get("kernel_size", 1), int) == ints
        return Outcome("raised", error=error) if wrong else None

    assert {finding.kind for finding in said(key, change).findings} == told


def test_who_returns_nothing_is_told_so(key):
    found = said(key, lambda c: Outcome("value", None) if not_square(c) else None)
    (stop,) = (finding for finding in found.findings if finding.kind == "library")
    assert (stop.key, stop.values) == ("nothing_returned", {})
    assert stop.cases == stop.failing == sum(map(not_square, key.cases))


def test_every_statement_has_its_sentences():
    texts = family_texts("diagnosis")
    for name in (*CONDITIONS, *EITHER):
        assert set(texts["condition"][name]) == {"en", "zh"}
    for name in (*(name for *_, name in PATTERNS), NOTHING_RETURNED, "tuple_as_number"):
        assert set(texts["library"][name]) == {"en", "zh"}


def make_shape():
    exercise = Exercise("ex94")

    @exercise.function
    def shape(n, k):
        return n - k[0] + 1, n - k[1] + 1

    @exercise.cases(shape)
    def _(draw):
        yield example(n=5, k=(1, 2))
        for k in ((2, 3), (3, 1), (2, 2), (1, 4)):
            yield case("a window", n=7, k=k)

    @exercise.misconception("FIRST", shape)
    def _(shape, n, k):
        return shape(n, (k[0], k[0]))

    return exercise


def test_one_number_of_a_shape_is_no_result_by_itself():
    key = build_key(make_shape(), framework="numpy", seed="test")
    found = said(key, lambda c: c.expected._replace(value=c.expected.value[::-1]))
    assert found.diagnoses == ()
    first = said(key, lambda c: c.expected._replace(value=c.expected.value[:1] * 2))
    assert [(d.codes, d.result) for d in first.diagnoses] == [(("FIRST",), None)]


def make_sizes():
    exercise = Exercise("ex95")

    @exercise.function
    def outputs(n, k, padding=0, stride=1):
        return (n + 2 * padding - k) // stride + 1

    @exercise.cases(outputs)
    def _(draw):
        yield example(n=5, k=2)
        for n, k, stride in ((7, 3, 2), (9, 2, 1), (8, 2, 3), (6, 3, 2), (9, 2, 2), (8, 3, 3)):
            yield case("a window", n=n, k=k, stride=stride)

    @exercise.misconception("CEIL", outputs)
    def _(outputs, n, k, padding=0, stride=1):
        return -(-(n + 2 * padding - k) // stride) + 1

    return exercise


def test_a_remainder_is_known_from_plain_sizes():
    key = build_key(make_sizes(), framework="numpy", seed="test")
    error = Raised("ValueError", ("ValueError", "Exception"), "does not fit", 4, "raise ValueError")

    def refused(c):
        given = c.arguments
        odd = (given["n"] - given["k"]) % given.get("stride", 1)
        return Outcome("raised", error=error) if odd else None

    (found,) = (each for each in said(key, refused).findings if each.kind == "condition")
    assert (found.kind, found.key) == ("condition", "remainder")


@pytest.mark.parametrize(("total", "left_over"), [(0, False), (1, True), (2, False)])
def test_a_total_padding_counts_for_the_remainder(total, left_over):
    given = {"n": 6, "k": 2, "total_padding": total, "stride": 2}
    one = build_key(make_sizes(), framework="numpy", seed="test").cases[0]
    assert CONDITIONS["remainder"](one._replace(arguments=given)) is left_over


def test_two_properties_are_told_if_each_is_alone_in_two_cases():
    one = build_key(make_sizes(), framework="numpy", seed="test").cases[0]

    def cases(*given):
        return [one._replace(arguments={"n": 6, "k": 2, **each}) for each in given]

    right = cases({}, {"n": 7}, {"n": 8, "stride": 2})
    padded, strided = {"padding": 1}, {"n": 7, "stride": 2}
    both = cases(padded, padded, strided, strided)
    assert condition_of(both, right).key == "remainder_or_padding"
    assert condition_of(both, right, several=False) is None
    assert condition_of(both[:3], right) is None
    assert condition_of([*both[:3], *cases({**padded, **strided})], right) is None
    assert condition_of(both, [*right, *cases(padded)]) is None
    assert condition_of(cases(padded, padded, padded), right).key == "padding"


def test_even_windows_are_told():
    one = build_key(make_sizes(), framework="numpy", seed="test").cases[0]
    kernels = [np.ones(shape) for shape in ((3, 3), (1, 3), (5, 1), (2, 3), (3, 4), (2, 2))]
    cases = [one._replace(arguments={"X": np.ones((7, 8)), "K": K}) for K in kernels]
    assert condition_of(cases[3:], cases[:3]).key == "kernel_even"
    assert condition_of(cases[2:], cases[:2] * 2) is None


def test_where_it_fails_is_told_of_ints_if_pairs_are_refused():
    images = ((3, 3), (5, 5), (3, 4), (4, 5), (5, 3))
    given = [*((shape, 2) for shape in images), ((5, 5), (1, 2)), ((5, 5), (2, 1))]
    key = build_key(make_windows(*given), framework="numpy", seed="test")
    message = "'tuple' object cannot be interpreted as an integer"
    error = Raised("TypeError", ("TypeError", "Exception"), message, 7, "range(kernel_size)")

    def change(c):
        if isinstance(c.arguments.get("kernel_size"), tuple):
            return Outcome("raised", error=error)
        X = c.arguments["X"]
        return c.expected._replace(value=c.expected.value * 3.5) if not_equal(X) else None

    def not_equal(X):
        return X.shape[0] != X.shape[1]

    found = {finding.kind: finding for finding in said(key, change).findings}
    told = found["condition"]
    assert (told.key, told.cases, told.failing) == ("image_not_square", 3, 5)
    assert found["library"].key == "pair_as_int"
    statement = finding_statement(told, ExerciseTexts(Path("none")))
    assert "apart from pairs" in statement.heading
