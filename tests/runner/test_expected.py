"""Test the operators that a zygote forbids ahead, when submissions change exercise."""

from __future__ import annotations

from typing import Any

import numpy as np

from learncnn.grader.runner.job import Call, Job
from learncnn.grader.runner.runner import MANY, Runner

CONV, POOL = "torch.nn.functional.conv2d", "torch.nn.functional.max_pool2d"
AUTOGRAD = "torch.autograd"
ARGUMENTS = {"X": np.arange(12.0).reshape(1, 1, 3, 4)}
HEAD = "import torch\nimport torch.nn.functional as F\n"
#: Not spelled as what it is, so that only the watch can see it.
HIDDEN_CONV = "getattr(F, 'con' + 'v2d')(X, torch.ones(1, 1, 2, 2).double())"
#: Code that finds the watch could undo what it did.
UNDO = """
import sys
frame = sys._getframe()
while frame:
    for item in frame.f_locals.values():
        if type(item).__name__ == "OpWatch":
            while item._undo:
                item._undo.pop()()
            item._forbidden = ()
    frame = frame.f_back
"""


def run(runner: Runner, body: str, *forbidden: str, head: str = "") -> Any:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    source = f"{HEAD}{head}def f(X):\n{lines}"
    return runner.run(
        Job(source, "a.py", (Call("c", "f", ARGUMENTS, 1),), forbidden=forbidden), ahead=True
    )


def only(found: Any) -> Any:
    assert found.load_error is None, found.load_error
    return found.outcomes["c"]


def get_used_to(runner: Runner, *forbidden: str) -> None:
    for _ in range(MANY + 1):
        assert only(run(runner, "return X + 1", *forbidden)).kind == "value"


def test_what_many_forbade_is_refused_as_before(torch_runner: Runner) -> None:
    get_used_to(torch_runner, CONV)
    for body in (f"return {HIDDEN_CONV}", f"{UNDO}return {HIDDEN_CONV}"):
        outcome = only(run(torch_runner, body, CONV))
        assert (outcome.kind, outcome.forbidden) == ("raised", (CONV,))


def test_nothing_can_be_undone_while_a_submission_is_loaded(torch_runner: Runner) -> None:
    get_used_to(torch_runner, CONV)
    for forbidden in (CONV, POOL):
        hidden = HIDDEN_CONV if forbidden == CONV else "getattr(F, 'max_' + 'pool2d')(X, 2)"
        outcome = only(run(torch_runner, f"return {hidden}", forbidden, head=UNDO))
        assert (outcome.kind, outcome.forbidden) == ("raised", (forbidden,))


def test_another_exercise_forbids_its_own_operators_alone(torch_runner: Runner) -> None:
    get_used_to(torch_runner, CONV)
    assert only(run(torch_runner, f"return {HIDDEN_CONV}", POOL)).value.shape == (1, 1, 2, 3)
    outcome = only(run(torch_runner, "return getattr(F, 'max_' + 'pool2d')(X, 2)", POOL))
    assert (outcome.kind, outcome.forbidden) == ("raised", (POOL,))
    assert only(run(torch_runner, f"return {HIDDEN_CONV}", CONV)).forbidden == (CONV,)
    assert only(run(torch_runner, f"return {HIDDEN_CONV}")).kind == "value"


def test_gradients_come_back_when_they_are_allowed_again(torch_runner: Runner) -> None:
    back = "X.requires_grad_()\nX.sum().backward()\nreturn X.grad"
    get_used_to(torch_runner, AUTOGRAD)
    assert only(run(torch_runner, back, AUTOGRAD)).forbidden == (AUTOGRAD,)
    for _ in range(3):
        assert only(run(torch_runner, back, CONV)).value.sum() == 12


def test_a_submission_may_compare_itself_with_the_operator_that_it_names(
    torch_runner: Runner,
) -> None:
    get_used_to(torch_runner, CONV)
    head = "ones = torch.ones(1, 1, 2, 2)\nright = F.conv2d(ones, ones)\n"
    found = run(torch_runner, "return right", CONV, head=head)
    assert only(found).value == 4
    assert [use.name for use in found.forbidden] == [CONV]
    assert only(run(torch_runner, f"return {HIDDEN_CONV}", CONV, head=head)).forbidden == (CONV,)
