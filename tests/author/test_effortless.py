"""Test the points of submissions that compute nothing, and the limits in `author check`."""

from dataclasses import replace

import pytest

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.answer_key.find import load_exercise
from learncnn.grader.author.effortless import (
    LIMITS,
    effortless_problems,
    share_earned,
    shares_earned,
    table_of,
)
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.exercise import Exercise, case, edge, example, raises
from learncnn.grader.quiz.items.item_answers import item_answers


def key_for(exercise, seed, driver=""):
    return build_key(exercise, framework="numpy", seed=seed, driver_source=driver, pairs=False)


def doubling(*cases):
    """An exercise of one function with these cases."""
    exercise = Exercise("ex99")

    @exercise.function
    def double(n):
        if n < 0:
            raise ValueError("negative")
        return 2 * n

    @exercise.misconception("TWICE", double)
    def _(double, n):
        return 2 * double(n)

    exercise.cases(double)(lambda draw: iter([make(draw) for make in cases]))
    return exercise


def drawn(draw):
    return case("drawn", n=draw.whole(10, 10**6))


def shares(exercise):
    keys = [key_for(exercise, seed) for seed in ("one", "two")]
    return shares_earned(keys, key_for(exercise, "practice"), exercise.exempt)["double"]


def test_a_table_earns_all_of_what_is_the_same_for_every_seed():
    fixed = [lambda draw: example(n=3), lambda draw: case("fixed", n=4)]
    assert shares(doubling(*fixed))["table"] == 1
    assert shares(doubling(*fixed, drawn))["table"] == pytest.approx(1 / 6)


def test_what_raises_earns_nothing_by_refusing_impossible_inputs():
    impossible = [lambda draw, n=n: raises(ValueError, "negative", n=-n) for n in range(1, 9)]
    found = shares(doubling(lambda draw: example(n=3), drawn, *impossible))
    assert found["raising"] == 0


def test_an_answer_that_no_seed_changes_pays_little_to_zeros():
    zero = [lambda draw, n=n: edge("zero", n=0 * draw.whole(1, 9) * n) for n in range(1, 9)]
    found = shares(doubling(lambda draw: example(n=3), drawn, *zero))
    assert found["zeros"] == found["first"] == pytest.approx(0.1 / 1.2)


def test_a_table_answers_its_own_key_in_full_and_a_fresh_one_hardly():
    info = load_catalog().resolve("ex06")
    exercise = load_exercise(info).with_items(item_answers)
    practice = key_for(exercise, "practice", info.driver_source)
    fresh = [key_for(exercise, f"unknown {n}", info.driver_source) for n in range(4)]
    earned = shares_earned(fresh, practice, exercise.exempt)
    for function in ("receptive_field", "input_range"):
        assert share_earned(practice, function, table_of(practice)) == 1
        assert earned[function]["table"] <= LIMITS["table"]
    assert earned["q1"] == {}


def test_what_pays_too_much_for_nothing_is_named():
    info = load_catalog().resolve("ex03")
    good = dict.fromkeys(LIMITS, 0.0)
    found = {name: {} if name == "q1" else good for name in info.functions}
    assert list(effortless_problems(info, found)) == []
    (problem,) = effortless_problems(info, {**found, "output_size": {**good, "zeros": 0.11}})
    assert problem.startswith("output_size: zeros of the right shape earns 11% of its points")
    (problem,) = effortless_problems(info, {**found, "output_size": {}})
    assert problem == "questions and constants have 4 points, more than 20% of all"


@pytest.mark.parametrize("id", ["ex03", "ex06", "ex10", "ex23"])
def test_questions_and_constants_are_exempt_and_nothing_else(id):
    info = load_catalog().resolve(id)
    if "torch" in info.libraries[:1]:
        pytest.importorskip("torch")
    exercise = load_exercise(info)
    asked = {*exercise.questions, *({"c3_connections"} if id == "ex23" else ())}
    assert set(exercise.exempt) == asked
    assert replace(exercise).exempt == exercise.exempt
