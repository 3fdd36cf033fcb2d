"""Test the view of a student's code: escaped, limited, with findings beside lines."""

import numpy as np
import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.exercise_texts import exercise_texts
from learncnn.grader.grading.grading import judge_run
from learncnn.grader.grading.planning import plan
from learncnn.grader.render.pages.code_view import LINES, LineComment, code_lines
from learncnn.grader.runner.cell_places import CellPlaces
from learncnn.grader.runner.job import REPEAT, Isolation, Run
from learncnn.grader.sandbox.protocol.outcome import Outcome, Raised
from learncnn.grader.submissions.submission import parse_submission

INFO = load_catalog().exercises["ex01"]
SOURCE = """import numpy as np

def helper(X):
    return X[3]

def corr2d(X, K):
    helper(X)
    return <b>X</b>
"""


@pytest.fixture(scope="module")
def key():
    return practice_key(INFO, "numpy")


def judged(key, *, cells=False, **changed):
    """The report on SOURCE, right but for these outcomes."""
    submission = parse_submission(SOURCE.encode(), "ex01.py")
    planned = plan(submission, INFO, key)
    outcomes = {case.id: case.expected for case in key.cases} | changed
    outcomes[REPEAT] = outcomes[planned.repeated]
    return judge_run(submission, INFO, key, planned, Run(outcomes, Isolation((), ())))


def noted(lines):
    """Line → headings of its notes."""
    return {line.number: [note.heading for note in line.notes] for line in lines if line.notes}


def raised(line, cell=0):
    error = Raised("IndexError", ("IndexError",), "index 3 of [[42]]", line, "X[3]", cell=cell)
    return Outcome("raised", error=error)


def test_the_failing_line_is_marked_with_its_error(key):
    everywhere = {case.id: raised(4) for case in key.cases}
    report = judged(key, **everywhere)
    lines = code_lines(SOURCE, (), report, exercise_texts(INFO))
    headings = noted(lines)["4"]
    assert any("IndexError: index 3 of [[42]]" in heading for heading in headings)
    (line,) = (line for line in lines if line.number == "4")
    assert line.mark == "wrong"
    assert line.text == "    return X[3]"


def test_messages_of_cases_that_are_not_shown_are_not_told(key):
    hidden = [case for case in key.cases if not case.public][-1]
    shown = next(case for case in key.cases if case.public)
    report = judged(key, **{shown.id: raised(4), hidden.id: raised(7)})
    assert noted(code_lines(SOURCE, (), report, exercise_texts(INFO)))["7"] == ["IndexError"]


def test_a_proved_mistake_stands_at_the_function(key):
    mutant = next(m for m in key.mutants if m.codes == ("FLIP",))
    lines = code_lines(SOURCE, (), judged(key, **mutant.outcomes), exercise_texts(INFO))
    assert noted(lines) == {"6": ["FLIP"]}


def test_a_wrong_result_that_is_not_explained_stands_at_the_function(key):
    case = next(case for case in key.cases if case.public)
    wrong = Outcome("value", np.asarray(case.expected.value) + 1)
    ((heading, *_),) = noted(
        code_lines(SOURCE, (), judged(key, **{case.id: wrong}), exercise_texts(INFO))
    ).values()
    assert heading


def test_of_a_long_submission_the_first_lines_and_those_with_notes_are_shown(key):
    source = SOURCE + "\n" * 5000 + "x = 1\n" + "\n" * 5000 + "y = 2\n"
    comment = LineComment("look", "tess", 5009)
    lines = code_lines(source, (), judged(key), exercise_texts(INFO), [comment])
    shown = [line for line in lines if line.number]
    assert len(shown) == LINES
    assert shown[0].number == "1"
    assert "5009" in {line.number for line in shown}
    assert [line.gap for line in lines if line.gap] != []


def test_lines_are_bounded_and_hold_no_control_characters(key):
    source = SOURCE + "z = '" + "a" * 9000 + "\u202e\x1b[31m'\n"
    lines = code_lines(source, (), judged(key), exercise_texts(INFO))
    assert max(len(line.text) for line in lines) <= 160
    assert not any("\x1b" in line.text or "\u202e" in line.text for line in lines)


def test_lines_of_a_notebook_are_those_of_its_cells(key):
    source = "# %% cell 2\nx = 1\n# %% cell 5\ndef corr2d(X, K):\n    return X[3]\n"
    cells = (2, 4)
    everywhere = {case.id: raised(2, cell=5) for case in key.cases}
    comment = LineComment("why?", "tess", 1, 2)
    lines = code_lines(source, cells, judged(key, **everywhere), exercise_texts(INFO), [comment])
    assert [(line.cell, line.number, line.text) for line in lines] == [
        ("Cell 2", "1", "x = 1"),
        ("Cell 5", "1", "def corr2d(X, K):"),
        ("", "2", "    return X[3]"),
    ]
    assert [note.kind for note in lines[0].notes] == ["comment"]
    assert lines[2].mark == "wrong"
    assert CellPlaces(source, cells).of(5) == (5, 2)


def test_a_broken_promise_is_no_wrong_value(key):
    report = judged(key)
    listed = {
        case.id: Outcome("value", np.asarray(case.expected.value).tolist())
        for case in key.cases
        if case.expected.kind == "value"
    }
    report = judged(key, **listed)
    assert report.promises
    lines = code_lines(SOURCE, (), report, exercise_texts(INFO))
    (marked,) = (line for line in lines if line.notes)
    assert (marked.number, marked.mark) == ("6", "promise")


def test_a_function_that_is_bound_twice_is_marked_where_the_last_binding_is(key):
    mutant = next(m for m in key.mutants if m.codes == ("FLIP",))
    source = SOURCE + "\n\ncorr2d = staticmethod(corr2d)\n"
    lines = code_lines(source, (), judged(key, **mutant.outcomes), exercise_texts(INFO))
    assert noted(lines) == {"11": ["FLIP"]}
