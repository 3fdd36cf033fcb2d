"""Cases that stop for a cause of their own: other mistakes are proved on the rest."""

import numpy as np
import pytest

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.course.exercise import Exercise, case, example
from learncnn.grader.grading import diagnosis
from learncnn.grader.grading.diagnosis import explain
from learncnn.grader.grading.judging import judge
from learncnn.grader.grading.refused_pairs import halted
from learncnn.grader.sandbox.protocol.outcome import Outcome, Raised

NO_ITEM = "'int' object is not subscriptable"
NO_PAIR = "'tuple' object cannot be interpreted as an integer"


def make_spread():
    exercise = Exercise("ex92")

    @exercise.function
    def spread(X, bias=None, step=1):
        down, right = step if isinstance(step, tuple) else (step, step)
        return X[::down, ::right] + (0 if bias is None else bias)

    @exercise.cases(spread)
    def _(draw):
        yield example(X=draw.arange(2, 3) + 1)
        for shape in ((5, 4), (3, 2)):
            yield case("no bias", X=draw.distinct(shape))
        for step in (1, 2, 3):
            yield case("an int", X=draw.distinct((5, 6)), bias=draw.integers(1, 9), step=step)
        for step in ((2, 1), (1, 3), (1, 2), (3, 2), (2, 3)):
            yield case("a pair", X=draw.distinct((5, 6)), bias=draw.integers(1, 9), step=step)

    @exercise.misconception("BELOW", spread)
    def _(spread, X, bias=None, step=1):
        return spread(X, bias, step)[::-1]

    @exercise.misconception("STILL", spread)
    def _(spread, X, bias=None, step=1):
        return spread(X, bias)

    @exercise.misconception("RAISED", spread)
    def _(spread, X, bias=None, step=1):
        return spread(X, bias, step) + (step == 1)

    return exercise


@pytest.fixture(scope="module")
def key():
    return build_key(make_spread(), framework="numpy", seed="test")


def error(message="", line=3, text="x = a + b", kind="TypeError"):
    return Outcome("raised", error=Raised(kind, (kind, "Exception"), message, line, text))


def answered_by(key, code, stops):
    """What a mistake answers in code that stops in some cases."""
    (form,) = (mutant for mutant in key.mutants if mutant.codes == (code,))
    return {case.id: stops(case) or form.outcomes[case.id] for case in key.cases}


def halts(key, outcomes):
    return halted(key.cases, {id: outcome.error for id, outcome in outcomes.items()})


def said(key, outcomes):
    return explain(key, outcomes, [judge(case, outcomes[case.id], "numpy") for case in key.cases])


def without_bias(case):
    return "bias" not in case.arguments


def with_int(case):
    return isinstance(case.arguments.get("step"), int)


def ids(key, chosen):
    return {case.id for case in key.cases if chosen(case)}


def stops_without_bias(case):
    return error() if without_bias(case) else None


@pytest.mark.parametrize("code", ["BELOW", "STILL"])
def test_an_argument_that_may_be_left_out_stops_a_function(code, key):
    """The mistake is proved on the other cases, whether it is wrong in these or right."""
    outcomes = answered_by(key, code, stops_without_bias)
    assert halts(key, outcomes) == ids(key, without_bias)
    found = said(key, outcomes)
    (named,) = found.diagnoses
    assert (named.codes, named.kind) == ((code,), "exact")
    wrong = {"BELOW": 11, "STILL": 10}[code]  # of 11; where the step is 1, STILL is right
    assert (named.matched, named.failing) == (wrong - 3, wrong)


def test_an_argument_that_is_left_out_once_without_harm_is_not_needed(key):
    outcomes = answered_by(key, "BELOW", stops_without_bias)
    one = next(case for case in key.cases if without_bias(case))
    assert halts(key, {**outcomes, one.id: one.expected}) == frozenset()


def test_a_line_where_other_cases_stop_is_not_due_to_what_is_left_out(key):
    outcomes = answered_by(key, "BELOW", stops_without_bias)
    other = next(case for case in key.cases if not without_bias(case))
    assert halts(key, {**outcomes, other.id: error()}) == frozenset()
    assert halts(key, {**outcomes, other.id: error(line=4)}) == ids(key, without_bias)


def test_a_function_that_takes_pairs_only_is_told_by_its_pairs(key):
    def stops(case):
        return error(NO_ITEM, text="step[0]") if with_int(case) else None

    outcomes = answered_by(key, "RAISED", stops)
    assert halts(key, outcomes) == ids(key, with_int)
    outcomes = answered_by(key, "BELOW", stops)
    found = said(key, outcomes)
    assert [(d.codes, d.kind) for d in found.diagnoses] == [(("BELOW",), "exact")]
    assert [finding.key for finding in found.findings] == ["int_as_pair"]


def test_a_pair_may_stop_a_function_where_it_is_the_default_of_another_argument(key):
    """No pair is refused, as some are answered; yet these cases stop because of one."""

    def stops(case):
        return error(NO_PAIR) if case.arguments.get("step") in ((2, 1), (1, 3)) else None

    outcomes = answered_by(key, "BELOW", stops)
    stopped = ids(key, stops)
    assert halts(key, outcomes) == stopped
    other = next(case for case in key.cases if with_int(case))
    assert halts(key, {**outcomes, other.id: error(NO_PAIR)}) == frozenset()


def test_a_check_of_the_students_own_stops_its_cases_alone(key):
    def stops(case):
        large = case.arguments.get("step") == 3
        return (
            error("step too large", text="assert step < 3", kind="AssertionError")
            if large
            else None
        )

    outcomes = answered_by(key, "BELOW", stops)
    assert halts(key, outcomes) == ids(key, lambda case: case.arguments.get("step") == 3)
    found = said(key, outcomes)
    assert [d.codes for d in found.diagnoses] == [("BELOW",)]
    assert [finding.key for finding in found.findings] == ["own_check"]


def test_one_number_that_the_mistake_does_not_give_proves_nothing(key):
    outcomes = answered_by(key, "BELOW", stops_without_bias)
    other = next(case for case in key.cases if not without_bias(case))
    found = said(key, {**outcomes, other.id: Outcome("value", np.ones((2, 2)))})
    assert [d for d in found.diagnoses if d.kind == "exact"] == []


def test_few_numbers_prove_nothing_beside_what_stops(key, monkeypatch):
    outcomes = answered_by(key, "STILL", stops_without_bias)
    monkeypatch.setattr(diagnosis, "PARTIAL_NUMBERS", 10_000)
    assert [d for d in said(key, outcomes).diagnoses if d.kind == "exact"] == []


def test_a_second_mistake_is_not_proved_by_what_breaks_down(key):
    """The first explains every answer; the cases where the second would act have none."""

    def stops(case):
        return error(line=7, kind="IndexError") if case.arguments.get("step", 1) == 1 else None

    assert {"STILL", "RAISED"} in [{*mutant.codes} for mutant in key.mutants]
    found = said(key, answered_by(key, "STILL", stops))
    assert all("RAISED" not in named.codes for named in found.diagnoses)
