"""Provide batches of real submissions, and the settings with which they are graded."""

import subprocess
import sys

import pytest

import learncnn.grader.i18n.texts as texts
from learncnn.grader.batch.tasks import GradingSettings, Task
from learncnn.grader.submissions.submission import Submission

RIGHT = """import numpy as np

def corr2d(X, K):
    h, w = K.shape
    H, W = X.shape[0] - h + 1, X.shape[1] - w + 1
    if H < 1 or W < 1:
        raise ValueError("the kernel is larger than the image")
    Y = np.zeros((H, W), np.result_type(X, K))
    for i in range(H):
        for j in range(W):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y
"""
TORCH_RIGHT = (
    RIGHT.replace("import numpy as np", "import torch")
    .replace("np.zeros", "torch.zeros")
    .replace("np.result_type(X, K)", "dtype=torch.result_type(X, K)")
)
FLIPPED = RIGHT.replace("* K)", "* K[::-1, ::-1])")
PRIVATE = GradingSettings(seed="a seed that must not leave 4711", private=True)


@pytest.fixture(autouse=True)
def _settled(monkeypatch, tmp_path):
    texts.use_language("en")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def cluster(tmp_path):
    """Start a scheduler without machines."""
    from .clusters import Cluster

    pytest.importorskip("distributed")
    found = Cluster(tmp_path)
    yield found
    found.stop()


@pytest.fixture
def learncnn(tmp_path, monkeypatch):
    """Run the command line in a process, given to `when`; return its exit code and outputs."""
    monkeypatch.delenv("LEARNCNN_GRADEBOOK", raising=False)

    def learncnn(*words, when=None):
        command = [sys.executable, "-m", "learncnn", *map(str, words)]
        process = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if when is not None:
            when(process)
        out, err = process.communicate()
        return process.returncode, out, err

    return learncnn


def task(number, source=RIGHT, exercise="ex01", name="ex01_cross_correlation.py", **more):
    return Task(number, exercise, "numpy", Submission(source, name, **more))
