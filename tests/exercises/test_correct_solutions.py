"""Test that correct solutions written in other ways pass and are accused of nothing.

Every tests/exercises/test_exNN_*.py offers them as `CORRECT[framework][name] = source`.
"""

import importlib.util
from functools import cache
from pathlib import Path

import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.submissions.submission import Submission

HERE = Path(__file__).parent


@cache
def correct_of(path: Path) -> dict[str, dict[str, str]]:
    """The `CORRECT` of one test module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, dict[str, str]] = getattr(module, "CORRECT", {})
    return found


def solutions():
    for path in sorted(HERE.glob("test_ex[0-9][0-9]_*.py")):
        for framework, sources in correct_of(path).items():
            for name, source in sources.items():
                id = path.stem.split("_")[1]
                yield pytest.param(id, framework, source, id=f"{id}-{framework}-{name}")


@pytest.mark.parametrize(("id", "framework", "source"), list(solutions()))
def test_a_correct_solution_passes(id, framework, source, runners):
    info = load_catalog().resolve(id)
    key = practice_key(info, framework)
    report, _ = grade(Submission(source, f"{id}.py"), info, key, runners(framework))
    wrong = [verdict for verdict in report.verdicts if not verdict.passed]
    assert report.load_error is None
    assert not wrong
    assert report.diagnoses == ()
    assert report.score == report.max_score


@pytest.mark.parametrize("info", list(load_catalog().exercises.values()), ids=lambda info: info.id)
def test_every_exercise_has_other_correct_solutions(info):
    (path,) = HERE.glob(f"test_{info.folder}.py")
    for framework in info.libraries:
        assert len(correct_of(path)[framework]) >= (1 if info.libraries == ("torch",) else 2)
