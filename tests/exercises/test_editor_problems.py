"""Test the problems that `watch --problems` reports for right and wrong submissions."""

import random
import re

import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.i18n.texts import LANGUAGES, use_language
from learncnn.grader.render.editor_problems import ProblemFinder, problem_line
from learncnn.grader.submissions.submission import Submission
from learncnn.grader.workspace.editor_tasks import PROBLEM

from .test_correct_solutions import solutions
from .test_mistaken_solutions import MISTAKEN, mistakes

#: How many submissions are drawn where not all are read.
DRAWN = 60


@pytest.fixture(autouse=True)
def _english():
    yield
    use_language("en")


def corpus():
    found = [parameters.values[:3] for parameters in (*solutions(), *mistakes())]
    return [*found, *((id, "numpy", source) for id, source, _ in MISTAKEN)]


def look(runners, id, framework, source):
    """Assert that problems and report agree."""
    info = load_catalog().resolve(id)
    name = f"{info.folder}.py"
    key = practice_key(info, framework)
    report, _ = grade(Submission(source, name), info, key, runners(framework))
    for language in LANGUAGES:
        use_language(language)
        problems = ProblemFinder(report, info, source).problems()
        failed = {v.function for v in report.verdicts if not v.passed and v.status != "not_started"}
        assert bool(problems) == bool(failed or report.load_error)
        assert {problem.code for problem in problems} - {""} == set(report.codes)
        count = source.count("\n") + 1
        for problem in problems:
            line = problem_line(problem, name)
            assert "\n" not in line
            found = re.search(PROBLEM, line)
            assert found
            assert (found[1], int(found[2])) == (name, problem.line)
            assert 1 <= problem.line <= count
            assert found[5].strip()
            assert (found[6] or "") == problem.code


def test_problems_are_those_of_the_report_in_a_drawn_sample(runners):
    drawn = [each for each in corpus() if each[1] == "numpy"]
    for each in random.Random("editors").sample(drawn, DRAWN):
        look(runners, *each)


@pytest.mark.full
def test_problems_are_those_of_the_report_in_the_whole_corpus(runners):
    for each in corpus():
        look(runners, *each)


def test_a_problem_stands_at_the_last_definition_and_not_at_a_call_or_in_a_text(runners):
    wrong = "def corr2d(X, K):\n    return X\n"
    source = f'"""\n{wrong}"""\n{wrong}\ncorr2d = corr2d\n{wrong}\nout = 3\n"""\n{wrong}"""\n'
    info = load_catalog().resolve("ex01")
    key = practice_key(info, "numpy")
    report, _ = grade(Submission(source, "ex01.py"), info, key, runners("numpy"))
    lines = {problem.line for problem in ProblemFinder(report, info, source).problems()}
    places = [n for n, line in enumerate(source.split("\n"), 1) if line.startswith("def corr2d")]
    assert lines == {places[2]}
