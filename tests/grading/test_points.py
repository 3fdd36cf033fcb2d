"""Points: values decide, promises are paid in proportion to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learncnn.grader.grading.points import CONTRACT, fraction, parts

COUNT = st.integers(1, 20).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
KEPT = st.integers(2, 6).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
GROUPS = st.fixed_dictionaries(
    {"values": COUNT, CONTRACT: KEPT},
    optional={"public": COUNT, "edges": COUNT, "errors": COUNT},
)
WEIGHTS = st.dictionaries(
    st.sampled_from(["public", "values", "edges", "errors", CONTRACT]), st.floats(0.1, 3)
)


@given(GROUPS, WEIGHTS)
def test_right_values_earn_at_least_85_percent(groups, weights):
    right = {n: (of, of) if n not in ("errors", CONTRACT) else (p, of)
             for n, (p, of) in groups.items()}  # fmt: skip
    assert 0.85 - 1e-9 <= fraction(right, weights) <= 1 + 1e-9


@given(GROUPS, WEIGHTS)
def test_wrong_values_earn_nothing_by_kept_promises(groups, weights):
    wrong = {n: (0, of) if n not in ("errors", CONTRACT) else (of, of)
             for n, (_, of) in groups.items()}  # fmt: skip
    assert fraction(wrong, weights) == 0


@given(GROUPS, WEIGHTS)
def test_the_parts_add_up_to_the_whole(groups, weights):
    earned = parts(groups, weights)
    assert sum(won for won, _ in earned.values()) == pytest.approx(fraction(groups, weights))
    assert sum(most for _, most in earned.values()) == pytest.approx(1)
    assert all(-1e-9 <= won <= most + 1e-9 for won, most in earned.values())


@given(GROUPS)
def test_impossible_inputs_cost_at_most_5_percent(groups):
    if "errors" in groups:
        of = groups["errors"][1]
        none, all_ = (fraction({**groups, "errors": (n, of)}) for n in (0, of))
        assert all_ - none <= 0.05 + 1e-9


def test_a_promise_costs_its_share_once():
    whole = {"values": (10, 10), "errors": (2, 2), CONTRACT: (2, 2)}
    assert fraction(whole) == 1
    assert fraction({**whole, CONTRACT: (1, 2)}) == pytest.approx(0.95)
    assert fraction({**whole, CONTRACT: (0, 5), "errors": (0, 2)}) == pytest.approx(0.85)


def test_a_tally_of_the_first_scale_keeps_its_points():
    old = {"public": (2, 2), "values": (1, 2), "errors": (0, 2)}
    assert fraction(old) == pytest.approx(0.5)
    assert fraction(old, {"errors": 0}) == pytest.approx(0.75)
    assert {name: won for name, (won, _) in parts(old).items()} == {
        "public": pytest.approx(1 / 3), "values": pytest.approx(1 / 6), "errors": 0,
    }  # fmt: skip
