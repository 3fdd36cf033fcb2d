"""Sets of mutants by their answers agree with comparing one mutant at a time."""

import numpy as np
import pytest

from learncnn.grader.answer_key.compare import Precision, StackedAnswers, same_answer
from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.answer_key.mutant_table import bits, each, union
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.evidence import evidence
from learncnn.grader.sandbox.protocol.outcome import Outcome


@pytest.fixture(scope="module", params=["ex01", "ex08", "ex13", "ex18"])
def key(request):
    return practice_key(load_catalog().resolve(request.param), "numpy")


def as_list(outcome):
    """Return an answer as students give it who build it by append."""
    value = outcome.value
    return outcome._replace(value=value.tolist()) if isinstance(value, np.ndarray) else outcome


@pytest.mark.parametrize("listed", [False, True])
def test_alike_and_wrong_mutants_are_those_that_compare_so_one_by_one(key, listed):
    for function, table in key.tables.items():
        everyone = (1 << len(table.mutants)) - 1
        for submitted in table.mutants[::60]:
            outcomes = submitted.outcomes
            if listed:
                outcomes = {id: as_list(one) for id, one in outcomes.items()}
            known = evidence(key, function, outcomes, [])
            for case in known.cases:
                p, answers = case.precision, [m.outcomes[case.id] for m in table.mutants]
                got, expected = outcomes[case.id], case.expected
                alike = bits(same_answer(answer, got, p) for answer in answers)
                wrong = bits(not same_answer(answer, expected, p) for answer in answers)
                assert known.alike(case, everyone) == alike
                assert table.wrong_in(case, everyone) == wrong
                assert known.alike(case, 0b1010) == alike & 0b1010


@pytest.mark.parametrize("size", [0, 3, 5000])
@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "bool"])
def test_answers_compared_all_at_once_match_those_that_match_one_by_one(dtype, size):
    chance = np.random.default_rng(size)
    first = (chance.normal(size=(1, size)) * 3).astype(dtype)
    rows = np.repeat(first, 9, axis=0)
    if size:
        rows[1, 0], rows[2, -1], rows[3] = 7, 7, 0
    if size and dtype.startswith("float"):
        rows[4, 1], rows[5, -1], rows[6, -1] = np.nan, np.inf, -np.inf
        rows[7] *= 1 + 1e-12
    stack = StackedAnswers(range(10, 19), (size,), lambda: rows)
    p = Precision("float64", 9, "cpu")
    for got in (*rows, first[0].astype("float32"), first[0].astype("int64"), rows[4] * 1e30):
        alike = [
            10 + number
            for number, row in enumerate(rows)
            if same_answer(Outcome("value", row), Outcome("value", got), p)
        ]
        assert stack.alike(got, p) == alike


def test_sets_by_mutant_are_those_by_case_turned_round(key):
    function, table = next(iter(key.tables.items()))
    known = evidence(key, function, table.mutants[0].outcomes, [])
    for mutant, cases in known.matched(table.of_length[1]).items():
        fitting = [known.alike(case, 1 << mutant) for case in known.failing]
        assert cases == bits(fitting)


def test_mutants_are_found_by_their_codes_in_any_order(key):
    for table in key.tables.values():
        pair = next((m for m in table.mutants if len(m.codes) == 2), None)
        if pair is not None:
            one, other = pair.codes
            found = table.of(one, other)
            assert found == table.of(other, one)
            assert pair in [table.mutants[member] for member in each(found)]
        assert union(table.of_codes.values()) == union(table.of_length.values())
        assert not any(mutant.breaks for mutant in table.mutants)
        assert table.of("NO-SUCH-CODE") == 0
