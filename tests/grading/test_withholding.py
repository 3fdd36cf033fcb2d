"""Test that under a private key an exception shows its type and line, but no hidden value."""

import json

import pytest

import learncnn.grader.i18n.texts as texts
from learncnn.grader.answer_key.find import fresh_key, practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade, judge_run
from learncnn.grader.grading.planning import plan
from learncnn.grader.render.pages.report_view import report_view
from learncnn.grader.runner.job import Isolation, Limits, Run
from learncnn.grader.runner.runner import Runner
from learncnn.grader.sandbox.protocol.outcome import Outcome, Raised
from learncnn.grader.sandbox.source.notes import LoadNote
from learncnn.grader.submissions.submission import Submission, parse_submission

INFO = load_catalog().resolve("ex01")
#: A number that stands in no source as it is.
SECRET = str(7919 * 104729)
SOURCES = {
    "message": "raise ValueError(f'{7919 * 104729} {X.tolist()}')",
    "type": "raise type(f'E{7919 * 104729}', (ValueError,), {})(1)",
    "base": "raise type('E', (type(f'B{7919 * 104729}', (ValueError,), {}),), {})(1)",
    "name": "raise NameError(f\"name 'x{7919 * 104729}' is not defined\")",
    "shape": "raise ValueError(f'operands could not be broadcast together with shapes "
    "({7919 * 104729},) (2,)')",
    "unpack": "raise ValueError(f'not enough values to unpack (expected {7919 * 104729}')",
    "line": "exec(compile('\\n' * 3 + f'raise ValueError({7919 * 104729})', 'x.py', 'exec'))",
    "chained": "raise ValueError from ValueError(f'{7919 * 104729}')",
    "refused": "return type(f'T{7919 * 104729}', (), {})()",
    "printed": "print(7919 * 104729); raise ValueError",
    "missing": "globals().pop('corr2d'); globals()[f'f{7919 * 104729}'] = print; return 1 / 0",
}


@pytest.fixture(scope="module")
def runner():
    with Runner(limits=Limits(case_seconds=10, load_seconds=10)) as shared:
        yield shared


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield fresh_key(INFO, "numpy", seed="a private seed", private=True)


def graded(source, key, runner):
    return grade(Submission(source, "ex01.py"), INFO, key, runner, verify=False)[0]


@pytest.mark.parametrize("way", SOURCES)
def test_nothing_that_a_submission_makes_of_hidden_inputs_is_told(way, key, runner):
    report = graded(f"def corr2d(X, K):\n    {SOURCES[way]}\n", key, runner)
    document = report.to_json()
    document.pop("stdout")  # for the instructor alone; pages leave it out
    assert SECRET not in json.dumps(document)
    for language in ("en", "zh"):
        texts.use_language(language)
        assert SECRET not in repr(report_view(report, INFO))
    texts.use_language("en")
    assert report.score == 0


def test_kind_and_line_are_told(key, runner):
    report = graded("def corr2d(X, K):\n    return int(f'{X.tolist()}')\n", key, runner)
    errors = {v.error for v in report.verdicts if v.error}
    (error,) = errors
    assert (error.type, error.line, error.message) == ("ValueError", 2, "")
    assert error.text == "return int(f'{X.tolist()}')"
    (finding,) = report.findings
    assert finding.key == "kind_value"
    assert "A value does not fit there" in repr(report_view(report, INFO))


def test_a_check_of_the_students_own_is_told_without_its_message(key, runner):
    report = graded("def corr2d(X, K):\n    raise ValueError(f'{X.tolist()}')\n", key, runner)
    (finding,) = report.findings
    assert (finding.key, finding.values["text"]) == (
        "own_check",
        "raise ValueError(f'{X.tolist()}')",
    )
    assert "A check of your own stops here" in repr(report_view(report, INFO))


def test_a_librarys_error_is_explained_without_shapes(key, runner):
    source = (
        "import numpy as np\n\ndef corr2d(X, K):\n    return X * np.ones(X.shape[0] * 41 + 7)\n"
    )
    report = graded(source, key, runner)
    (finding,) = (f for f in report.findings if f.kind == "library")
    assert finding.key == "broadcast_unseen"
    assert set(finding.values) == {"line", "text"}
    assert finding.values["line"] == "4"


def test_a_name_of_the_students_own_is_told(key, runner):
    report = graded("def corr2d(X, K):\n    return resullt\n", key, runner)
    (finding,) = (f for f in report.findings if f.kind == "library")
    assert (finding.key, finding.values["name"]) == ("undefined", "resullt")


def test_in_a_notebook_the_line_is_that_of_its_cell(key, runner):
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": "import numpy as np\n"},
        {
            "cell_type": "code", "metadata": {}, "outputs": [],
            "source": "def corr2d(X, K):\n    y = X\n    raise KeyError(X.sum())\n",
        },
    ]  # fmt: skip
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    submission = parse_submission(notebook.encode(), "ex01.ipynb")
    report, _ = grade(submission, INFO, key, runner, verify=False)
    error = next(v.error for v in report.verdicts if v.error)
    assert (error.type, error.cell, error.line) == ("KeyError", 2, 3)
    assert error.text == "raise KeyError(X.sum())"


def test_the_practice_cases_tell_all(runner):
    source = "def corr2d(X, K):\n    raise ValueError(f'{7919 * 104729}')\n"
    report = graded(source, practice_key(INFO, "numpy"), runner)
    assert SECRET in json.dumps(report.to_json())


def test_notes_on_loading_tell_nothing_that_the_source_does_not_hold(key):
    source = "def corr2d(X, K):\n    return helper(X)\n"
    notes = (
        LoadNote("recovered", "", (2, 7919), f"ValueError: {SECRET}"),
        LoadNote("left_out", SECRET, (1,), f"Odd: {SECRET}"),
        LoadNote("not_parsed", "corr2d", (1,), f"invalid {SECRET}"),
        LoadNote("ran", "", (), f"{SECRET} more"),
        LoadNote("in_class", "corr2d", (1,), "helper"),
    )
    submission = Submission(source, "ex01.py")
    planned = plan(submission, INFO, key)
    outcomes = {
        call.id: Outcome("raised", error=Raised("KeyError", ("KeyError",), ""))
        for call in planned.job.calls
    }
    run = Run(outcomes, Isolation((), ()), notes=notes)
    report = judge_run(submission, INFO, key, planned, run)
    assert SECRET not in repr(report.loading)
    assert [note.text for note in report.loading] == [
        "ValueError", "Exception", "SyntaxError", "", "helper",
    ]  # fmt: skip
    assert report.loading[0].lines == (2,)
