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


FAMILY = {"TypeError", "ValueError", "RuntimeError", "IndexError", "AssertionError"}


def alike(one, other):
    """Whether two outcomes are the same to a reader of their numbers."""
    if one.kind == other.kind == "raised":
        return one.error.type == other.error.type or all(
            FAMILY & {each.error.type, *each.error.bases} for each in (one, other)
        )
    return one.kind == other.kind == "value" and same(one.value, other.value)


def same(one, other):
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if one is None or isinstance(one, str):
        return one == other
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape or other.dtype.kind not in "iufb":
        return False
    if one.dtype.kind in "iub":
        return np.array_equal(one, other)
    scale = max(1.0, float(np.max(np.abs(one[np.isfinite(one)]), initial=0)))
    return np.allclose(one, other, rtol=1e-3, atol=1e-3 * scale, equal_nan=True)


def tests_values(case):
    """Whether a case can prove anything: it has an answer, and its input has elements."""
    arrays = [value for value in case.arguments.values() if isinstance(value, np.ndarray)]
    return case.expected.kind == "value" and all(array.size for array in arrays)


def of_result(outcome, position):
    """One result of several as an outcome of its own."""
    if position is None or outcome.kind != "value":
        return outcome
    return outcome._replace(value=outcome.value[position])


def unproved(key, report, run):
    """Diagnoses that some case contradicts."""
    for diagnosis in report.diagnoses:
        for function in diagnosis.functions:
            forms = [
                mutant
                for mutant in key.mutants
                if mutant.function == function and sorted(mutant.codes) == sorted(diagnosis.codes)
            ]
            if not any(proves(form, diagnosis, key, run) for form in forms):
                yield diagnosis


def proves(form, diagnosis, key, run):
    """Whether a form of a mistake explains what was computed, as far as the diagnosis says."""
    matched = 0
    for case in filter(tests_values, key.cases_of(form.function)):
        position = diagnosis.result
        expected, got, wrong = (
            of_result(outcome, position)
            for outcome in (case.expected, run.outcomes[case.id], form.outcomes[case.id])
        )
        right, explained = alike(expected, got), alike(wrong, got)
        if not explained and (diagnosis.kind == "exact" or right):
            return False
        matched += explained and not right and got.kind == "value"
    return matched >= (1 if diagnosis.kind == "exact" else 3)


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
