"""The solution that a student is shown, of every exercise: handed in as it is, it passes."""

import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.answer_key.solution_source import solution_source
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.submissions.submission import Submission

SOLUTIONS = [
    pytest.param(info, framework, id=f"{info.id}-{framework}")
    for info in load_catalog().exercises.values()
    for framework in info.libraries
]


@pytest.mark.parametrize(("info", "framework"), SOLUTIONS)
def test_the_solution_shown_passes(info, framework, runners):
    shown = Submission(solution_source(info), f"{info.id}.py")
    report, _ = grade(shown, info, practice_key(info, framework), runners(framework))
    assert report.state == "passed", report.load_error or report.failure
