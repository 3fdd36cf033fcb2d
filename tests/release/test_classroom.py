"""The workflow of docs/classroom.md: its commands, run in a kit as a student's repository is."""

import base64
import json
import re
import shutil
import subprocess

import pytest
import yaml

from .conftest import CORRECT, FLIPPED, ROOT

GUIDE = (ROOT / "docs" / "classroom.md").read_text("utf-8")
FILE = "ex01_cross_correlation.py"
#: Points of ex01 and ex03, and what `check` ends with.
POINTS = 20


@pytest.fixture(scope="module")
def job():
    (text,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    return yaml.safe_load(text)["jobs"]["check"]


@pytest.fixture(scope="module")
def steps(job):
    return job["steps"]


def test_nothing_runs_when_classroom_makes_a_repository(job):
    assert job["if"] == "github.actor != 'github-classroom[bot]'"


@pytest.fixture
def repository(kit, student, tmp_path):
    """Run a command in a student's repository: run(command, source of ex01) → (process, output)."""
    home, programs = tmp_path / "repository", tmp_path / "bin"
    shutil.copytree(kit, home)
    programs.mkdir()
    (programs / "pytest").write_text(f'#!/bin/sh\nexec "{student}" -m pytest "$@"\n')
    (programs / "pytest").chmod(0o755)
    output = tmp_path / "output"
    output.write_text("earlier=1\n")

    def run(command, source):
        if source is None:
            (home / FILE).unlink()
        elif source != "stub":
            (home / FILE).write_text(source)
        path = f"{programs}:{student.parent}:/usr/bin:/bin"
        environment = {"PATH": path, "HOME": str(tmp_path), "GITHUB_OUTPUT": str(output)}
        words = ["bash", "-e", "-c", command]
        done = subprocess.run(
            words, cwd=home, env=environment, capture_output=True, text=True, check=False
        )
        return done, output.read_text()

    run.home = home
    run.python = student
    return run


def command_of(steps):
    (step,) = (step for step in steps if step.get("id") == "learncnn")
    assert step["continue-on-error"]
    return step["run"]


def result_of(output):
    """Return what the reporter reads."""
    first, last = output.splitlines()
    assert first == "earlier=1"
    return json.loads(base64.b64decode(last.removeprefix("result=")))


@pytest.mark.parametrize("source", [CORRECT, FLIPPED, "stub", None, "def ("])
def test_the_reporter_gets_the_points_of_a_report(steps, repository, source):
    done, output = repository(command_of(steps), source)
    result = result_of(output)
    assert result["max_score"] == POINTS
    assert result["status"] == "fail"  # ex03 is a stub
    assert done.returncode == 1
    expected = 0.0
    if source is not None:
        words = [repository.python, "-m", "learncnn", "check", "--json", FILE]
        told = subprocess.run(words, cwd=repository.home, capture_output=True, check=False)
        expected = json.loads(told.stdout)["score"]
    assert sum(test["score"] for test in result["tests"]) == pytest.approx(expected, abs=0.01)
    assert (0 < expected < 10) == (source == FLIPPED)


def test_all_points_are_a_pass(steps, repository):
    command = command_of(steps).replace("ex01,ex03", "ex01")
    done, output = repository(command, CORRECT)
    result = result_of(output)
    assert done.returncode == 0
    assert result["status"] == "pass"
    assert [test["score"] for test in result["tests"]] == [result["max_score"]] == [10]


def test_outside_a_workflow_the_option_is_refused(repository):
    done, output = repository("unset GITHUB_OUTPUT; pytest --learncnn-classroom ex01", CORRECT)
    assert done.returncode == 4
    assert "GITHUB_OUTPUT is not set" in done.stderr
    assert "Traceback" not in done.stderr
    assert output == "earlier=1\n"


def test_an_output_that_cannot_be_written_is_told(repository):
    command = "GITHUB_OUTPUT=/nowhere/output pytest --learncnn-classroom ex01"
    done, output = repository(command, CORRECT)
    assert "/nowhere/output cannot be written" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert output == "earlier=1\n"


def test_an_unknown_exercise_is_refused(repository):
    done, output = repository("pytest --learncnn-classroom ex1,ex99", CORRECT)
    assert done.returncode == 4
    assert "ex99" in done.stderr
    assert output == "earlier=1\n"


@pytest.mark.parametrize(
    ("source", "code"), [(CORRECT, 0), (FLIPPED, 1), ("stub", 1), ("def (", 3)]
)
def test_the_command_of_all_or_nothing_ends_as_the_exercise_did(repository, source, code):
    (command,) = set(re.findall(r"with the command `(.*?)`", GUIDE))
    done, _ = repository(command, source)
    assert done.returncode == code, done.stderr


def test_the_reporter_reads_what_the_step_writes(steps):
    """Results are taken from the environment as <ID>_RESULTS of the runners named."""
    reporter = steps[-1]
    for id in reporter["with"]["runners"].split(","):
        assert reporter["env"][f"{id.upper()}_RESULTS"] == f"${{{{ steps.{id}.outputs.result }}}}"
        assert id in {step.get("id") for step in steps}
