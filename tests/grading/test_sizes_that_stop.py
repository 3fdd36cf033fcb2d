"""Mistakes that say for which sizes code is written are proved by where it stops."""

from dataclasses import replace

import numpy as np
import pytest

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.course.exercise import Exercise, case, example
from learncnn.grader.grading import exact_proof
from learncnn.grader.grading.diagnosis import explain
from learncnn.grader.grading.judging import judge
from learncnn.grader.sandbox.protocol.outcome import Outcome, Raised


def make_blur(unbiased=()):
    exercise = Exercise("ex91")

    @exercise.function
    def blur(X, K, bias=None):
        return X * K.sum() + K[0, -1] + (0 if bias is None else bias)

    @exercise.cases(blur)
    def _(draw):
        yield example(X=draw.arange(2, 3) + 1, K=draw.kernel((2, 2)), bias=1.0)
        for kernel in ((1, 1), (2, 2), (3, 3), (2, 3), (3, 2), (1, 3), (3, 1)):
            X, K = draw.distinct((2, 3)), draw.kernel(kernel)
            yield case("a bias", X=X, K=K, bias=draw.whole(1, 9))
        for kernel in ((2, 2), *unbiased):
            yield case("no bias", X=draw.distinct((2, 3)), K=draw.kernel(kernel))

    @exercise.misconception("SQUARE-K", blur)
    def _(blur, X, K, bias=None):
        """A side of 1 is repeated."""
        side = max(K.shape)
        if 1 not in K.shape and K.shape[0] != K.shape[1]:
            raise ValueError("operands could not be broadcast together")
        return blur(X, np.broadcast_to(K, (side, side)), bias)

    @exercise.misconception("SWAPPED", blur)
    def _(blur, X, K, bias=None):
        return blur(X, K, bias) + K.shape[0] - K.shape[1]

    @exercise.misconception("TWICE", blur)
    def _(blur, X, K, bias=None):
        return blur(X, K, bias) + (0 if bias is None else bias)

    return exercise


@pytest.fixture(scope="module")
def key():
    return build_key(make_blur(), framework="numpy", seed="test")


def error(message, kind="ValueError"):
    return Outcome("raised", error=Raised(kind, (kind, "Exception"), message, 3, "Y = X @ K"))


SHAPES = error("operands could not be broadcast together with shapes (2,3) (3,2)")
NONE = error("unsupported operand type(s) for +: 'float' and 'NoneType'", "TypeError")


def uneven(one):
    return one.arguments["K"].shape[0] != one.arguments["K"].shape[1]


def has_side(one):
    return uneven(one) and 1 in one.arguments["K"].shape


def said(key, change):
    outcomes = {one.id: change(one) or one.expected for one in key.cases}
    return explain(key, outcomes, [judge(c, outcomes[c.id], "numpy") for c in key.cases])


def stopped(one):
    return SHAPES if uneven(one) else None


def answers(key, code):
    (form,) = (mutant for mutant in key.mutants if mutant.codes == (code,))
    return form.outcomes


def test_code_that_stops_at_every_other_size_is_written_for_some(key):
    found = said(key, stopped)
    (named,) = found.diagnoses
    assert (named.codes, named.kind) == (("SQUARE-K",), "exact")
    assert (named.matched, named.failing, named.cases) == (4, 4, 9)
    assert [finding.key for finding in found.findings] == ["broadcast"]
    assert all(uneven(one) for one in key.cases if one.id in found.main)


def test_some_sizes_may_be_answered_as_the_mistake_does(key):
    forms = answers(key, "SQUARE-K")
    found = said(key, lambda one: forms[one.id] if has_side(one) else stopped(one))
    assert [named.codes for named in found.diagnoses] == [("SQUARE-K",)]


def test_what_stops_at_none_is_left_out(key):
    def change(one):
        if "bias" not in one.arguments:
            return NONE
        line = one.arguments["K"].size + one.arguments["K"].shape[0]  # another one for each shape
        return SHAPES._replace(error=SHAPES.error._replace(line=line)) if uneven(one) else None

    found = said(key, change)
    (named,) = found.diagnoses
    assert (named.codes, named.matched, named.failing) == (("SQUARE-K",), 4, 5)
    assert {finding.key for finding in found.findings} == {"broadcast", "none_used"}
    # The case shown is one of these, at whatever line it stops.
    assert len(found.main) == 4
    assert all(uneven(one) for one in key.cases if one.id in found.main)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: None if has_side(one) and one.arguments["K"].shape[0] == 1 else stopped(one),
        lambda one: SHAPES if one.arguments["K"].shape == (3, 3) else stopped(one),
        lambda one: Outcome("value", np.ones((2, 3))) if has_side(one) else stopped(one),
        lambda one: error("name 'h' is not defined", "NameError") if uneven(one) else None,
    ],
    ids=["one is right", "a square stops too", "another number", "not due to sizes"],
)
def test_any_other_case_contradicts_it(change, key):
    assert said(key, change).diagnoses == ()


def test_other_mistakes_are_not_proved_by_where_code_stops(key):
    """SWAPPED is wrong in the same cases."""
    alone = tuple(mutant for mutant in key.mutants if mutant.codes == ("SWAPPED",))
    assert said(replace(key, load_mutants=lambda: alone), stopped).diagnoses == ()


def test_few_cases_prove_nothing(key, monkeypatch):
    monkeypatch.setattr(exact_proof, "STOPPED_CASES", 5)
    assert said(key, stopped).diagnoses == ()


@pytest.mark.parametrize(("unbiased", "named"), [(3, ("SQUARE-K", "TWICE")), (2, ("TWICE",))])
def test_cases_that_stop_show_it_beside_a_mistake_that_is_right_there(unbiased, named):
    """Where the other mistake is wrong too, it may be what stops the code."""
    kernels = ((2, 3), (3, 2), (1, 3))[:unbiased]
    key = build_key(make_blur(kernels), framework="numpy", seed="test")
    twice = answers(key, "TWICE")
    found = said(key, lambda one: SHAPES if uneven(one) else twice[one.id])
    assert [diagnosis.codes for diagnosis in found.diagnoses] == [named]
