"""What is proved of mutants, as submissions: themselves, whatever promise is broken besides; and
nothing of anyone whose mistake is not in the catalogue.

Outcomes come from the keys, so that this tries all mutants of every exercise in seconds.
"""

import random
from dataclasses import replace

import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.author.naming import ADDED, broken_too, only_beside_others
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.contract import broken_promises, verdicts_on
from learncnn.grader.grading.diagnosis import diagnose
from learncnn.grader.grading.refused_pairs import given_pairs
from learncnn.grader.sandbox.protocol.outcome import Outcome, Raised

INFOS = list(load_catalog().exercises.values())


@pytest.fixture(scope="module")
def keys():
    return {info.id: practice_key(info, info.libraries[0]) for info in INFOS}


def singles(key):
    return [mutant for mutant in key.mutants if len(mutant.codes) == 1]


@pytest.mark.parametrize("id", [info.id for info in INFOS])
def test_a_mistake_is_named_beside_any_broken_promise(id, keys):
    key, chance = keys[id], random.Random(id)
    for mutant in singles(key):
        if not mutant.breaks and not only_beside_others(key, mutant):
            outcomes = broken_too(key, mutant, chance.choice(ADDED))
            found = diagnose(key, outcomes, (mutant.function,))
            assert [(d.kind, d.codes) for d in found] == [("exact", mutant.codes)]


@pytest.mark.parametrize("id", [info.id for info in INFOS])
def test_a_contract_mutant_is_shown_as_its_promise_and_nothing_else(id, keys):
    key = keys[id]
    for mutant in singles(key):
        if mutant.breaks:
            verdicts = verdicts_on(mutant, key)
            assert all(v.right for v in verdicts if v.axis == "values"), mutant.codes
            assert diagnose(key, mutant.outcomes, (mutant.function,)) == ()
            broken = broken_promises(verdicts, key)
            assert {each.promise for each in broken} == set(mutant.breaks)
            code = next(each.code for each in broken if each.promise == mutant.breaks[0])
            assert code == mutant.codes[0]


def accused_without(keys, length):
    """Leave each mistake, or each chain's mistakes, out of the catalogue and submit it.

    Return how many were tried, and the exact and the partial proofs of other mistakes.
    """
    tried, exact, partial = 0, [], []
    for id, key in keys.items():
        for mutant in key.mutants:
            if mutant.breaks or len(mutant.codes) != length:
                continue
            tried += 1
            left = tuple(m for m in key.mutants if not {*mutant.codes} & {*m.codes})
            without = replace(key, load_mutants=lambda left=left: left)
            for found in diagnose(without, mutant.outcomes, (mutant.function,)):
                accused = (id, mutant.codes, found.codes)
                (exact if found.kind == "exact" else partial).append(accused)
    return tried, exact, partial


def test_who_makes_an_unknown_mistake_is_not_accused_of_a_known_one(keys):
    tried, exact, partial = accused_without(keys, 1)
    assert tried > 1000
    assert len(exact) <= tried / 1000, exact
    assert len(partial) <= tried / 100, partial


@pytest.mark.full
def test_who_makes_two_unknown_mistakes_is_not_accused_of_others(keys):
    tried, exact, partial = accused_without(keys, 2)
    assert tried > 3000
    assert len(exact) <= tried / 500, exact
    assert len(partial) <= tried / 100, partial


def refusing_pairs(key, mutant):
    """A mutant's outcomes as those of code that takes ints only."""
    said = "unsupported operand type(s) for //: 'int' and 'tuple'"
    error = Raised("TypeError", ("TypeError", "Exception"), said, 7, "rows = (H - k) // stride + 1")
    stopped = dict.fromkeys(
        given_pairs(key.cases_of(mutant.function)), Outcome("raised", error=error)
    )
    return {**mutant.outcomes, **stopped}


def test_a_mistake_in_code_that_takes_ints_only_is_named_and_never_another(keys):
    """With the mistake in the catalogue, and left out of it."""
    tried, named, others, accused = 0, 0, [], []
    for id, key in keys.items():
        for mutant in singles(key):
            if mutant.breaks or not given_pairs(key.cases_of(mutant.function)):
                continue
            tried += 1
            outcomes = refusing_pairs(key, mutant)
            whole = [
                found.codes
                for found in diagnose(key, outcomes, (mutant.function,))
                if found.kind == "exact"
            ]
            named += whole == [mutant.codes]
            others += [(id, mutant.codes, codes) for codes in whole if codes != mutant.codes]
            left = tuple(m for m in key.mutants if mutant.codes[0] not in m.codes)
            without = replace(key, load_mutants=lambda left=left: left)
            found = diagnose(without, outcomes, (mutant.function,))
            accused += [(id, mutant.codes, d.codes) for d in found if d.kind == "exact"]
    assert others == []
    assert named > 0.75 * tried > 250
    assert len(accused) <= tried / 100, accused
