"""Code that takes ints only: its mistake is proved on ints, the refused pairs stand beside it."""

from dataclasses import replace

import numpy as np
import pytest

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.course.exercise import Exercise, case, example
from learncnn.grader.grading import partial_proof
from learncnn.grader.grading.contract import settled
from learncnn.grader.grading.diagnosis import explain
from learncnn.grader.grading.judging import judge
from learncnn.grader.grading.refused_pairs import given_pairs, refused_pairs, refusing
from learncnn.grader.sandbox.protocol.outcome import Outcome, Raised


@pytest.fixture(autouse=True)
def share(monkeypatch):
    """A mistake explains little more than a third of the few cases made here."""
    monkeypatch.setattr(partial_proof, "PARTIAL_SHARE", 1 / 3)


def make_grow():
    exercise = Exercise("ex93")

    @exercise.function
    def grow(X, size=1, step=1):
        rows, columns = size if isinstance(size, tuple) else (size, size)
        down, right = step if isinstance(step, tuple) else (step, step)
        return np.pad(X, ((rows, 0), (columns, 0)))[::down, ::right]

    @exercise.cases(grow)
    def _(draw):
        yield example(X=draw.arange(2, 3) + 1)
        yield case("by two", X=draw.distinct((2, 3)), size=2)
        yield case("by three", X=draw.distinct((3, 3)), size=3)
        yield case("by two again", X=draw.distinct((4, 3)), size=2, step=2)
        for pair in ((2, 1), (1, 3)):
            yield case("pair", X=draw.distinct((2, 3)), size=pair)
            yield case("step", X=draw.distinct((4, 5)), step=pair)

    @exercise.misconception("BELOW", grow)
    def _(grow, X, size=1, step=1):
        return grow(X, size, step)[::-1]

    @exercise.misconception("ONE-STEP", grow, alone=True)
    def _(grow, X, size=1, step=1):
        if isinstance(size, tuple) or isinstance(step, tuple):
            raise ValueError("an int, not a pair")
        return grow(X, size, step) + (step == 2)

    @exercise.misconception("TWO-STEPS", grow, alone=True)
    def _(grow, X, size=1, step=1):
        return grow(X, size, step) + (step in (2, (2, 1)))

    @exercise.misconception("DOUBLED", grow)
    def _(grow, X, size=1, step=1):
        return grow(X, size, step) * 2

    return exercise


@pytest.fixture(scope="module")
def key():
    return build_key(make_grow(), framework="numpy", seed="test")


def test_mistakes_are_combined_in_either_order(key):
    assert {"BELOW", "DOUBLED"} in [set(mutant.codes) for mutant in key.mutants]


def test_codes_that_exclude_each_other_are_never_combined():
    exercise = make_grow()
    exercise.exclusive = (frozenset({"BELOW", "DOUBLED"}),)
    key = build_key(exercise, framework="numpy", seed="test")
    assert all(len(mutant.codes) == 1 for mutant in key.mutants)


def test_mistakes_that_cancel_each_other_are_no_chain():
    exercise = make_grow()
    (grow,) = exercise.references.values()
    for code, by in (("MORE", 1), ("LESS", -1)):

        @exercise.misconception(code, grow)
        def _(grow, X, size=1, step=1, by=by):
            return grow(X, size, step) + by

    key = build_key(exercise, framework="numpy", seed="test")
    pairs = [set(mutant.codes) for mutant in key.mutants if len(mutant.codes) == 2]
    assert {"MORE", "DOUBLED"} in pairs
    assert {"MORE", "LESS"} not in pairs


def test_a_rare_form_is_combined_with_the_codes_it_is_seen_beside():
    exercise = make_grow()

    @exercise.misconception("SHIFTED", *exercise.references.values(), beside=("DOUBLED",))
    def _(grow, X, size=1, step=1):
        return grow(X, size, step) + 1

    key = build_key(exercise, framework="numpy", seed="test")
    pairs = [set(mutant.codes) for mutant in key.mutants if len(mutant.codes) == 2]
    assert {"SHIFTED", "DOUBLED"} in pairs
    assert {"SHIFTED", "BELOW"} not in pairs


def error(kind="TypeError", message="", line=3):
    return Outcome("raised", error=Raised(kind, (kind, "Exception"), message, line, "x = a - b"))


def answered_by(key, code, refuses=("size", "step"), stop=None):
    """What a mistake answers in code that refuses pairs for some arguments."""
    (form,) = (mutant for mutant in key.mutants if mutant.codes == (code,))
    return {
        case.id: (stop or error())
        if any(isinstance(case.arguments.get(name), tuple) for name in refuses)
        else form.outcomes[case.id]
        for case in key.cases
    }


def said(key, outcomes):
    verdicts = [judge(case, outcomes[case.id], "numpy") for case in key.cases]
    verdicts = settled(verdicts, key.cases)
    found = explain(key, outcomes, verdicts)
    return found, refusing(verdicts, found.refused)


def refused_in(cases, outcomes):
    return refused_pairs(cases, {id: outcome.error for id, outcome in outcomes.items()})


def test_a_mistake_is_proved_on_ints_and_pairs_are_a_promise(key):
    found, verdicts = said(key, answered_by(key, "BELOW"))
    (diagnosis,) = found.diagnoses
    assert (diagnosis.codes, diagnosis.kind) == (("BELOW",), "exact")
    assert (diagnosis.cases, diagnosis.failing) == (4, 4)
    pairs = given_pairs(key.cases)
    assert len(pairs) == 4
    assert {v.case for v in verdicts if v.axis == "pair"} == found.refused == pairs
    assert not {*found.main} & pairs


def test_one_int_that_the_mistake_does_not_explain_is_no_whole_proof(key):
    outcomes = answered_by(key, "BELOW")
    other = next(c for c in key.cases if c.arguments.get("size") == 3)
    found, verdicts = said(key, {**outcomes, other.id: Outcome("value", np.ones((6, 6)))})
    assert [diagnosis.kind for diagnosis in found.diagnoses] == ["partial"]
    assert found.refused == frozenset()
    assert all(v.axis == "values" for v in verdicts)
    assert not {*found.main} & given_pairs(key.cases)  # yet a wrong number is what is shown


def test_a_pair_that_is_answered_otherwise_contradicts_the_mistake(key):
    outcomes = answered_by(key, "BELOW", refuses=("size",))
    found, _ = said(key, outcomes)
    assert found.diagnoses[0].codes == ("BELOW",)
    assert len(found.refused) == 2
    stepped = next(c for c in key.cases if isinstance(c.arguments.get("step"), tuple))
    found, _ = said(key, {**outcomes, stepped.id: stepped.expected})
    assert [d for d in found.diagnoses if d.kind == "exact"] == []


@pytest.mark.parametrize(
    "stop",
    [
        error("IndexError", "index 3 is out of bounds for axis 0 with size 3"),
        error("NameError", "name 'h' is not defined"),
        error("ValueError", "operands could not be broadcast together with shapes (2,) (3,)"),
        Outcome("crashed"),
        Outcome("timeout"),
    ],
    ids=lambda stop: stop.error.type if stop.error else stop.kind,
)
def test_what_no_pair_causes_is_no_refusal(key, stop):
    found, _ = said(key, answered_by(key, "BELOW", stop=stop))
    assert found.refused == frozenset()
    # A mistake may be proved beside what breaks down, but only on the other cases.
    assert [d.cases for d in found.diagnoses if d.kind == "exact"] in ([], [4])


@pytest.mark.parametrize(
    ("kind", "text", "refused"),
    [
        ("AssertionError", "assert isinstance(size, int)", True),
        ("ValueError", 'raise ValueError("size must be an int")', True),
        ("TypeError", 'raise TypeError("no")', True),
        # It may accept pairs of equal numbers, which no case has.
        ("AssertionError", "assert kh == kw", False),
        ("ValueError", 'raise ValueError("square windows only")', False),
    ],
)
def test_a_check_of_the_students_own_refuses_pairs_if_it_asks_for_a_type(kind, text, refused, key):
    stop = Outcome("raised", error=Raised(kind, (kind, "Exception"), "", 3, text))
    found = refused_in(key.cases, answered_by(key, "BELOW", stop=stop))
    assert found == (given_pairs(key.cases) if refused else set())


def test_none_and_a_pair_may_stop_a_function_at_one_line(key):
    outcomes = answered_by(key, "BELOW", stop=error(message="'tuple' object cannot be interpreted"))
    whole = next(c for c in key.cases if c.arguments.get("size") == 3)
    none = error(message="unsupported operand type(s) for +: 'int' and 'NoneType'")
    assert refused_in(key.cases, {**outcomes, whole.id: none}) == given_pairs(key.cases)


def test_an_argument_whose_pair_is_answered_once_is_not_refused(key):
    outcomes = answered_by(key, "BELOW")
    sized = next(c for c in key.cases if isinstance(c.arguments.get("size"), tuple))
    assert refused_in(key.cases, {**outcomes, sized.id: sized.expected}) == {
        case.id for case in key.cases if isinstance(case.arguments.get("step"), tuple)
    }


def test_an_exception_that_stops_ints_at_the_same_line_is_not_due_to_a_pair(key):
    outcomes = answered_by(key, "BELOW")
    whole = next(c for c in key.cases if c.arguments.get("size") == 3)
    assert refused_in(key.cases, {**outcomes, whole.id: error()}) == frozenset()
    assert refused_in(key.cases, {**outcomes, whole.id: error(line=9)}) == given_pairs(key.cases)


def test_a_pair_that_stops_at_a_mistake_met_first_does_not_decide(key):
    """Some pairs stop where ints stop; others stop at a line of their own, as a pair does."""
    outcomes = answered_by(key, "BELOW")
    whole = next(c for c in key.cases if c.arguments.get("size") == 3)
    first, second = (c for c in key.cases if isinstance(c.arguments.get("size"), tuple))
    met_first = {**outcomes, whole.id: error(line=9), first.id: error(line=9)}
    assert refused_in(key.cases, met_first) == given_pairs(key.cases)
    assert second.id not in refused_in(key.cases, {**met_first, second.id: error(line=9)})


def test_mistakes_are_named_in_part_if_pairs_fail_in_several_ways(key, monkeypatch):
    (form,) = (m for m in key.mutants if set(m.codes) == {"BELOW", "DOUBLED"})
    pairs = sorted(given_pairs(key.cases))
    outcomes = dict(form.outcomes)
    for id, wrong in zip(pairs, (7, 8, 9, 10), strict=True):
        outcomes[id] = Outcome("value", np.full((2, 2), wrong))
    found, verdicts = said(key, outcomes)
    assert found.diagnoses == ()  # of few ints
    monkeypatch.setattr(partial_proof, "INT_CASES", 4)
    found, verdicts = said(key, outcomes)
    (diagnosis,) = found.diagnoses
    assert (set(diagnosis.codes), diagnosis.kind) == ({"BELOW", "DOUBLED"}, "partial")
    assert (diagnosis.matched, diagnosis.failing) == (4, 8)
    assert not {*found.main} & set(pairs)
    assert all(verdict.axis == "values" for verdict in verdicts)
    right = next(case for case in key.cases if case.id == pairs[0])
    found, _ = said(key, {**outcomes, right.id: right.expected})
    assert found.diagnoses == ()


def test_few_ints_prove_no_whole_mistake(key):
    pairs = given_pairs(key.cases)
    ints = [case for case in key.cases if case.id not in pairs]
    few = replace(key, cases=tuple(case for case in key.cases if case not in ints[:1]))
    found, _ = said(few, answered_by(few, "BELOW"))
    assert [diagnosis.kind for diagnosis in found.diagnoses] == ["partial"]
    assert found.refused == frozenset()


def test_that_a_form_refuses_pairs_as_well_proves_no_cause(key):
    """Two mistakes agree on ints; one is known in code for ints too, which decides nothing."""
    found, _ = said(key, answered_by(key, "ONE-STEP"))
    assert found.diagnoses == ()
    left = tuple(mutant for mutant in key.mutants if "TWO-STEPS" not in mutant.codes)
    found, _ = said(replace(key, load_mutants=lambda: left), answered_by(key, "ONE-STEP"))
    assert [diagnosis.codes for diagnosis in found.diagnoses] == [("ONE-STEP",)]


def test_a_default_counts_as_an_int(key):
    only = [case for case in key.cases if not isinstance(case.arguments.get("size"), int)]
    assert given_pairs(only) == given_pairs(key.cases)
    always = [case for case in only if "size" in case.arguments]
    assert given_pairs(always) == set()
