"""Submissions that compute nothing: full marks where the key is known, next to none elsewhere."""

from importlib.util import find_spec

import pytest

from learncnn.grader.answer_key.find import load_exercise
from learncnn.grader.author.effortless import LIMITS
from learncnn.grader.course.catalog import load_catalog

from .arena import PRELUDE, Arena, attacks, key_of, opened_arena
from .practice_table import table_source

EFFORTLESS = [
    attack
    for attack in attacks()
    if attack.effortless and (attack.framework == "numpy" or find_spec("torch"))
]


@pytest.fixture(scope="module")
def arena():
    with opened_arena() as opened:
        yield opened


@pytest.mark.parametrize("attack", EFFORTLESS, ids=lambda attack: attack.id)
def test_what_computes_nothing_earns_next_to_nothing(attack, arena: Arena):
    report = arena.run(attack)
    exempt = load_exercise(load_catalog().resolve(attack.exercise)).exempt
    for function, possible in report.possible.items():
        if function not in exempt:
            assert report.points[function] <= LIMITS[attack.effortless] * possible, function


@pytest.mark.parametrize("exercise", ["ex06", "ex10", "ex17"])
def test_the_table_is_right_where_its_key_is_used(exercise, arena: Arena):
    """Or the test above would hold for a table that is never found."""
    (attack,) = (a for a in EFFORTLESS if (a.exercise, a.effortless) == (exercise, "table"))
    source = f"{PRELUDE}\n{table_source(key_of(exercise, 'numpy'))}\n{attack.source}"
    assert arena.grade(source, exercise, "numpy").state == "passed"
