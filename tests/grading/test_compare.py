"""The rules by which a result is compared with what was expected."""

import math

import numpy as np
import pytest

from learncnn.grader.answer_key.compare import (
    Precision,
    compare,
    difference,
    same_answer,
    same_outcome,
)
from learncnn.grader.sandbox.protocol.outcome import Outcome, Raised

DOUBLE = Precision()
SINGLE = Precision("float32")


def problem(expected, got, precision=DOUBLE):
    found = difference(expected, got, precision)
    return found and found.problem


def promises(expected, got, precision=DOUBLE):
    """What the contract misses, if the values are right."""
    compared = compare(expected, got, precision)
    assert compared.difference is None
    return [departure.promise for departure in compared.departures]


@pytest.mark.parametrize("got", [4, np.int64(4), np.uint8(4), np.array(4)])
def test_a_count_may_be_any_whole_number_type(got):
    assert problem(4, got) is None


@pytest.mark.parametrize("got", [True, "4", None, [4], np.array([4])])
def test_a_count_is_never_anything_else(got):
    assert problem(4, got) == "type"


@pytest.mark.parametrize("got", [4.0, np.float64(4)])
def test_a_float_for_a_count_breaks_a_promise_and_is_the_right_value(got):
    assert promises(4, got) == ["whole"]
    assert problem(5, got) == "values"


def test_counts_are_exact_beyond_float_precision():
    assert problem(10**17 + 1, 10**17) == "values"
    assert problem(196609000, 196608000) == "values"


@pytest.mark.parametrize("got", [0.45, np.float32(0.45), np.array(0.45)])
def test_a_number_may_come_as_an_array_without_dimensions(got):
    assert problem(0.45, got, SINGLE) is None


def test_a_huge_int_is_no_float():
    assert problem(1.0, 10**400) == "nonfinite"


def test_shape_comes_before_values_and_no_dtype_hides_them():
    assert problem(np.zeros((2, 3)), np.ones((3, 2), "float32")) == "shape"
    assert problem(np.zeros((2, 3)), np.ones((2, 3), "float32")) == "values"
    assert problem(np.zeros((2, 3)), np.ones((2, 3))) == "values"


def test_another_dtype_breaks_a_promise():
    assert promises(np.ones((2, 3)), np.ones((2, 3), "float32")) == ["dtype"]
    assert promises(np.ones((2, 3), "float32"), np.ones((2, 3))) == ["dtype"]
    assert promises(np.ones(2), np.ones(2, "int64")) == ["dtype"]


def test_a_list_for_an_array_breaks_a_promise_and_is_compared_by_its_numbers():
    assert promises(np.zeros(2), [0.0, 0.0]) == ["array"]
    assert promises(np.zeros((1, 2)), [np.zeros(2)]) == ["array"]
    assert problem(np.zeros(2), [0.0, 1.0]) == "values"
    assert problem(np.zeros(2), [0.0]) == "shape"
    assert problem(np.zeros((2, 2)), [[0.0], [0.0, 0.0]]) == "type"
    assert problem(np.zeros(2), ["0", "0"]) == "type"
    assert promises((4, 102), np.array([4, 102])) == ["array"]


def test_broadcasting_forgives_nothing():
    assert problem(np.zeros((2, 2)), np.zeros((1, 1))) == "shape"
    assert problem(np.zeros((2, 2)), np.zeros(())) == "shape"
    assert problem(np.zeros((2, 2)), np.zeros((0,))) == "shape"


def test_the_first_wrong_element_is_named_in_reading_order():
    expected = np.arange(6.0).reshape(2, 3)
    got = expected.copy()
    got[0, 2], got[1, 0] = 9, 9
    found = difference(expected, got, DOUBLE)
    assert (found.index, found.expected, found.got) == ((0, 2), 2.0, 9.0)
    assert (found.wrong, found.total) == (2, 6)


def test_nan_is_no_wildcard():
    assert problem(np.array([1.0]), np.array([np.nan])) == "nonfinite"
    assert problem(np.array([np.nan]), np.array([1.0])) == "values"
    assert problem(np.array([np.nan]), np.array([np.nan])) is None
    assert problem(np.array([np.inf]), np.array([-np.inf])) == "values"
    assert problem(np.array([np.inf]), np.array([np.inf])) is None


def test_zeros_do_not_pass_for_small_numbers():
    assert problem(np.array([1e-9, 2e-9]), np.zeros(2)) == "values"


def test_rounding_is_forgiven_and_precision_loss_is_not():
    exact = np.array([1.0, 1000.0])
    assert problem(exact, exact * (1 + 1e-15)) is None
    assert problem(exact, exact.astype("float16").astype("float64") * (1 + 1e-4)) == "values"
    assert problem(exact.astype("float32"), (exact * (1 + 5e-7)).astype("float32"), SINGLE) is None


def test_an_answer_in_a_coarser_dtype_is_compared_in_its_own_precision():
    thirds = np.array([1, 2, 5]) / 3
    rounded_at_the_end = thirds.astype("float32")
    rounded_on_the_way = np.array([1, 2, 5], "float32") * np.float32(1 / 3)
    assert (rounded_at_the_end != rounded_on_the_way).any()
    assert problem(rounded_at_the_end, rounded_on_the_way) is None
    assert promises(thirds, rounded_on_the_way.astype("float64")) == ["precision"]


def test_six_right_digits_break_a_promise_and_are_wrong_in_a_gradient():
    exact = np.array([1.0, 2.0]) / 3
    blurred = exact + 1e-7
    assert promises(exact, blurred) == ["precision"]
    assert promises(1 / 3, 1 / 3 + 1e-7) == ["precision"]
    assert promises(1 / 3, np.float32(1 / 3)) == ["precision"]
    assert problem(exact, blurred, Precision(gradient=True)) == "values"
    assert problem(exact, exact + 1e-4) == "values"
    assert promises(exact.astype("float32"), blurred.astype("float32"), SINGLE) == []


def test_floats_stand_for_whole_numbers_only_where_all_inputs_were_whole():
    expected = np.array([1, 2])
    assert promises(expected, np.array([1.0, 2.0])) == ["whole"]
    assert promises(expected, np.array([1.0, 2.0]), Precision(any_number=True)) == []
    assert problem(expected, np.array([1.0, 2.5]), Precision(any_number=True)) == "values"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_whole_numbers_have_no_float_dtype_that_could_come_back(dtype):
    """The mean of a grey image: float32 in torch, float64 in numpy."""
    expected = np.array([1.5, 2.0])
    got = expected.astype(dtype)
    assert promises(expected, got, Precision(any_number=True)) == []
    assert promises(expected, expected.astype("float32"), Precision()) == ["dtype"]
    assert problem(np.array([1.0, 2.0]), np.array([1, 2], "int32")) is None


def test_complex_is_refused():
    assert problem(np.array([1.0]), np.array([1 + 0j])) == "type"
    assert problem(1.0, 1 + 0j) == "type"


def test_items_of_tuples_are_named():
    found = difference((1, np.zeros(2)), (1, np.ones(2)), DOUBLE)
    assert found.item == (1,)
    assert found.index == (0,)
    assert problem((1, 2), [1, 2]) is None
    assert problem((1, 2), (1, 2, 3)) == "shape"
    assert problem((1, 2), 3) == "type"


def test_longer_sums_get_more_room():
    assert Precision(reduction=10000).rtol > 10 * Precision(reduction=1).rtol
    assert Precision("float32").rtol > 1e6 * Precision("float64").rtol
    assert math.isclose(Precision(device="cuda:0").rtol, 4 * Precision().rtol)


def test_side_effects_make_outcomes_different():
    plain = Outcome("value", np.zeros(2))
    assert same_outcome(plain, Outcome("value", np.zeros(2)), DOUBLE)
    assert not same_outcome(plain, Outcome("value", np.zeros(2), mutated=("X",)), DOUBLE)
    assert not same_outcome(plain, Outcome("value", np.zeros(2), aliased=("X",)), DOUBLE)
    assert not same_outcome(plain, Outcome("timeout"), DOUBLE)


def test_any_exception_equals_any_other():
    one, other = Raised("ValueError", ("ValueError",)), Raised("RuntimeError", ("RuntimeError",))
    assert same_outcome(Outcome("raised", error=one), Outcome("raised", error=other), DOUBLE)
    assert not same_outcome(Outcome("raised", error=one), Outcome("value", 1), DOUBLE)


def test_a_whole_number_is_not_the_float_of_a_misconception():
    exact = Precision()
    assert same_outcome(Outcome("value", 3.0), Outcome("value", np.float64(3)), exact)
    assert not same_outcome(Outcome("value", 3.0), Outcome("value", 3), exact)
    assert not same_outcome(Outcome("value", (1, 3.0)), Outcome("value", (1, 3)), exact)
    assert same_outcome(Outcome("value", [1, None]), Outcome("value", (np.int32(1), None)), exact)


def raised(name, *bases):
    return Outcome("raised", error=Raised(name, (name, *bases)))


def test_a_proof_compares_values_up_to_the_contract():
    mutant = Outcome("value", np.array([1.5, 2.0]))
    for value in ([1.5, 2.0], np.array([1.5, 2.0], "float32")):
        assert same_answer(mutant, Outcome("value", value, mutated=("X",)), DOUBLE)
    assert not same_answer(mutant, Outcome("value", np.array([1.5, 2.1])), DOUBLE)
    assert same_answer(Outcome("value", 3.0), Outcome("value", 3), DOUBLE)
    several = Outcome("value", (np.array([1.5, 2.0]), 3))
    for got in ((np.array([1.5, 2.0]), 3.0), [np.array([1.5, 2.0]), 3]):
        assert same_answer(several, Outcome("value", got), DOUBLE)
    for got in ((np.array([1.5, 2.1]), 3), (np.array([1.5, 2.0]), 4), (np.array([1.5, 2.0]),)):
        assert not same_answer(several, Outcome("value", got), DOUBLE)
    assert not same_answer(mutant, Outcome("timeout"), DOUBLE)
    assert not same_answer(mutant, raised("ValueError"), DOUBLE)


def test_exceptions_are_alike_within_a_family():
    for one in ("TypeError", "ValueError", "RuntimeError", "IndexError", "AssertionError"):
        assert same_answer(raised(one), raised("ValueError"), DOUBLE)
    assert same_answer(
        raised("AxisError", "ValueError", "IndexError"), raised("ValueError"), DOUBLE
    )
    for slip in ("NameError", "AttributeError", "KeyError"):
        assert not same_answer(raised("ValueError"), raised(slip), DOUBLE)
    assert not same_answer(raised("RuntimeError"), raised("RecursionError", "RuntimeError"), DOUBLE)
    unbound = raised("UnboundLocalError", "NameError")
    assert same_answer(unbound, unbound, DOUBLE)
    assert not same_answer(unbound, raised("NameError"), DOUBLE)
