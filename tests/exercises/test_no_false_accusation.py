"""Test that randomly damaged correct solutions are never accused of a wrong mistake.

Whatever is named must have answered every case as that misconception does, by a comparison that
shares no code with the grader's. Half of them break a promise besides.
"""

import importlib.util
import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.diagnosis import diagnose
from learncnn.grader.grading.grading import grade
from learncnn.grader.grading.report import Diagnosis
from learncnn.grader.runner.job import Limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission

HERE = Path(__file__).parent


def module(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    found = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = found
    spec.loader.exec_module(found)
    return found


mutated = module(HERE / "mutating.py").mutated
unproved = module(HERE / "accusing.py").unproved
breaking = module(HERE / "breaking.py")


@pytest.fixture(scope="module")
def patient():
    """A runner with a student's limits: some right solutions are slow."""
    with Runner(("numpy",), warm="full") as runner:
        yield lambda framework: runner


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


def correct(info, framework):
    """The correct solutions of an exercise that the tests hold."""
    (path,) = HERE.glob(f"test_{info.folder}.py")
    sources = module(path).CORRECT[framework]
    return [sources[name] for name in sorted(sources)]


def damaged(info, framework, number):
    """A solution of the tests, damaged, and maybe a promise broken; the same one every time."""
    chance = random.Random(f"{info.id}/{framework}/{number}")
    source = mutated(chance.choice(correct(info, framework)), chance)
    if framework == "numpy" and number % 4 == 2:
        promise = chance.choice(sorted(breaking.BREACHES))
        return breaking.broken(source, promise, info.functions)
    return source


#: Training takes seconds for each submission; one network exercise stands for both.
INFOS = [info for info in load_catalog().exercises.values() if info.id != "ex24"]


def graded(info, numbers, runners):
    """Yield source, key, report and run of damaged solutions."""
    for number in numbers:
        framework = info.libraries[number % len(info.libraries)]
        key = practice_key(info, framework)
        source = damaged(info, framework, number)
        yield source, key, *grade(Submission(source, "x.py"), info, key, runners(framework))


def check_what_is_named(info, numbers, runners):
    for source, key, report, run in graded(info, numbers, runners):
        assert not list(unproved(key, report, run)), source
        assert not (report.state == "passed" and report.diagnoses), source


@pytest.mark.parametrize("info", INFOS, ids=lambda info: info.id)
def test_what_is_named_is_what_was_computed(info, runners):
    check_what_is_named(info, range(4), runners)


@pytest.mark.full
@pytest.mark.parametrize("info", INFOS, ids=lambda info: info.id)
def test_what_is_named_is_what_was_computed_by_hundreds(info, runners):
    check_what_is_named(info, range(4, 204), runners)


@pytest.mark.parametrize("info", INFOS, ids=lambda info: info.id)
def test_who_computes_what_is_right_is_accused_of_nothing(info, patient):
    """One right solution, with a promise broken that was drawn by lot."""
    if "numpy" not in info.libraries:
        pytest.skip("promises are broken in numpy submissions")
    chance = random.Random(info.id)
    source = chance.choice(correct(info, "numpy"))
    promise = chance.choice(sorted(breaking.BREACHES))
    check_that_values_are_right(info, source, promise, patient("numpy"))


@pytest.mark.full
@pytest.mark.parametrize("promise", breaking.BREACHES)
@pytest.mark.parametrize("info", INFOS, ids=lambda info: info.id)
def test_who_breaks_one_promise_is_accused_of_nothing(info, promise, patient):
    for source in correct(info, "numpy") if "numpy" in info.libraries else ():
        check_that_values_are_right(info, source, promise, patient("numpy"))


def check_that_values_are_right(info, source, promise, runner):
    """What breaks a promise keeps its values, is told no cause, and has 85 % of the points."""
    key = practice_key(info, "numpy")
    source = breaking.broken(source, promise, info.functions)
    report, _ = grade(Submission(source, "x.py"), info, key, runner)
    apart = {verdict.function for verdict in report.verdicts if verdict.status == "missing"}
    if promise == "precision":  # finite differences reach a gradient's values: not right enough
        apart |= {case.function for case in key.cases if case.precision.gradient}
    for function, possible in info.functions.items():
        if function not in apart:
            ours = [v for v in report.verdicts if v.function == function and v.axis == "values"]
            assert all(verdict.right for verdict in ours), (function, source)
            assert report.points[function] >= 0.85 * possible - 1e-9, (function, source)
    assert not report.diagnoses
    assert not [found for found in report.findings if found.function not in apart]


def accused_without(info, numbers, runners):
    """What is said of damaged solutions once the mistakes that they prove are left out."""
    tried, accused = 0, []
    for source, key, report, run in graded(info, numbers, runners):
        for diagnosis in report.diagnoses:
            if diagnosis.kind != "exact" or diagnosis.result is not None:
                continue
            tried += 1
            known = {*diagnosis.codes}
            left = tuple(mutant for mutant in key.mutants if not known & {*mutant.codes})
            without = replace(key, load_mutants=lambda left=left: left)
            named = diagnose(without, run.outcomes, diagnosis.functions)
            accused += [(info.id, diagnosis.codes, each.codes, source) for each in named]
    return tried, accused


@pytest.mark.full
def test_who_makes_a_mistake_that_is_left_out_is_not_accused_of_another(runners):
    tried, accused = 0, []
    for info in INFOS:  # one damaged solution in twenty makes a known mistake
        count, named = accused_without(info, range(120), runners)
        tried += count
        accused += named
    assert tried > 100
    assert len(accused) <= tried / 100, accused


def test_a_diagnosis_that_a_case_contradicts_would_be_found(runners):
    info = load_catalog().resolve("ex01")
    key = practice_key(info, "numpy")
    zeros = "import numpy as np\ndef corr2d(X, K):\n    return np.zeros((1, 1))\n"
    report, run = grade(Submission(zeros, "zeros.py"), info, key, runners("numpy"))
    accused = report._replace(diagnoses=(Diagnosis(("FLIP",), ("corr2d",), len(key.cases)),))
    assert list(unproved(key, accused, run))
    assert not list(unproved(key, report, run))
