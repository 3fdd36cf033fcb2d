"""A diagnosis is shown only when it is proved on every case."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learncnn.grader.grading.diagnosis import diagnose
from learncnn.grader.sandbox.protocol.outcome import Outcome


def outcomes_of(key, *codes):
    return dict(next(m for m in key.mutants if m.codes == codes).outcomes)


@pytest.mark.parametrize("code", ["TWICE", "NEGATED", "TRUNCATED", "MUTATE"])
def test_each_misconception_is_named_as_itself(key, code):
    (found,) = diagnose(key, outcomes_of(key, code), ("scale",))
    assert found.codes == (code,)
    assert found.functions == ("scale",)
    assert found.cases == len(key.cases)


def test_two_together_are_named_together(key):
    (found,) = diagnose(key, outcomes_of(key, "NEGATED", "TWICE"), ("scale",))
    assert found.codes == ("NEGATED", "TWICE")


def test_one_case_that_disagrees_silences_the_diagnosis(key):
    outcomes = outcomes_of(key, "TWICE")
    case = key.cases[2]
    value = outcomes[case.id].value.copy()
    value.flat[-1] += 1
    outcomes[case.id] = Outcome("value", value)
    assert diagnose(key, outcomes, ("scale",)) == ()


def test_a_mutant_with_another_side_effect_is_not_proved(key):
    outcomes = outcomes_of(key, "TWICE")
    outcomes[key.cases[0].id] = outcomes[key.cases[0].id]._replace(aliased=("X",))
    assert diagnose(key, outcomes, ("scale",)) == ()


def test_a_timeout_silences_the_diagnosis(key):
    outcomes = outcomes_of(key, "TWICE")
    outcomes[key.cases[0].id] = Outcome("timeout")
    assert diagnose(key, outcomes, ("scale",)) == ()


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_no_random_answer_is_ever_accused(key, data):
    """Right answers with random damage: a named code must equal that mutant on every case."""
    outcomes = {}
    for case in key.cases:
        value = case.expected.value
        if isinstance(value, np.ndarray) and data.draw(st.booleans()):
            value = value * data.draw(st.sampled_from([1, -1, 2, 0.5])) + data.draw(
                st.sampled_from([0, 1])
            )
        outcomes[case.id] = case.expected._replace(value=value)
    for found in diagnose(key, outcomes, ("scale",)):
        proofs = [m for m in key.mutants if sorted(m.codes) == list(found.codes)]
        assert any(
            all(
                case.expected.kind == "raised"
                or np.allclose(m.outcomes[case.id].value, outcomes[case.id].value)
                for case in key.cases
            )
            for m in proofs
        )
