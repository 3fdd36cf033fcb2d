"""How a function is called whose optional parameters are named otherwise than the stub's."""

from __future__ import annotations

from typing import Any

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.signatures import signatures
from learncnn.grader.runner.job import Call, Job, Run
from learncnn.grader.runner.runner import Runner
from learncnn.grader.sandbox.parameter_names import parameters_of

OPTIONAL = {"bias": None, "stride": 1, "padding": 0}


def function(parameters: str) -> object:
    namespace: dict[str, object] = {}
    exec(f"def conv2d({parameters}): pass", namespace)
    return namespace["conv2d"]


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ("input, weight, bias=None, stride=1, padding=0", {}),
        ("x, w, b=None, stride=1, pad=0", {"bias": "b", "padding": "pad"}),
        # By initials, whatever their order.
        ("x, w, s=1, p=0, b=None", {"bias": "b", "stride": "s", "padding": "p"}),
        ("x, w, *, Pad=0, stride=1, bias=None", {"padding": "Pad"}),
        # In order, if as many remain.
        ("x, w, c=None, step=1, border=0", {"stride": "step", "bias": "border", "padding": "c"}),
        ("x, w, offset=None, stride=1, zeros=0", {"bias": "offset", "padding": "zeros"}),
        # One that is missing is not replaced by another.
        ("x, w, stride=1, pad=0", {"padding": "pad"}),
        ("x, w, stride=1, zeros=0", {}),
        ("x, w", {}),
        ("x, w, **options", {}),
        ("*given", {}),
        ("x, w, b, /, stride=1, padding=0", {}),
    ],
)
def test_names(parameters: str, names: dict[str, str]) -> None:
    assert parameters_of(function(parameters), 2, OPTIONAL).names == names


@pytest.mark.parametrize(
    ("parameters", "defaults"),
    [
        ("input, weight, bias, stride=1, padding=0", {"bias": None}),
        ("x, w, b, s, *, p", {"b": None, "s": 1, "p": 0}),
        # A default of the student's own counts.
        ("x, w, bias, stride=2, padding=1", {"bias": None}),
        ("x, w, bias, stride, padding, groups", {"bias": None, "stride": 1, "padding": 0}),
    ],
)
def test_defaults(parameters: str, defaults: dict[str, object]) -> None:
    assert parameters_of(function(parameters), 2, OPTIONAL).defaults == defaults


def test_a_class_is_called_as_the_stub_is() -> None:
    assert parameters_of(Runner, 2, OPTIONAL) == ({}, {})


def conv2d(source: str, runner: Runner, **options: Any) -> Run:
    """Return a run that calls `conv2d(1, 2, **options)`."""
    call = Call("case0", "conv2d", {"input": 1, "weight": 2, **options}, 2)
    return runner.run(
        Job(
            source=source,
            filename="ex08.py",
            calls=(call,),
            signatures=signatures(load_catalog().resolve("ex08")),
        )
    )


def test_renamed_parameters_get_their_arguments(runner: Runner) -> None:
    run = conv2d(
        "def conv2d(x, w, b=None, stride=1, pad=0):\n return [x, w, b, stride, pad]",
        runner,
        bias=3,
        padding=4,
    )
    assert run.outcomes["case0"].value == [1, 2, 3, 1, 4]
    (note,) = run.notes
    assert (note.kind, note.name, note.lines) == ("renamed", "conv2d", (1,))
    assert note.text == "bias = b, padding = pad"


def test_a_parameter_without_default_gets_the_stubs(runner: Runner) -> None:
    source = "def conv2d(input, weight, bias, stride, p):\n return [bias, stride, p]"
    run = conv2d(source, runner, stride=5)
    assert run.outcomes["case0"].value == [None, 5, 0]
    assert [note.kind for note in run.notes] == ["renamed", "no_default"]


def test_names_of_any_length_are_told_in_part(runner: Runner) -> None:
    run = conv2d(f"def conv2d(x, w, {'b' * 900}=None): return 1", runner, bias=3)
    assert run.outcomes["case0"].value == 1
    (note,) = run.notes
    assert note.text.startswith("bias = bbb")


def test_what_a_function_changes_is_told_by_the_stubs_name(runner: Runner, image: Any) -> None:
    source = "def conv2d(x, w, b=None, stride=1, padding=0):\n b += 1\n return 0"
    assert conv2d(source, runner, bias=image).outcomes["case0"].mutated == ("bias",)


def test_a_parameter_that_is_missing_stops_the_call(runner: Runner) -> None:
    run = conv2d("def conv2d(input, weight, stride=1): return 0", runner, padding=1)
    error = run.outcomes["case0"].error
    assert error is not None
    assert "unexpected keyword argument 'padding'" in error.message


def test_every_stub_can_be_read() -> None:
    found = {info.id: signatures(info) for info in load_catalog().exercises.values()}
    assert found["ex12"]["avg_pool2d"] == (
        2,
        {"stride": None, "padding": 0, "count_include_pad": True},
    )
    assert not found["ex01"]
