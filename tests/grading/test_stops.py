"""Cases that stop a function: mistakes are proved on the rest, and told beside what stops it."""

from dataclasses import replace

import numpy as np
import pytest

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.course.exercise import Exercise, case, example
from learncnn.grader.grading import diagnosis
from learncnn.grader.grading.diagnosis import explain
from learncnn.grader.grading.evidence import breaks_down
from learncnn.grader.grading.judging import judge
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


def said(key, outcomes):
    return explain(key, outcomes, [judge(case, outcomes[case.id], "numpy") for case in key.cases])


def step_of(case):
    return case.arguments.get("step")


def without_bias(case):
    return "bias" not in case.arguments


#: Which cases stop, with which exception, and how it is explained.
STOPS = {
    "a bias left out": (
        without_bias,
        error("unsupported operand type(s) for +: 'float' and 'NoneType'"),
        "none_used",
    ),
    "ints": (
        lambda case: isinstance(step_of(case), int),
        error(NO_ITEM, text="step[0]"),
        "int_as_pair",
    ),
    "two pairs": (lambda case: step_of(case) in ((2, 1), (1, 3)), error(NO_PAIR), "pair_as_int"),
    "a check": (
        lambda case: step_of(case) == 3,
        error("too large", text="assert step < 3", kind="AssertionError"),
        "own_check",
    ),
}


def stopped_by(name):
    chosen, stop, _ = STOPS[name]
    return lambda case: stop if chosen(case) else None


@pytest.mark.parametrize("code", ["BELOW", "STILL"])
@pytest.mark.parametrize("name", STOPS)
def test_a_mistake_is_proved_beside_what_stops_the_function(name, code, key):
    """It is proved on the other cases, whether it is wrong in these or right."""
    chosen, _, told = STOPS[name]
    found = said(key, answered_by(key, code, stopped_by(name)))
    (named,) = found.diagnoses
    assert (named.codes, named.kind) == ((code,), "exact")
    still = [case for case in key.cases if step_of(case) in (None, 1) and not chosen(case)]
    failing = len(key.cases) - (len(still) if code == "STILL" else 0)
    assert (named.matched, named.failing) == (failing - sum(map(chosen, key.cases)), failing)
    assert [finding.key for finding in found.findings] == [told]


def test_one_number_that_the_mistake_does_not_give_proves_nothing(key):
    outcomes = answered_by(key, "BELOW", stopped_by("a bias left out"))
    other = next(case for case in key.cases if not without_bias(case))
    found = said(key, {**outcomes, other.id: Outcome("value", np.ones((2, 2)))})
    assert [d for d in found.diagnoses if d.kind == "exact"] == []


def test_few_numbers_prove_nothing_beside_what_stops(key, monkeypatch):
    outcomes = answered_by(key, "STILL", stopped_by("a bias left out"))
    monkeypatch.setattr(diagnosis, "PARTIAL_NUMBERS", 10_000)
    monkeypatch.setattr(diagnosis, "BESIDE_FORMS", 10_000)
    assert [d for d in said(key, outcomes).diagnoses if d.kind == "exact"] == []


@pytest.mark.parametrize(
    ("stop", "proved"),
    [
        (STOPS["a bias left out"][1], ["STILL"]),
        (STOPS["ints"][1], ["STILL"]),
        (error("not today", kind="OSError"), []),
    ],
)
def test_many_cases_may_stop_for_the_form_of_an_argument(stop, proved, key):
    """Four cases are answered, three of them wrongly; seven stop."""

    def stops(case):
        return None if step_of(case) in (1, 2, 3, (2, 1)) else stop

    found = said(key, answered_by(key, "STILL", stops))
    assert [code for each in found.diagnoses for code in each.codes] == proved


@pytest.mark.parametrize(("answered", "proved"), [(3, [("BELOW",)]), (2, [])])
def test_a_fifth_of_what_fails_has_to_be_answered(answered, proved, key):
    """The mistake is wrong in all 11 cases, and most of these break down."""
    last = key.cases[-answered:]

    def stops(case):
        return None if case in last else error(line=7, kind="IndexError")

    found = said(key, answered_by(key, "BELOW", stops))
    assert [named.codes for named in found.diagnoses if named.kind == "exact"] == proved


def test_a_second_mistake_is_not_proved_by_what_breaks_down(key):
    """The first explains every answer; the cases where the second would act have none."""

    def stops(case):
        return error(line=7, kind="IndexError") if case.arguments.get("step", 1) == 1 else None

    assert {"STILL", "RAISED"} in [{*mutant.codes} for mutant in key.mutants]
    found = said(key, answered_by(key, "STILL", stops))
    assert all("RAISED" not in named.codes for named in found.diagnoses)


@pytest.mark.parametrize(
    ("kind", "text", "broken"),
    [
        ("ValueError", "x = a + b", True),
        ("KeyError", "x = sizes[k]", False),
        ("DimensionError", 'raise DimensionError("two axes only")', True),
        ("NotImplementedError", "raise NotImplementedError", False),
    ],
)
def test_a_check_of_the_students_own_breaks_a_function_down(kind, text, broken):
    assert breaks_down(error(text=text, kind=kind)) == broken


def test_a_right_answer_that_is_lost_when_asked_again_proves_nothing(key):
    """Not even of mistakes that cancel each other."""
    (form,) = (mutant for mutant in key.mutants if mutant.codes == ("BELOW",))
    right = {case.id: case.expected for case in key.cases}
    cancelled = form._replace(codes=("BELOW", "RAISED"), outcomes=right)
    known = replace(key, load_mutants=lambda: (*key.mutants, cancelled))
    verdicts = [judge(case, right[case.id], "numpy") for case in key.cases]
    verdicts[3] = verdicts[3]._replace(status="timeout")
    assert explain(known, right, verdicts).diagnoses == ()
