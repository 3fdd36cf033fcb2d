"""Test that the model answers shown to students pass when handed in unchanged."""

import ast

import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.answer_key.model_answers import model_answers
from learncnn.grader.author.answer_checks import written_problems
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.i18n.texts import use_language
from learncnn.grader.student.guidance import function_lines
from learncnn.grader.submissions.submission import Submission

EXERCISES = list(load_catalog().exercises.values())
SHOWN = [
    pytest.param(info, framework, id=f"{info.id}-{framework}")
    for info in EXERCISES
    for framework in info.libraries
]


@pytest.mark.parametrize("form", ["plain", "both"])
@pytest.mark.parametrize(("info", "framework"), SHOWN)
def test_a_model_answer_passes(info, framework, form, runners):
    source = getattr(model_answers(info, framework), form)
    shown = Submission(source, f"{info.id}.py")
    report, _ = grade(shown, info, practice_key(info, framework), runners(framework))
    assert report.state == "passed", report.load_error or report.failure
    assert report.score == report.max_score


@pytest.mark.parametrize(("info", "framework"), SHOWN)
def test_what_is_shown_of_the_functions_is_python_that_passes(info, framework, runners):
    """A learner may paste each function over the plain file."""
    answers = model_answers(info, framework)
    for spoken in ("en", "zh"):
        use_language(spoken)
        shown = ["\n".join(function_lines(answers, name, 80)) for name in info.functions]
        source = "\n\n".join([answers.plain, *shown])
        use_language("en")
        submission = Submission(source, f"{info.id}.py")
        report, _ = grade(submission, info, practice_key(info, framework), runners(framework))
        assert report.state == "passed", report.load_error or report.failure


@pytest.mark.parametrize("info", EXERCISES, ids=lambda info: info.id)
def test_it_is_short_and_says_why(info):
    assert list(written_problems(info)) == []


@pytest.mark.parametrize(("info", "framework"), SHOWN)
def test_it_is_written_for_the_workspaces_framework(info, framework):
    other = {"numpy": "torch", "torch": "np"}[framework]
    for source in (model_answers(info, framework).both, model_answers(info, framework).vectorised):
        names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
        assert other not in names
        assert "like=" not in source
