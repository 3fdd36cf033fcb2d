"""The workflow of docs/classroom.md: its commands, run in a kit as a student's repository is."""

import re
import shutil
import subprocess

import pytest
import yaml

from .conftest import CORRECT, FLIPPED, ROOT

GUIDE = (ROOT / "docs" / "classroom.md").read_text("utf-8")


@pytest.fixture(scope="module")
def job():
    (text,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    return yaml.safe_load(text)["jobs"]["check"]


@pytest.fixture(scope="module")
def steps(job):
    return job["steps"]


def test_nothing_runs_when_classroom_makes_a_repository(job):
    assert job["if"] == "github.actor != 'github-classroom[bot]'"


@pytest.mark.parametrize(("source", "code"), [(CORRECT, 0), (FLIPPED, 1), (None, 1), ("def (", 3)])
def test_a_step_ends_as_the_exercise_did(steps, kit, student, tmp_path, source, code):
    home = tmp_path / "repository"
    shutil.copytree(kit, home)
    if source is not None:
        (home / "ex01_cross_correlation.py").write_text(source)
    (command,) = (step["with"]["command"] for step in steps if step.get("id") == "ex01")
    environment = {"PATH": f"{student.parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-c", command], cwd=home, env=environment, capture_output=True, check=False
    )
    assert done.returncode == code, done.stderr


def test_the_reporter_reads_what_the_steps_write(steps):
    """Results are taken from the environment as <ID>_RESULTS of the runners named."""
    graders = [step["id"] for step in steps if "command-grader" in step["uses"]]
    reporter = steps[-1]
    assert reporter["with"]["runners"].split(",") == graders
    for id in graders:
        assert reporter["env"][f"{id.upper()}_RESULTS"] == f"${{{{ steps.{id}.outputs.result }}}}"
