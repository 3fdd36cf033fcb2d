"""Provide a workspace, and run pytest in it as a student does."""

import os
import subprocess
import sys

import pytest

from ..batch.conftest import FLIPPED, RIGHT

#: Source of a file that ends pytest if it is imported.
TRAP = "raise SystemExit('this file was imported')\n"
ENDLESS = "def corr2d(X, K):\n    while True: pass\n"


@pytest.fixture
def workspace(tmp_path):
    """Create a workspace in a folder whose name has a space and Chinese characters."""
    root = tmp_path / "study 学习"
    command = [sys.executable, "-m", "learncnn", "start", str(root)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return root


@pytest.fixture
def run_pytest(workspace, tmp_path):
    """Run pytest in the workspace: run_pytest("--learncnn") → the finished process."""

    cache = tmp_path / "cache"

    def run(*words, **environment):
        dropped = ("LEARNCNN_LANG", "LC_ALL", "LC_MESSAGES", "GITHUB_OUTPUT", "PYTEST_ADDOPTS")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-o", f"cache_dir={cache}", *map(str, words)],
            cwd=workspace,
            env=kept | {"LANG": "C.UTF-8", "COLUMNS": "100"} | environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=240,
        )

    return run


@pytest.fixture
def write(workspace):
    """Write the file of ex01, under its usual name by default."""

    def write(source, name="ex01_cross_correlation.py"):
        (workspace / name).write_text(source, "utf-8")

    return write


__all__ = ["ENDLESS", "FLIPPED", "RIGHT", "TRAP"]
