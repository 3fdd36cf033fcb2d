"""Torch in a worker: tensors in and out, training, and the watch on operators."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from learncnn.grader.runner.job import Call, Job
from learncnn.grader.runner.runner import Runner

CONV = "torch.nn.functional.conv2d"
ARGUMENTS = {"X": np.arange(12.0).reshape(3, 4), "K": np.ones((2, 2))}


def run(runner: Runner, body: str, **options: Any) -> Any:
    source = "import torch\nimport torch.nn.functional as F\ndef f(X, K):\n" + "".join(
        f"    {line}\n" for line in body.splitlines()
    )
    return runner.run(Job(source, "a.py", (Call("c", "f", ARGUMENTS, 2),), **options))


def only(found: Any) -> Any:
    assert found.load_error is None, found.load_error
    return found.outcomes["c"]


def test_inputs_are_tensors_of_their_dtype(torch_runner: Runner) -> None:
    outcome = only(run(torch_runner, "assert type(X) is torch.Tensor\nreturn X + 1"))
    assert outcome.kind == "value"
    assert outcome.arrays[0].library == "torch"
    np.testing.assert_array_equal(outcome.value, ARGUMENTS["X"] + 1)
    assert outcome.value.dtype == np.float64


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return X.to_sparse()", "layout"),
        ("return X.bfloat16()", "bfloat16"),
        ("return torch.nn.Linear(1, 1)", "Linear"),
    ],
)
def test_tensors_without_a_plain_form_are_refused(
    torch_runner: Runner, body: str, said: str
) -> None:
    outcome = only(run(torch_runner, body))
    assert outcome.kind == "refused"
    assert said in outcome.detail


def test_a_result_with_a_gradient_counts(torch_runner: Runner) -> None:
    assert only(run(torch_runner, "return X.requires_grad_() * 2")).kind == "value"


def test_a_step_of_training_works(torch_runner: Runner) -> None:
    body = (
        "m = torch.nn.Linear(4, 2).double()\no = torch.optim.Adam(m.parameters())\n"
        "o.zero_grad()\nloss = m(X).sum()\nloss.backward()\no.step()\nreturn loss.item()"
    )
    outcome = only(run(torch_runner, body))
    assert outcome.kind == "value", outcome


def test_a_tensor_over_the_limit_is_a_memory_outcome(torch_runner: Runner) -> None:
    assert only(run(torch_runner, "return torch.ones(1 << 30)")).kind == "memory"


IMAGE, KERNEL = "X[None, None]", "K[None, None]"


@pytest.mark.parametrize(
    "expression",
    [
        f"F.conv2d({IMAGE}, {KERNEL})",
        f"getattr(F, 'conv' + '2d')({IMAGE}, {KERNEL})",
        f"F.conv1d({IMAGE}[0], {KERNEL}[0])",
        f"F.conv2d({IMAGE}.double(), {KERNEL}.double())",
        f"F.conv2d({IMAGE}.requires_grad_(), {KERNEL})",
        f"F.conv2d({IMAGE}.float().to_mkldnn(), {KERNEL}.float().to_mkldnn())",
        f"torch.func.vmap(lambda x: F.conv2d(x, {KERNEL}))({IMAGE}[None])",
        f"torch.ops.aten.convolution({IMAGE}, {KERNEL}, None, [1, 1], [0, 0], [1, 1], False, "
        "[0, 0], 1)",
        f"torch.nn.grad.conv2d_weight({IMAGE}, (1, 1, 2, 3), {KERNEL})",
        "torch.conv_tbc(X[:, :, None], K[:, :, None], torch.zeros(2).double())",
        "torch.ops.mkldnn._convolution_pointwise"
        f"({IMAGE}.float(), {KERNEL}.float(), None, [0, 0], [1, 1], [1, 1], 1, 'none', [], '')",
        f"torch.ops.aten.slow_conv_dilated2d({IMAGE}, {KERNEL}, list(K.shape))",
        f"torch.ops.aten.slow_conv3d({IMAGE}[None], {KERNEL}[None], [1, *K.shape])",
        f"torch.nn.grad.conv2d_input((1, 1, *X.shape), {KERNEL}, F.pad({IMAGE}, (-1, 0, -1, 0)))",
    ],
)
def test_a_forbidden_operator_is_noted_when_it_runs(torch_runner: Runner, expression: str) -> None:
    outcome = only(run(torch_runner, f"return {expression}", forbidden=(CONV,)))
    assert outcome.forbidden == (CONV,)
    assert outcome.kind == "raised"


@pytest.mark.parametrize(
    "body",
    [
        "X.requires_grad_().sum().backward()",
        "X.requires_grad_()\nreturn getattr(torch, 'auto' + 'grad').grad(X.sum(), X)[0]",
    ],
)
def test_going_back_through_a_graph_is_noted(torch_runner: Runner, body: str) -> None:
    outcome = only(run(torch_runner, body, forbidden=("torch.autograd",)))
    assert outcome.forbidden == ("torch.autograd",)
    assert outcome.kind == "raised"


def test_catching_the_refusal_of_an_operator_does_not_hide_its_use(torch_runner: Runner) -> None:
    body = f"try:\n    F.conv2d({IMAGE}, {KERNEL})\nexcept RuntimeError:\n    return X"
    outcome = only(run(torch_runner, body, forbidden=(CONV,)))
    assert outcome.kind == "value"
    assert outcome.forbidden == (CONV,)


def test_the_watch_is_not_found_among_all_objects(torch_runner: Runner) -> None:
    body = (
        "import gc\ngc.unfreeze()\nfor item in gc.get_objects():\n"
        "    if type(item).__name__ == 'Library':\n        item._destroy()\n"
        f"return F.conv2d({IMAGE}, {KERNEL})"
    )
    assert only(run(torch_runner, body, forbidden=(CONV,))).forbidden == (CONV,)


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("torch.nn.functional.sigmoid", "X.sigmoid()"),
        ("torch.nn.functional.one_hot", "torch._C._nn.one_hot(X.long())"),
        ("torch.nn.functional.max_pool2d", f"F.max_pool3d({IMAGE}, 1)"),
        ("torch.nn.functional.max_pool2d", "torch.max_pool1d(X, 1)"),
        ("torch.nn.functional.avg_pool2d", f"F.avg_pool3d({IMAGE}, 1)"),
        ("torch.autograd", "torch.ops.aten.sigmoid_backward(X, X)"),
        (
            "torch.autograd",
            f"torch.ops.aten.avg_pool2d_backward({IMAGE}, {IMAGE}, 1, 1, 0, False, True, None)",
        ),
    ],
)
def test_what_does_the_same_is_noted_too(torch_runner: Runner, name: str, expression: str) -> None:
    assert only(run(torch_runner, f"return {expression}", forbidden=(name,))).forbidden == (name,)


def test_a_gradient_that_is_to_be_written_by_hand_is_noted(torch_runner: Runner) -> None:
    body = "X.requires_grad_()\n(X * X).sum().backward()\nreturn X.grad"
    outcome = only(run(torch_runner, body, forbidden=("torch.autograd",)))
    assert outcome.forbidden == ("torch.autograd",)
    body = "X.requires_grad_()\ny = (X * X).sum()\nreturn y.grad_fn is None"
    assert only(run(torch_runner, body, forbidden=("torch.autograd",))).value is True


def test_other_operators_are_not_noted(torch_runner: Runner) -> None:
    outcome = only(run(torch_runner, "return (X @ X.T).sum()", forbidden=(CONV,)))
    assert outcome.forbidden == ()


def test_a_forbidden_operator_is_found_by_reading(torch_runner: Runner) -> None:
    found = run(torch_runner, "return X\nreturn F.conv2d(X, K)", forbidden=(CONV,))
    assert [(use.name, use.line) for use in found.forbidden] == [(CONV, 5)]


def test_compiling_changes_nothing(torch_runner: Runner) -> None:
    assert only(run(torch_runner, "return torch.compile(lambda x: x + 1)(X)")).kind == "value"


def test_one_thread(torch_runner: Runner) -> None:
    assert only(run(torch_runner, "return torch.get_num_threads()")).value == 1


def test_a_torch_worker_imports_no_scipy(torch_runner: Runner) -> None:
    assert only(run(torch_runner, "import scipy")).error.type == "ModuleNotFoundError"


def test_versions_tell_of_torch(torch_runner: Runner) -> None:
    assert "torch" in run(torch_runner, "return 1").versions


def test_what_is_not_warmed_is_imported_when_it_is_used(torch_runner: Runner) -> None:
    body = "return torch.autograd.gradcheck(torch.tanh, X.double().requires_grad_())"
    assert only(run(torch_runner, body)).value is True
