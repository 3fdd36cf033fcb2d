"""The ladder of verdicts: the first rung that applies."""

import numpy as np
import pytest

from learncnn.grader.grading.judging import begun, judge
from learncnn.grader.sandbox.protocol.outcome import ArrayInfo, Outcome, Raised


@pytest.fixture
def public(key):
    return key.cases[0]


@pytest.fixture
def error_case(key):
    return next(c for c in key.cases if c.group == "errors")


def right(case, **changes):
    return Outcome("value", case.expected.value.copy(), **changes)


def raised(name, *bases):
    return Outcome("raised", error=Raised(name, (name, *bases)))


def stub(line, message=""):
    bases = ("NotImplementedError", "RuntimeError", "Exception")
    return Outcome(
        "raised", error=Raised("NotImplementedError", bases, message, 3 if line else None, line)
    )


def test_a_right_answer_passes(public):
    assert judge(public, right(public), "numpy").passed


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome("missing", names=("scal",)), "missing"),
        (stub("raise NotImplementedError"), "not_started"),
        (stub("raise NotImplementedError  # TODO"), "not_started"),
        (stub(""), "not_started"),
        (stub("return model(x)", "Module is missing the required forward"), "raised"),
        (stub("raise NotImplementedError('square only')", "square only"), "raised"),
        (raised("ZeroDivisionError", "Exception"), "raised"),
        (Outcome("timeout"), "timeout"),
        (Outcome("memory"), "memory"),
        (Outcome("crashed"), "crashed"),
        (Outcome("protocol"), "protocol"),
        (Outcome("refused", detail="type set"), "refused"),
        (Outcome("value", [[0.0]]), "shape"),
        (Outcome("value", [[0.0], [0.0, 0.0]]), "type"),
        (Outcome("value", None), "type"),
        (Outcome("value", np.zeros((3, 2))), "shape"),
        (Outcome("value", np.zeros((2, 3), "float32")), "values"),
        (Outcome("value", np.full((2, 3), np.nan)), "nonfinite"),
        (Outcome("value", np.zeros((2, 3))), "values"),
    ],
)
def test_each_rung_of_the_ladder(public, outcome, status):
    assert judge(public, outcome, "numpy").status == status


def test_a_changed_input_fails_a_right_answer(public):
    assert judge(public, right(public, mutated=("X",)), "numpy").status == "mutated"
    assert judge(public, right(public, aliased=("X",)), "numpy").status == "aliased"


def test_wrong_values_are_named_before_a_changed_input(public):
    outcome = Outcome("value", np.zeros((2, 3)), mutated=("X",))
    verdict = judge(public, outcome, "numpy")
    assert verdict.status == "values"
    assert [breach.promise for breach in verdict.broken] == ["mutated"]


def test_a_broken_promise_leaves_the_values_right(public):
    expected = public.expected.value
    for value, status in ((expected.astype("float32"), "dtype"), (expected.tolist(), "array")):
        verdict = judge(public, Outcome("value", value, mutated=("X",)), "numpy")
        assert verdict.right
        assert not verdict.passed
        assert verdict.status == status
        assert [breach.promise for breach in verdict.broken] == [status, "mutated"]


def test_an_impossible_input_tests_a_promise_and_no_value(error_case):
    verdict = judge(error_case, Outcome("value", 1), "numpy")
    assert (verdict.axis, verdict.right) == ("errors", False)
    assert [breach.promise for breach in verdict.broken] == ["errors"]
    assert not judge(error_case, raised("ValueError", "Exception"), "numpy").broken


def test_a_stub_s_exception_is_an_error_once_the_function_is_begun(key):
    cases = key.cases_of("scale")
    line = Outcome("raised", error=stub("raise NotImplementedError").error)
    verdicts = [judge(case, line, "numpy") for case in cases]
    assert {v.status for v in begun(verdicts)} == {"not_started"}
    verdicts[0] = judge(cases[0], right(cases[0]), "numpy")
    assert {v.status for v in begun(verdicts)} == {"passed", "raised"}


def test_a_forbidden_operator_fails_a_right_answer(public):
    outcome = right(public, forbidden=("torch.conv2d",))
    assert judge(public, outcome, "torch").status == "forbidden"


def test_an_expected_error_passes_and_its_subclass_too(error_case):
    assert judge(error_case, raised("ValueError", "Exception"), "numpy").passed
    assert judge(error_case, raised("MyError", "ValueError"), "numpy").passed


def test_another_error_does_not_pass_for_the_expected_one(error_case):
    assert judge(error_case, raised("KeyError", "Exception"), "numpy").status == "raised"
    assert judge(error_case, Outcome("value", 1), "numpy").status == "not_raised"


def test_torch_refuses_sizes_with_a_runtime_error(error_case):
    assert judge(error_case, raised("RuntimeError", "Exception"), "torch").passed
    assert not judge(error_case, raised("RuntimeError", "Exception"), "numpy").passed
    recursion = raised("RecursionError", "RuntimeError", "Exception")
    assert judge(error_case, recursion, "torch").status == "raised"


def test_an_array_on_another_device_is_named(public):
    elsewhere = right(public, arrays=(ArrayInfo("torch", "meta"),))
    verdict = judge(public, elsewhere, "torch", "cpu")
    assert (verdict.status, verdict.expected, verdict.got) == ("device", "cpu", "meta")
    here = right(public, arrays=(ArrayInfo("torch", "cuda:0"),))
    assert judge(public, here, "torch", "cuda").passed


def test_system_exit_is_an_error_not_a_success(error_case, public):
    assert judge(public, raised("SystemExit"), "numpy").status == "raised"
    assert judge(error_case, raised("SystemExit"), "numpy").status == "raised"
