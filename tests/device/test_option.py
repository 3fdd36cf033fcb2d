"""Test --device on a machine without a GPU."""

import json
import os
import subprocess
import sys

import pytest

HIDDEN = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
RELU = """import torch
def relu(x):
    return torch.where(x > 0, x, torch.zeros_like(x))
"""


@pytest.fixture
def check(tmp_path):
    def run(*words):
        file = tmp_path / "ex18_activations.py"
        file.write_text(RELU)
        return subprocess.run(
            [sys.executable, "-m", "learncnn", "check", str(file), *words],
            capture_output=True,
            text=True,
            env=HIDDEN,
            cwd=tmp_path,
            timeout=120,
        )

    return run


def test_cuda_without_a_gpu_is_one_message_and_exit_code_2(check):
    done = check("--device", "cuda")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "no CUDA device here" in done.stderr


def test_auto_takes_the_processor_and_the_report_says_so(check):
    document = json.loads(check("--device", "auto", "--json").stdout)
    assert document["provenance"]["device"] == "cpu"
    assert "gpu-profile" not in document["provenance"]["layers"]


def test_a_screen_without_a_gpu_says_nothing_of_larger_inputs(check):
    done = check()
    assert "✓ relu" in done.stdout
    assert "larger" not in (done.stdout + done.stderr).lower()
