"""Define ex01 as an assignment for five other graders, with the same cases for all.

The cases are those of the practice key; a submission passes if it is right on each of them.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.answer_key.key import Case
from learncnn.grader.course.catalog import load_catalog

NAME = "ex01"
#: Environment variables of a process, with the other graders' environment first on PATH.
Environment = Mapping[str, str]
JUDGE = """
def judge(corr2d, number):
    X, K, expected = CASES[number]
    try:
        found = corr2d(np.array(X), np.array(K))
    except ValueError:
        assert expected is None, "ValueError"
        return
    assert expected is not None, "no ValueError"
    assert isinstance(found, np.ndarray) and found.shape == np.shape(expected)
    np.testing.assert_allclose(found, expected)
"""
PYTEST = """
import pytest
from ex01 import corr2d
@pytest.mark.parametrize("number", range(len(CASES)))
def test_case(number):
    judge(corr2d, number)
"""
UNITTEST = """
import unittest
from ex01 import corr2d
class Cases(unittest.TestCase):
    pass
for number in range(len(CASES)):
    setattr(Cases, f"test_{number}", lambda self, number=number: judge(corr2d, number))
"""
CHECK50 = """
import os
import sys
import check50
def judged(number):
    sys.path.insert(0, os.getcwd())
    from ex01 import corr2d
    judge(corr2d, number)
@check50.check()
def exists():
    "ex01.py exists"
    check50.exists("ex01.py")
"""
CS50 = "check50:\n  checks: __init__.py\n  files:\n    - !include ex01.py\n"
CHECK50_CASE = """
@check50.check(exists)
def case{number}():
    "case {number}"
    judged({number})
"""
OTTER = """
from otter.test_files import test_case
OK_FORMAT = False
name = "case{number}"
points = 1
@test_case(points=1, hidden=False)
def test_{number}(corr2d):
    judge(corr2d, {number})
"""


def cases() -> Sequence[Case]:
    """Return the cases of the practice key, which learncnn uses as well."""
    return practice_key(load_catalog().resolve(NAME), "numpy").cases


def cases_source() -> str:
    """Return Python source that defines `CASES` and `judge`."""
    asked = []
    for case in cases():
        right = case.expected.value.tolist() if case.expected.kind == "value" else None
        asked.append((*(argument.tolist() for argument in case.arguments.values()), right))
    return f"import numpy as np\nCASES = {asked!r}\n{JUDGE}"


def count_of_cases() -> int:
    """Return the number of cases."""
    return len(cases())


def for_scripts(folder: Path, sources: Sequence[str]) -> list[Path]:
    """Write a folder for each submission with tests for pytest and unittest; return the folders."""
    source_of_cases = cases_source()
    made = []
    for number, source in enumerate(sources):
        place = folder / f"student{number:04d}"
        write(place / f"{NAME}.py", source)
        write(place / "test_pytest.py", source_of_cases + PYTEST)
        write(place / "test_unittest.py", source_of_cases + UNITTEST)
        made.append(place)
    return made


def for_check50(folder: Path) -> Path:
    """Write a problem for `check50 --dev`, and return its folder."""
    checks = "".join(CHECK50_CASE.format(number=n) for n in range(count_of_cases()))
    write(folder / "__init__.py", cases_source() + CHECK50 + checks)
    write(folder / ".cs50.yml", CS50)
    return folder


def for_nbgrader(course: Path, sources: Sequence[str], env: Environment) -> None:
    """Write a course with submissions, for `nbgrader autograde ex01`."""
    write(course / "nbgrader_config.py", "c = get_config()\nc.CourseDirectory.course_id = 'cnn'\n")
    cells = [
        cell("# the student's", solution=True, grade_id="answer"),
        cell(cases_source(), locked=True, grade_id="cases"),
        *(
            cell(f"judge(corr2d, {n})", grade=True, locked=True, points=1, grade_id=f"case{n}")
            for n in range(count_of_cases())
        ),
    ]
    write(course / "source" / NAME / f"{NAME}.ipynb", notebook(cells))
    words = ["nbgrader", "generate_assignment", NAME, "--create"]
    subprocess.run(words, cwd=course, check=True, capture_output=True, env=env)
    released = json.loads((course / "release" / NAME / f"{NAME}.ipynb").read_text())
    for number, source in enumerate(sources):
        released["cells"][0]["source"] = source
        place = course / "submitted" / f"student{number:04d}" / NAME / f"{NAME}.ipynb"
        write(place, json.dumps(released))


def for_otter(folder: Path, sources: Sequence[str], env: Environment) -> list[Path]:
    """Write `autograder.zip` and a notebook for each submission; return the notebooks."""
    for number in range(count_of_cases()):
        text = cases_source() + OTTER.format(number=number)
        write(folder / "tests" / f"case{number}.py", text)
    words = ["otter", "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True, env=env)
    made = []
    for number, source in enumerate(sources):
        place = folder / f"student{number:04d}" / f"{NAME}.ipynb"
        write(place, notebook([plain(source)]))
        made.append(place)
    return made


def cell(source: str, **settings: Any) -> Mapping[str, Any]:
    """Return a code cell with nbgrader's metadata."""
    usual = {"grade": False, "locked": False, "solution": False, "task": False}
    nbgrader = {**usual, "schema_version": 3, **settings}
    return {**plain(source), "metadata": {"nbgrader": nbgrader}}


def plain(source: str) -> Mapping[str, Any]:
    """Return a code cell."""
    empty = {"execution_count": None, "outputs": [], "metadata": {}}
    return {"cell_type": "code", "source": source, **empty}


def notebook(cells: Sequence[Mapping[str, Any]]) -> str:
    """Return a notebook as JSON."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    with_ids = [{**cell, "id": f"cell{number}"} for number, cell in enumerate(cells)]
    return json.dumps(
        {
            "cells": with_ids,
            "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def write(path: Path, text: str) -> None:
    """Write a file, and create its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
