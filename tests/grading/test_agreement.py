"""Two keys agree if only their last digits differ, as those of two processors do."""

from dataclasses import replace

import numpy as np
import pytest

from learncnn.grader.answer_key.agreement import agree
from learncnn.grader.answer_key.key import AnswerKey


def changed(key: AnswerKey, **parts) -> AnswerKey:
    return replace(key, digest="another", **parts)


def scaled(outcome, factor):
    return outcome._replace(value=outcome.value * factor)


def with_case(key, number, **parts):
    cases = list(key.cases)
    cases[number] = cases[number]._replace(**parts)
    return changed(key, cases=tuple(cases))


def with_mutant(key, factor):
    mutants = list(key.mutants)
    case = key.cases[0].id
    outcomes = {**mutants[0].outcomes, case: scaled(mutants[0].outcomes[case], factor)}
    mutants[0] = mutants[0]._replace(outcomes=outcomes)
    return changed(key, load_mutants=lambda: tuple(mutants))


ULP = 1 + np.finfo("float64").eps


@pytest.mark.parametrize(("factor", "same"), [(ULP, True), (1.001, False)])
def test_numbers_may_differ_by_rounding_alone(key, factor, same):
    expected, X = key.cases[0].expected, key.cases[0].arguments["X"]
    assert agree(key, with_case(key, 0, expected=scaled(expected, factor))) == same
    arguments = {**key.cases[0].arguments, "X": X * factor}
    assert agree(key, with_case(key, 0, arguments=arguments)) == same
    assert agree(key, with_mutant(key, factor)) == same


def test_anything_else_is_another_key(key):
    assert agree(key, changed(key))
    assert not agree(key, with_case(key, 0, title="renamed"))
    assert not agree(key, changed(key, cases=key.cases[:-1]))
    assert not agree(key, changed(key, identity=key.identity._replace(version="older")))
    assert not agree(key, changed(key, load_mutants=lambda: key.mutants[1:]))
    raising = next(n for n, case in enumerate(key.cases) if case.expected.kind == "raised")
    expected = key.cases[raising].expected
    other = expected._replace(error=expected.error._replace(type="TypeError"))
    assert not agree(key, with_case(key, raising, expected=other))
