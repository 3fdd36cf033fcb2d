"""Test what needs a GPU; run by `benchmarks/gpu_check.py`, skipped on other machines."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from learncnn.grader.runner.job import Call, Job
from learncnn.grader.runner.prestart import default_limits
from learncnn.grader.runner.runner import Runner

pytestmark = pytest.mark.gpu

RELU = """
import torch
def relu(x):
    return torch.where(x > 0, x, torch.zeros_like(x)){moved}
"""


@pytest.fixture(scope="module")
def runner():
    with Runner(("torch",), device="cuda", limits=default_limits("torch", "cuda")) as opened:
        yield opened


def run(runner, source, *arguments):
    """The outcomes of f on each argument, in one job."""
    calls = tuple(Call(str(n), "f", {"x": x}, 1) for n, x in enumerate(arguments))
    done = runner.run(Job(f"import torch\n{source}", "x.py", calls))
    assert done.load_error is None, done.load_error
    return done, [done.outcomes[call.id] for call in calls]


IMAGE = np.arange(12, dtype="float32").reshape(3, 4)


def test_inputs_come_on_the_gpu_and_results_are_known_to_be_there(runner):
    done, (outcome,) = run(runner, "def f(x):\n    assert x.is_cuda\n    return x * 2", IMAGE)
    np.testing.assert_array_equal(outcome.value, IMAGE * 2)
    assert outcome.arrays[0].device.startswith("cuda")
    assert "gpu-profile" in done.isolation.in_force


def test_products_are_made_without_tf32(runner):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((512, 512)).astype("float32")
    _, (outcome,) = run(runner, "def f(x):\n    return x @ x", X)
    exact = X.astype("float64") @ X.astype("float64")
    assert np.abs(outcome.value - exact).max() / np.abs(exact).max() < 2e-6


def test_a_convolution_is_made_without_tf32(runner):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((1, 64, 32, 32)).astype("float32")
    source = "def f(x):\n    return torch.nn.functional.conv2d(x, x[:, :, :3, :3])"
    doubled = source.replace("conv2d(x, x", "conv2d(x.double(), x.double()")
    _, (single,) = run(runner, source, X)
    _, (double,) = run(runner, doubled, X)
    assert np.abs(single.value - double.value).max() / np.abs(double.value).max() < 5e-6


def test_a_gpu_without_room_is_a_lack_of_memory(runner):
    _, (outcome,) = run(runner, "def f(x):\n    return torch.zeros(1 << 50).cuda()", IMAGE)
    assert outcome.kind == "memory"


def test_a_failed_assertion_on_the_device_costs_its_case_alone(runner):
    source = """
def f(x):
    if x.sum() < 0:
        torch.zeros(2, device=x.device)[torch.tensor([10**6], device=x.device)].sum().item()
    return x
"""
    _, (first, failed, last) = run(runner, source, IMAGE, -IMAGE, IMAGE)
    assert (first.kind, last.kind) == ("value", "value")
    assert failed.kind in ("crashed", "raised")


def test_an_endless_loop_ends(runner):
    short = default_limits("torch", "cuda")._replace(case_seconds=2.0, second_try=False)
    with Runner(("torch",), device="cuda", limits=short) as impatient:
        _, (outcome,) = run(impatient, "def f(x):\n    while True: x = x + 1", IMAGE)
    assert outcome.kind == "timeout"


@pytest.mark.parametrize(("moved", "kept"), [("", True), (".cpu()", False)])
def test_a_check_says_where_it_was_and_whether_the_result_stayed(tmp_path, moved, kept):
    file = tmp_path / "ex18_activations.py"
    file.write_text(RELU.format(moved=moved))
    done = subprocess.run(
        [sys.executable, "-m", "learncnn", "check", str(file), "--device", "cuda", "--json"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ,
        timeout=120,
    )
    report = json.loads(done.stdout)
    assert report["provenance"]["device"] == "cuda"
    broken = {promise["promise"] for promise in report["promises"] if promise["function"] == "relu"}
    assert ("device" not in broken) is kept
