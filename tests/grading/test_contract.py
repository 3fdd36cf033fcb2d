"""Which promises a function breaks: once each, with the number of cases that saw it."""

import numpy as np
import pytest

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.course.exercise import Exercise, case, edge, example, raises
from learncnn.grader.grading.contract import broken_promises, settled, verdicts_on
from learncnn.grader.grading.judging import judge
from learncnn.grader.sandbox.protocol.outcome import Outcome, Raised


def make_pad():
    exercise = Exercise("ex91")

    @exercise.function
    def grow(X, size=1):
        rows, columns = size if isinstance(size, tuple) else (size, size)
        if rows < 0:
            raise ValueError("negative")
        return np.pad(X, ((rows, 0), (columns, 0)))

    @exercise.cases(grow)
    def _(draw):
        yield example(X=draw.arange(2, 3))
        yield case("by two", X=draw.distinct((2, 3)), size=2)
        yield case("pair", X=draw.distinct((2, 3)), size=(2, 1))
        yield edge("nothing in it", X=draw.integers((0, 3)), size=2)
        yield raises(ValueError, "negative", X=draw.arange(1, 2), size=-1)

    @exercise.misconception("BELOW", grow)
    def _(grow, X, size=1):
        return grow(X, size)[::-1]

    @exercise.misconception("IN-PLACE", grow, breaks="mutated")
    def _(grow, X, size=1):
        Y = grow(X, size)
        X += 1
        return Y

    @exercise.misconception("SINGLE", grow, breaks="dtype")
    def _(grow, X, size=1):
        return grow(X, size).astype("float32")

    return exercise


@pytest.fixture(scope="module")
def key():
    return build_key(make_pad(), framework="numpy", seed="test")


def answers(key, change=lambda case, outcome: outcome):
    return {case.id: change(case, case.expected) for case in key.cases}


def promises(key, outcomes):
    verdicts = [judge(case, outcomes[case.id], "numpy") for case in key.cases]
    verdicts = settled(verdicts, key.cases)
    return {p.promise: p for p in broken_promises(verdicts, key)}, verdicts


def pair_refused(case, outcome):
    if isinstance(case.arguments.get("size"), tuple):
        return Outcome("raised", error=Raised("TypeError", ("TypeError", "Exception")))
    return outcome


def test_who_keeps_every_promise_breaks_none(key):
    found, verdicts = promises(key, answers(key))
    assert found == {}
    assert all(verdict.passed for verdict in verdicts)


def test_a_pair_that_raises_is_a_promise_where_ints_are_right(key):
    found, verdicts = promises(key, answers(key, pair_refused))
    assert {name: (p.cases, p.of) for name, p in found.items()} == {"pair": (1, 1)}
    assert all(v.right for v in verdicts if v.axis == "values")


def raising(kind, message=""):
    return Outcome("raised", error=Raised(kind, (kind, "Exception"), message, 4, "Y = np.pad(X)"))


@pytest.mark.parametrize(
    ("error", "broken"),
    [
        (raising("OverflowError", "cannot convert float infinity to integer"), []),
        (raising("IndexError", "index 3 is out of bounds for axis 0 with size 3"), []),
        (
            raising("ValueError", "operands could not be broadcast together with shapes (3,) (4,)"),
            [],
        ),
        # 2 * (2, 1) is (2, 1, 2, 1).
        (
            raising("ValueError", "operands could not be broadcast together with shapes (2,) (4,)"),
            ["pair"],
        ),
        (raising("ValueError", "an int, please"), ["pair"]),
    ],
    ids=["overflow", "index", "other shapes", "joined pairs", "a refusal"],
)
def test_only_an_exception_that_a_pair_can_cause_is_a_refused_pair(key, error, broken):
    def change(case, outcome):
        return error if isinstance(case.arguments.get("size"), tuple) else outcome

    found, verdicts = promises(key, answers(key, change))
    assert list(found) == broken
    wrong = [v.status for v in verdicts if v.axis == "values" and not v.right]
    assert wrong == ([] if broken else ["raised"])


def test_a_pair_that_stops_beside_one_that_is_right_is_a_wrong_value():
    exercise = make_pad()

    @exercise.cases(exercise.references["grow"])
    def _(draw):
        yield case("another pair", X=draw.distinct((2, 3)), size=(1, 3))

    key = build_key(exercise, framework="numpy", seed="test")

    def change(case, outcome):
        return raising("ValueError") if case.title == "another pair" else outcome

    found, verdicts = promises(key, answers(key, change))
    assert found == {}
    assert [v.status for v in verdicts if not v.right and v.axis == "values"] == ["raised"]


def test_a_pair_that_raises_is_a_wrong_value_where_ints_are_wrong_too(key):
    def change(case, outcome):
        if case.axis == "values" and case.arguments.get("size") == 2:
            return Outcome("value", np.zeros((1, 1)))
        return pair_refused(case, outcome)

    found, verdicts = promises(key, answers(key, change))
    assert found == {}
    assert sum(not v.right for v in verdicts if v.axis == "values") == 2


def test_a_wrong_number_on_a_pair_stays_a_wrong_value(key):
    def change(case, outcome):
        pair = isinstance(case.arguments.get("size"), tuple)
        return Outcome("value", outcome.value + 1) if pair else outcome

    found, verdicts = promises(key, answers(key, change))
    assert found == {}
    assert [v.status for v in verdicts if v.axis == "values" and not v.right] == ["values"]


def test_an_empty_input_is_a_promise_of_its_own(key):
    def change(case, outcome):
        return Outcome("crashed") if case.axis == "empty" else outcome

    found, _ = promises(key, answers(key, change))
    assert list(found) == ["empty"]
    assert found["empty"].titles == ("nothing in it",)


def stopped(kind="AttributeError", line=4):
    return Outcome(
        "raised", error=Raised(kind, (kind, "Exception"), "no pad", line, "np.lib.pad(X)")
    )


@pytest.mark.parametrize(
    "outcome",
    [stopped(), Outcome("value", None), Outcome("crashed"), Outcome("timeout")],
    ids=["raises", "returns None", "crashed", "timeout"],
)
def test_who_computes_nothing_breaks_no_promise(key, outcome):
    found, _ = promises(key, answers(key, lambda case, right: outcome))
    assert found == {}


def test_who_computes_anything_has_to_refuse_what_is_impossible(key):
    one = next(case for case in key.cases if case.axis == "values")

    def change(case, outcome):
        if case.axis == "errors":
            return stopped(line=9)
        return Outcome("value", 1.5) if case is one else stopped()

    assert list(promises(key, answers(key, change))[0]) == ["errors"]


@pytest.mark.parametrize(
    ("outcome", "broken"),
    [(stopped(), []), (stopped(line=9), ["errors"]), (Outcome("value", 1.5), ["errors"])],
    ids=["same line", "another line", "answered"],
)
def test_what_stops_possible_inputs_says_nothing_of_impossible_ones(key, outcome, broken):
    def change(case, right):
        if case.axis == "errors":
            return outcome
        return stopped() if case.title == "by two" else right

    assert list(promises(key, answers(key, change))[0]) == broken


def transposed(case, outcome):
    return outcome._replace(value=outcome.value.T) if outcome.kind == "value" else outcome


def test_a_wrong_shape_of_an_empty_input_is_no_promise_where_other_shapes_are_wrong(key):
    found, verdicts = promises(key, answers(key, transposed))
    assert [v.status for v in verdicts if v.axis == "empty"] == ["shape"]
    assert found == {}


def test_a_wrong_shape_of_an_empty_input_alone_is_a_broken_promise(key):
    def change(case, outcome):
        return transposed(case, outcome) if case.axis == "empty" else outcome

    assert list(promises(key, answers(key, change))[0]) == ["empty"]


@pytest.mark.parametrize(("line", "broken"), [(4, []), (9, ["empty"])])
def test_what_stops_other_inputs_stops_an_empty_one_as_well(key, line, broken):
    def change(case, outcome):
        if case.axis == "empty":
            return stopped(line=line)
        return stopped() if case.title == "by two" else outcome

    assert list(promises(key, answers(key, change))[0]) == broken


def test_a_promise_is_counted_once_with_its_cases_and_its_code(key):
    def change(case, outcome):
        if outcome.kind != "value":
            return Outcome("value", 0)
        return Outcome("value", outcome.value.astype("float32"), mutated=("X",), aliased=("X",))

    found, _ = promises(key, answers(key, change))
    assert {name: (p.cases, p.code) for name, p in found.items()} == {
        "dtype": (4, "SINGLE"),
        "mutated": (4, "IN-PLACE"),
        "errors": (1, ""),
    }


@pytest.mark.parametrize(("code", "promise"), [("IN-PLACE", "mutated"), ("SINGLE", "dtype")])
def test_a_contract_mutant_is_shown_as_its_fault_and_nothing_else(key, code, promise):
    (mutant,) = (m for m in key.mutants if m.codes == (code,))
    (broken,) = broken_promises(verdicts_on(mutant, key), key)
    assert (broken.promise, broken.code) == (promise, code)


@pytest.mark.parametrize(
    ("text", "code"), [("return np.pad(X, size)", "UNCHECKED"), ("assert size >= 0", "")]
)
def test_input_that_was_refused_with_another_exception_was_not_let_through(text, code):
    exercise = make_pad()

    @exercise.misconception("UNCHECKED", exercise.references["grow"], breaks="errors")
    def _(grow, X, size=1):
        return grow(X, size) if size != -1 else X

    key = build_key(exercise, framework="numpy", seed="test")
    error = Raised("AssertionError", ("AssertionError", "Exception"), "", 9, text)

    def change(case, outcome):
        return Outcome("raised", error=error) if case.axis == "errors" else outcome

    found, _ = promises(key, answers(key, change))
    assert {promise: broken.code for promise, broken in found.items()} == {"errors": code}


def test_an_undeclared_contract_mutant_is_known_by_what_it_does():
    exercise = make_pad()

    @exercise.misconception("VIEW", exercise.references["grow"])
    def _(grow, X, size=1):
        Y = grow(X, size)
        return X if size == 0 else Y[:]

    @exercise.cases(exercise.references["grow"])
    def _(draw):
        yield edge("by nothing", X=draw.distinct((2, 3)), size=0)

    made = build_key(exercise, framework="numpy", seed="test")
    (mutant,) = (m for m in made.mutants if m.codes == ("VIEW",))
    assert mutant.breaks == ("aliased",)
