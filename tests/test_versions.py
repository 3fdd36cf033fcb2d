"""Test that versions declared in several places agree, and that the lowest can be listed."""

import subprocess
import sys
from pathlib import Path

import pytest

from learncnn.grader.release.kit import TORCH

tomllib = pytest.importorskip("tomllib")

ROOT = Path(__file__).resolve().parent.parent


def project(path):
    return tomllib.loads((ROOT / path).read_text("utf-8"))["project"]


def lowest(*extras):
    command = [sys.executable, ".ci/lowest.py", "pyproject.toml", *extras]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_the_kit_and_the_solutions_ask_for_what_the_package_does():
    package = project("pyproject.toml")
    assert package["optional-dependencies"]["torch"] == [TORCH]
    own = set(package["dependencies"]) | {package["name"]}
    assert set(project("solutions/pyproject.toml")["dependencies"]) <= own


def test_the_lowest_versions_are_exact_and_follow_extras_within_extras():
    package = project("pyproject.toml")
    assert "numpy==" + next(d for d in package["dependencies"] if "numpy" in d)[7:] in lowest()
    assert any(line.startswith("jinja2==") for line in lowest("instructor"))
    assert not any(">=" in line or "[" in line for line in lowest("instructor", "torch", "dev"))


def test_every_python_that_is_tried_is_declared():
    classifiers = project("pyproject.toml")["classifiers"]
    declared = {line.rpartition(" ")[2] for line in classifiers if ":: 3." in line}
    pythons = (ROOT / ".ci" / "pythons.sh").read_text("utf-8")
    tried = pythons.partition("VERSIONS=(")[2].partition(")")[0].split()
    assert set(tried) == declared
