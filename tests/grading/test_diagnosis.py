"""A diagnosis is shown only when it is proved on every case."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learncnn.grader.grading.diagnosis import diagnose
from learncnn.grader.sandbox.protocol.outcome import Outcome, Raised


def outcomes_of(key, *codes):
    return dict(next(m for m in key.mutants if m.codes == codes).outcomes)


def value_cases(key):
    return [case for case in key.cases if case.axis == "values"]


@pytest.mark.parametrize("code", ["TWICE", "NEGATED", "TRUNCATED"])
def test_each_misconception_is_named_as_itself(key, code):
    (found,) = diagnose(key, outcomes_of(key, code), ("scale",))
    assert found.codes == (code,)
    assert found.functions == ("scale",)
    assert found.cases == len(value_cases(key))


def test_two_together_are_named_together(key):
    (found,) = diagnose(key, outcomes_of(key, "NEGATED", "TWICE"), ("scale",))
    assert found.codes == ("NEGATED", "TWICE")


def test_one_case_that_disagrees_leaves_a_partial_proof_and_a_contradiction_none(key):
    outcomes = outcomes_of(key, "TWICE")
    case = key.cases[2]
    value = outcomes[case.id].value.copy()
    value.flat[-1] += 1
    outcomes[case.id] = Outcome("value", value)
    (found,) = diagnose(key, outcomes, ("scale",))  # of 4 failing cases it explains 3
    assert (found.kind, found.matched, found.failing) == ("partial", 3, 4)
    outcomes[key.cases[0].id] = key.cases[0].expected  # right where the mistake is wrong
    assert diagnose(key, outcomes, ("scale",)) == ()


STOPPED = Outcome("raised", error=Raised("ValueError", ("Exception",), "shapes differ"))
EMPTY = Outcome("value", np.zeros((0, 3)))


@pytest.mark.parametrize("answer", [STOPPED, EMPTY])
def test_a_case_that_breaks_down_where_the_mistake_is_wrong_leaves_the_proof_of_the_others(
    key, answer
):
    outcomes = {**outcomes_of(key, "TWICE"), key.cases[2].id: answer}
    (found,) = diagnose(key, outcomes, ("scale",))
    assert (found.kind, found.codes) == ("exact", ("TWICE",))
    assert found.cases == len(value_cases(key)) - 1  # those on which it is proved
    outcomes[key.cases[0].id] = key.cases[0].expected  # right where the mistake is wrong
    assert diagnose(key, outcomes, ("scale",)) == ()


def test_a_case_that_breaks_down_where_the_mistake_is_right_refutes_it(key):
    outcomes = outcomes_of(key, "TRUNCATED")
    whole = key.cases[0].id  # whole numbers, which truncating leaves as they are
    (found,) = diagnose(key, outcomes, ("scale",))
    assert found.kind == "exact"
    outcomes[whole] = STOPPED
    assert all(found.kind != "exact" for found in diagnose(key, outcomes, ("scale",)))


def test_cases_that_break_down_prove_nothing_beside_a_single_wrong_value(key):
    outcomes = dict.fromkeys([case.id for case in key.cases], STOPPED)
    outcomes[key.cases[1].id] = outcomes_of(key, "TWICE")[key.cases[1].id]
    assert diagnose(key, outcomes, ("scale",)) == ()


def test_a_misspelt_name_is_no_breakdown(key):
    slip = Outcome("raised", error=Raised("NameError", ("Exception",), "name 'Z' is not defined"))
    outcomes = {**outcomes_of(key, "TWICE"), key.cases[2].id: slip}
    assert all(found.kind != "exact" for found in diagnose(key, outcomes, ("scale",)))


def test_a_broken_promise_does_not_hide_a_mistake(key):
    outcomes = outcomes_of(key, "TWICE")
    for case in key.cases:
        outcome = outcomes[case.id]
        if outcome.kind == "value":
            value = outcome.value.tolist()
            outcomes[case.id] = outcome._replace(value=value, aliased=("X",))
        else:
            outcomes[case.id] = Outcome("value", 0)
    (found,) = diagnose(key, outcomes, ("scale",))
    assert found.codes == ("TWICE",)


def test_a_mutant_of_right_values_is_never_a_diagnosis(key):
    assert diagnose(key, outcomes_of(key, "MUTATE"), ("scale",)) == ()
    assert not any("MUTATE" in m.codes for m in key.mutants if len(m.codes) > 1)


def test_a_timeout_silences_the_diagnosis(key):
    outcomes = outcomes_of(key, "TWICE")
    outcomes[key.cases[0].id] = Outcome("timeout")
    assert diagnose(key, outcomes, ("scale",)) == ()


def same(one, other):
    return np.allclose(one.value, other.value)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_no_random_answer_is_ever_accused(key, data):
    """Right answers with random damage: a named code must equal that mutant where it is proved."""
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
        asked = [case for case in key.cases if case.expected.kind == "value"]
        right = [case for case in asked if same(case.expected, outcomes[case.id])]
        failing = [case for case in asked if not same(case.expected, outcomes[case.id])]
        needed = found.matched if found.kind == "partial" else len(failing)
        assert any(
            sum(same(m.outcomes[case.id], outcomes[case.id]) for case in failing) >= needed
            and all(same(m.outcomes[c.id], c.expected) for c in right)
            for m in proofs
        )
