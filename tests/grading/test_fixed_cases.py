"""Which hidden cases are the same for every seed."""

import numpy as np
import pytest

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.answer_key.store import load_key, save_key
from learncnn.grader.course.exercise import Exercise, case, example
from learncnn.grader.grading.judging import judge
from learncnn.grader.grading.points import CONTRACT, FIXED, fraction, tally
from learncnn.grader.sandbox.protocol.outcome import Outcome


@pytest.fixture
def exercise():
    made = Exercise("ex99")

    @made.function
    def total(X):
        return int(X.sum())

    @made.cases(total)
    def _(draw):
        yield example(X=draw.array([1, 2]))
        yield case("constant", X=draw.array([3, 4]))
        yield case("one answer", X=draw.integers((3, 4), -90, 90) * 0)
        yield case("one of three", X=draw.array([draw.whole(1, 3)]))
        yield case("drawn", X=draw.integers((3, 4), -90, 90))

    @made.misconception("MEAN", total)
    def _(total, X):
        return total(X) + 1

    return made


def fixed(exercise, seed):
    key = build_key(exercise, framework="numpy", seed=seed)
    return {case.title: case.fixed for case in key.cases if not case.public}


@pytest.mark.parametrize("seed", ["practice", "a private one"])
def test_same_calls_and_same_answers_are_marked_for_every_seed(exercise, seed):
    marks = fixed(exercise, seed)
    assert (marks["constant"], marks["one answer"], marks["drawn"]) == (True, True, False)


def test_a_call_that_another_draw_makes_too_is_marked(exercise):
    found = [fixed(exercise, f"seed {n}")["one of three"] for n in range(8)]
    assert any(found)


def test_the_mark_is_kept_with_the_key_and_reaches_the_verdict(exercise, tmp_path):
    key = build_key(exercise, framework="numpy", seed="x")
    save_key(key, tmp_path / "key.npz")
    read = load_key(tmp_path / "key.npz")
    assert [case.fixed for case in read.cases] == [case.fixed for case in key.cases]
    verdicts = [judge(case, Outcome("value", np.int64(0)), "numpy") for case in read.cases]
    assert tally(verdicts, [])[FIXED] == [1, sum(case.fixed for case in read.cases) - 1]


def test_a_group_of_fixed_cases_is_counted_even_where_there_are_none():
    """By it a tally of today differs from one that paid all groups alike."""
    assert tally([], [])[FIXED] == [0, 0]


def test_what_is_known_by_heart_earns_a_sixth_at_most():
    known = {"public": (3, 3), FIXED: (9, 9), CONTRACT: (2, 2)}
    assert fraction(known) == 1
    assert fraction({**known, "values": (0, 1)}) == pytest.approx(1 / 6)
    assert fraction({**known, "values": (0, 5), "edges": (0, 5)}) == pytest.approx(0.2 / 2.2)


def test_an_edge_weighs_no_more_than_another_drawn_case():
    whole = {"public": (0, 1), FIXED: (0, 0), "values": (4, 4), "edges": (0, 1), CONTRACT: (2, 2)}
    assert fraction(whole) == pytest.approx(1 / 1.35)
    assert fraction({**whole, "edges": (0, 8)}) == pytest.approx(1 / 2.1)


def test_a_rubric_may_weigh_them_otherwise():
    groups = {"public": (3, 3), FIXED: (0, 1), "values": (0, 1), CONTRACT: (2, 2)}
    assert fraction(groups, {"public": 1, FIXED: 1}) == pytest.approx(1 / 3)
