"""Sets of mutants by their answers agree with comparing one mutant at a time."""

import pytest

from learncnn.grader.answer_key.compare import same_answer
from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.answer_key.mutant_table import bits, each, union
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.evidence import evidence


@pytest.fixture(scope="module", params=["ex01", "ex13", "ex18"])
def key(request):
    return practice_key(load_catalog().resolve(request.param), "numpy")


def test_alike_and_wrong_mutants_are_those_that_compare_so_one_by_one(key):
    for function, table in key.tables.items():
        everyone = (1 << len(table.mutants)) - 1
        for submitted in table.mutants[::25]:
            known = evidence(key, function, submitted.outcomes, [])
            for case in known.cases:
                p, answers = case.precision, [m.outcomes[case.id] for m in table.mutants]
                got, expected = submitted.outcomes[case.id], case.expected
                alike = bits(same_answer(answer, got, p) for answer in answers)
                wrong = bits(not same_answer(answer, expected, p) for answer in answers)
                assert known.alike(case, everyone) == alike
                assert table.wrong_in(case, everyone) == wrong
                assert known.alike(case, 0b1010) == alike & 0b1010


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
