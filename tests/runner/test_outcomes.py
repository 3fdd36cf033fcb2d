"""Test the outcome of one call, whatever the submission does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from learncnn.grader.runner.job import Call, Job
from learncnn.grader.runner.runner import Runner

from .conftest import job, kinds


def only(run: Any) -> Any:
    (outcome,) = run.outcomes.values()
    return outcome


def test_a_right_solution_returns_its_arrays(runner: Runner, image: Any) -> None:
    outcome = only(runner.run(job("def f(a0):\n    return a0 * 2", (image,))))
    assert outcome.kind == "value"
    np.testing.assert_array_equal(outcome.value, image * 2)
    assert outcome.value.dtype == np.float64


def test_arguments_go_by_position_and_by_name(runner: Runner) -> None:
    call = Call("c", "f", {"x": 1, "y": 2}, positional=1)
    run = runner.run(Job("def f(q, *, y):\n    return [q, y]", "ex01.py", (call,)))
    assert only(run).value == [1, 2]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("None", None),
        ("[1, (2.5, True)]", [1, (2.5, True)]),
        ("{'a': 1j}", {"a": 1j}),
        ("np.float32(0.5)", np.float32(0.5)),
        ("2 ** 70", 2**70),
    ],
)
def test_plain_values_come_back_as_they_are(runner: Runner, expression: str, value: Any) -> None:
    outcome = only(runner.run(job(f"import numpy as np\ndef f():\n    return {expression}")))
    assert outcome.value == value
    assert type(outcome.value) is type(value)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("(i for i in range(3))", "generator"),
        ("np.array([1, None])", "object"),
        ("np.ma.masked_array([1.0])", "MaskedArray"),
        ("type('Sub', (np.ndarray,), {})((2,))", "Sub"),
        ("lambda: 1", "function"),
        ("np.array(['2020-01-01'], dtype='datetime64[D]')", "datetime64"),
        ("np.zeros((1,) * 12)", "dimensions"),
        ("np.broadcast_to(np.zeros(1), (1 << 40,))", "MiB"),
    ],
)
def test_what_is_not_plain_data_is_refused_by_name(
    runner: Runner, expression: str, said: str
) -> None:
    outcome = only(runner.run(job(f"import numpy as np\ndef f():\n    return {expression}")))
    assert outcome.kind == "refused"
    assert said in outcome.detail


def test_an_argument_that_was_changed_is_named(runner: Runner, image: Any) -> None:
    outcome = only(runner.run(job("def f(a0):\n    a0[0] = 9\n    return 1", (image,))))
    assert outcome.mutated == ("a0",)


def test_a_view_of_an_argument_is_named(runner: Runner, image: Any) -> None:
    outcome = only(runner.run(job("def f(a0):\n    return a0[1:]", (image,))))
    assert outcome.aliased == ("a0",)
    np.testing.assert_array_equal(outcome.value, image[1:])


def test_an_exception_tells_type_bases_message_and_line(runner: Runner) -> None:
    source = "class Odd(ValueError): pass\n\ndef f():\n    raise Odd('no')\n"
    error = only(runner.run(job(source))).error
    assert (error.type, error.message, error.line) == ("ex01.Odd", "no", 4)
    assert "ValueError" in error.bases
    assert error.text == "raise Odd('no')"


def test_an_exception_with_an_endless_name_is_an_exception(runner: Runner) -> None:
    source = (
        "def f():\n    raise type('E' * 10**6, (type('B' * 10**6, (ValueError,), {}),), {})('no')"
    )
    error = only(runner.run(job(source))).error
    assert error.message == "no"
    assert "ValueError" in error.bases
    assert len(repr(error)) < 1000


@pytest.mark.parametrize("body", ["raise SystemExit(0)", "exit(0)", "raise KeyboardInterrupt"])
def test_leaving_is_an_exception_like_any_other(runner: Runner, body: str) -> None:
    source = f"from sys import exit\ndef f():\n    {body}"
    assert only(runner.run(job(source))).kind == "raised"


def test_infinite_recursion_is_an_exception(runner: Runner) -> None:
    outcome = only(runner.run(job("def f():\n    return f()")))
    assert outcome.error.type == "RecursionError"


def test_a_missing_function_lists_what_there_is(runner: Runner) -> None:
    source = "import math\nfrom math import floor\ndef corr_2d(X): ...\nvalue = 3"
    outcome = only(runner.run(job(source, function="corr2d")))
    assert outcome.kind == "missing"
    assert outcome.names == ("corr_2d", "floor")


def test_a_value_of_the_wanted_name_is_no_function(runner: Runner) -> None:
    assert kinds(runner.run(job("f = 3"))) == ["missing"]


def test_a_driver_gets_the_object_and_the_arguments(runner: Runner) -> None:
    driver = "def use(cls, n):\n    return cls(n).double()"
    source = "class Net:\n    def __init__(s, n): s.n = n\n    def double(s): return 2 * s.n"
    call = Call("c", "Net", {"n": 21}, 1, driver="use")
    assert only(runner.run(Job(source, "a.py", (call,), driver_source=driver))).value == 42


def test_prints_are_kept_and_shown(runner: Runner) -> None:
    source = "import sys\nprint('one')\ndef f():\n    print('two', file=sys.stderr)\n    return 1"
    run = runner.run(job(source))
    assert run.stdout == "one\ntwo\n"
    assert not run.stdout_truncated


def test_a_print_flood_is_cut_and_the_answer_counts(runner: Runner) -> None:
    run = runner.run(job("def f():\n    for _ in range(5000): print('x' * 99)\n    return 7"))
    assert only(run).value == 7
    assert run.stdout_truncated
    assert len(run.stdout) == runner.limits.stdout_bytes


def test_a_closed_stdout_does_not_lose_the_answer(runner: Runner) -> None:
    source = "import sys\ndef f():\n    sys.stdout.close()\n    return 7"
    assert only(runner.run(job(source))).value == 7


def test_an_answer_too_large_for_its_header_is_refused(runner: Runner) -> None:
    outcome = only(runner.run(job("def f():\n    return ['x' * 4000] * 100")))
    assert outcome.kind == "refused"


def test_random_numbers_are_the_same_in_every_run(runner: Runner) -> None:
    source = "import random, numpy as np\ndef f():\n    return [np.random.rand(), random.random()]"
    assert only(runner.run(job(source))).value == only(runner.run(job(source))).value


def test_an_empty_job_gets_an_empty_run(runner: Runner) -> None:
    run = runner.run(Job("x = 1", "a.py", ()))
    assert run.load_error is None
    assert run.outcomes == {}


def test_large_arguments_and_results_pass_through(runner: Runner) -> None:
    big = np.arange(400_000.0)
    outcome = only(runner.run(job("def f(a0):\n    return a0 + 1", (big,))))
    np.testing.assert_array_equal(outcome.value, big + 1)
