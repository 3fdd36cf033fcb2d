"""A false accusation is worse than silence: correct solutions, damaged at random.

Whatever is named must have answered every case as that misconception does, by a comparison of
this module's own. LEARNCNN_DAMAGED=200 tries that many for each exercise instead of a few.
"""

import importlib.util
import os
import random
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.grading.report import Diagnosis
from learncnn.grader.runner.job import Limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission

HERE = Path(__file__).parent
TRIES = int(os.environ.get("LEARNCNN_DAMAGED", "8"))


def module(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    found = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = found
    spec.loader.exec_module(found)
    return found


mutated = module(HERE / "mutating.py").mutated


def alike(one, other):
    """Whether two outcomes are the same to a reader; one exception is as good as another."""
    if one.kind != "value" or other.kind != "value":
        return one.kind == other.kind == "raised"
    return (
        set(one.mutated) == set(other.mutated)
        and set(one.aliased) == set(other.aliased)
        and same(one.value, other.value)
    )


def same(one, other):
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if one is None or isinstance(one, str):
        return one == other
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        return False
    if one.dtype.kind in "iub" and other.dtype.kind in "iub":
        return np.array_equal(one, other)
    tolerance = 1e-3 if "float32" in (one.dtype.name, other.dtype.name) else 1e-9
    scale = max(1.0, float(np.max(np.abs(one[np.isfinite(one)]), initial=0)))
    return np.allclose(one, other, rtol=tolerance, atol=tolerance * scale, equal_nan=True)


def unproved(key, report, run):
    """Diagnoses that some case contradicts."""
    for diagnosis in report.diagnoses:
        for function in diagnosis.functions:
            cases = key.cases_of(function)
            forms = [
                mutant
                for mutant in key.mutants
                if mutant.function == function and sorted(mutant.codes) == sorted(diagnosis.codes)
            ]
            answers = [c for c in cases if run.outcomes[c.id].kind == "value"]
            if len(diagnosis.codes) > 1:
                answers = [c for c in answers if not alike(c.expected, run.outcomes[c.id])]
            if not answers or not any(
                all(alike(form.outcomes[c.id], run.outcomes[c.id]) for c in cases) for form in forms
            ):
                yield diagnosis


@pytest.fixture(scope="module")
def runners():
    limits = Limits(case_seconds=0.5, load_seconds=5.0, memory_mb=512)
    opened = {}

    def runner(framework):
        if framework not in opened:
            libraries = ("numpy",) if framework == "numpy" else ("numpy", "torch")
            opened[framework] = Runner(libraries, limits=limits, warm="full")
        return opened[framework]

    yield runner
    for each in opened.values():
        each.close()


def damaged(info, framework, number):
    """A solution of the tests, damaged; the same one every time."""
    (path,) = HERE.glob(f"test_{info.folder}.py")
    sources = module(path).CORRECT[framework]
    chance = random.Random(f"{info.id}/{framework}/{number}")
    return mutated(chance.choice(sorted(sources.values())), chance)


#: Training takes seconds for each submission; one network exercise stands for both.
INFOS = [info for info in load_catalog().exercises.values() if info.id != "ex24"]


@pytest.mark.parametrize("info", INFOS, ids=lambda info: info.id)
def test_what_is_named_is_what_was_computed(info, runners):
    for number in range(TRIES):
        framework = info.libraries[number % len(info.libraries)]
        key = practice_key(info, framework)
        source = damaged(info, framework, number)
        report, run = grade(Submission(source, "damaged.py"), info, key, runners(framework))
        assert not list(unproved(key, report, run)), source
        assert not (report.state == "passed" and report.diagnoses), source


def test_a_diagnosis_that_a_case_contradicts_would_be_found(runners):
    info = load_catalog().resolve("ex01")
    key = practice_key(info, "numpy")
    zeros = "import numpy as np\ndef corr2d(X, K):\n    return np.zeros((1, 1))\n"
    report, run = grade(Submission(zeros, "zeros.py"), info, key, runners("numpy"))
    accused = replace(report, diagnoses=(Diagnosis(("FLIP",), ("corr2d",), len(key.cases)),))
    assert list(unproved(key, accused, run))
    assert not list(unproved(key, report, run))
