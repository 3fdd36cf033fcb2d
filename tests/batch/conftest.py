"""Provide right and wrong submissions of real exercises."""

import os
from pathlib import Path

import pytest

import learncnn.grader.i18n.texts as texts

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
FLIPPED = RIGHT.replace("* K)", "* K[::-1, ::-1])")


@pytest.fixture(autouse=True)
def _settled(monkeypatch, tmp_path):
    texts.use_language("en")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def children():
    """Return a function that lists the ids of this process's living children."""

    def children():
        found = set()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    status = (entry / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                if int(status[1]) == os.getpid() and status[0] != "Z":
                    found.add(int(entry.name))
        return found

    return children
