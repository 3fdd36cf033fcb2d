"""Every drawing is proved: right products give the expected number, changed ones the mutant's."""

import math
from functools import cache
from itertools import islice

import numpy as np
import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.author.drawing_checks import mutant_replay, unproved_drawings
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.exercise_texts import exercise_texts

DRAWN = [
    info
    for info in load_catalog().exercises.values()
    if exercise_texts(info).document.get("worked")
]
#: Wrong cases of each mutant that a fast run looks at, from the smallest.
SMALLEST = 2


@cache
def _key(exercise):
    info = load_catalog().resolve(exercise)
    return practice_key(info, info.libraries[0])


def key_of(info):
    return _key(info.id)


def replays(info, most):
    """Yield (mutant, case, replay) over the cases that each mutant answers wrongly."""
    texts, key = exercise_texts(info), key_of(info)
    for mutant in key.mutants:
        if mutant.breaks or len(mutant.codes) > 1 or not texts.worked(mutant.function):
            continue
        cases = sorted(key.cases_of(mutant.function), key=lambda case: case.size)
        found = ((case, mutant_replay(texts, mutant, case)) for case in cases)
        for case, replay in islice((pair for pair in found if pair[1] is not None), most):
            yield mutant, case, replay


def close(one, other):
    both_nan = math.isnan(one) and math.isnan(other)
    return one == other or both_nan or math.isclose(one, other, rel_tol=1e-5, abs_tol=1e-6)


def worked_again(side):
    """Work a number out from what is drawn alone."""
    cell = side.cell
    for product in cell.products:
        value = side.numbers[product.left.array].at(product.left)
        if product.right is not None:
            value *= side.numbers[product.right.array].at(product.right)
        value /= product.divisor or 1
        assert close(abs(value), abs(product.value))
    values = [product.value for product in cell.products]
    if cell.position:
        row, width, column = cell.position
        return row * width + column
    if cell.rule == "max":  # a maximum that starts from 0 is none of the numbers
        return (
            cell.value if cell.chosen is None else max(values, key=lambda v: close(v, cell.value))
        )
    total = sum(values) / (cell.divisor or 1) + cell.bias[0] * cell.bias[1]
    finish = {"whole": math.trunc, "no negatives": lambda v: max(v, 0), "no signs": abs}
    return finish.get(cell.finish, float)(total)


def agrees_with_its_case(mutant, case, replay):
    def number(value):
        if isinstance(value, (tuple, list)):
            fitting = [v for v in value if np.ndim(v) == len(replay.index)]
            return {float(v[replay.index]) for v in fitting if holds(v)}
        return {float(value[replay.index])} if holds(value) else set()

    def holds(value):
        return all(i < n for i, n in zip(replay.index, np.shape(value), strict=True))

    sides = [(replay.right, replay.expected, case.expected.value)]
    if replay.misconceived:
        sides.append((replay.misconceived, replay.yours, mutant.outcomes[case.id].value))
    for side, value, whole in sides:
        assert side.value is value
        if value is None:
            assert not number(whole)
        elif not math.isnan(value):
            assert any(close(value, each) for each in number(whole))
            assert close(worked_again(side), value)


@pytest.mark.parametrize("info", DRAWN, ids=lambda info: info.id)
def test_both_sides_give_the_numbers_of_key_and_mutant(info):
    seen = 0
    for mutant, case, replay in replays(info, SMALLEST):
        agrees_with_its_case(mutant, case, replay)
        seen += replay.misconceived is not None
    assert seen


@pytest.mark.full
@pytest.mark.parametrize("info", DRAWN, ids=lambda info: info.id)
def test_both_sides_give_the_numbers_on_every_case(info):
    for mutant, case, replay in replays(info, None):
        agrees_with_its_case(mutant, case, replay)


@pytest.mark.parametrize("info", DRAWN, ids=lambda info: info.id)
def test_every_declared_drawing_is_the_answer_of_a_mutant(info):
    assert list(unproved_drawings(info, key_of(info))) == []


def test_two_mistakes_together_are_drawn_together():
    info = load_catalog().resolve("ex04")
    key, texts = key_of(info), exercise_texts(info)
    pair = ("PAD-VALUE", "STRIDE-IGNORED")
    mutants = [m for m in key.mutants if set(m.codes) == set(pair) and m.function == "corr2d"]
    found = [
        replay
        for mutant in mutants
        for case in key.cases_of("corr2d")
        if (replay := mutant_replay(texts, mutant, case)) and replay.misconceived
    ]
    assert any(set(replay.ways) == {"padding", "stride"} for replay in found)


def test_more_than_forty_misconceptions_say_how_they_are_drawn():
    codes = [
        (info.id, code)
        for info in DRAWN
        for code, entry in exercise_texts(info).document["misconceptions"].items()
        if entry.get("drawn")
    ]
    assert len(codes) >= 40
