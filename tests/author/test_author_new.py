"""CONTRIBUTING.md's "an exercise in five minutes", followed literally in a copy of the source."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The two packages importable from a copy, so that the real catalog stays as it is."""
    base = tmp_path_factory.mktemp("checkout")
    package = base / "learncnn"
    package.mkdir()
    for name in ("__init__.py", "__main__.py", "cli.py"):
        shutil.copy(ROOT / name, package)
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("grader", "exercises"):
        shutil.copytree(ROOT / name, package / name, ignore=ignored)
    shutil.copytree(ROOT / "solutions", base / "learncnn_solutions", ignore=ignored)
    return base


def learncnn(checkout, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(checkout), "LEARNCNN_LANG": "en"}
    environment["XDG_CACHE_HOME"] = str(checkout / "cache")
    return subprocess.run(
        [sys.executable, "-m", "learncnn", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=checkout,
        check=False,
    )


def test_an_exercise_in_five_minutes(checkout):
    name = ("ex25_doubling", "--function", "double", "--title", "Doubling")
    made = learncnn(checkout, "author", "new", *name)
    assert made.returncode == 0, made.stderr
    keys = learncnn(checkout, "author", "key", "ex25")
    assert keys.returncode == 0, keys.stderr
    checked = learncnn(checkout, "author", "check", "ex25")
    assert checked.returncode == 0, checked.stdout + checked.stderr

    started = learncnn(checkout, "start", "study")
    assert started.returncode == 0, started.stderr
    stub = checkout / "study" / "ex25_doubling.py"
    untouched = learncnn(checkout, "--root", "study", "check", "ex25")
    assert "not started" in untouched.stdout
    stub.write_text(stub.read_text().replace("raise NotImplementedError", "return X * X"))
    wrong = learncnn(checkout, "--root", "study", "check", "ex25")
    assert wrong.returncode == 1
    assert "SQUARED" in wrong.stdout
    stub.write_text(stub.read_text().replace("return X * X", "return 2 * X"))
    right = learncnn(checkout, "--root", "study", "check", "ex25")
    assert right.returncode == 0, right.stdout + right.stderr


def test_a_taken_or_malformed_name_is_refused(checkout):
    for name in ("ex01_again", "doubling", "ex26_Bad Name"):
        refused = learncnn(checkout, "author", "new", name, "--function", "f", "--title", "T")
        assert refused.returncode == 2
        assert name.split("_")[0] in refused.stderr
        assert not (checkout / "learncnn" / "exercises" / name).exists()
