"""What stopped a function, as sentences: each once, with every line that it is about."""

import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.exercise_texts import exercise_texts
from learncnn.grader.grading.diagnosis import NOTHING_RETURNED
from learncnn.grader.grading.grading import judge_run
from learncnn.grader.grading.planning import plan
from learncnn.grader.grading.report import Diagnosis, Finding
from learncnn.grader.render.statements import diagnosis_statements, finding_statements
from learncnn.grader.runner.job import REPEAT, Isolation, Run
from learncnn.grader.submissions.submission import parse_submission


@pytest.fixture(scope="module")
def right():
    """A report on a right submission of an exercise of one function, with the texts."""
    info = load_catalog().exercises["ex01"]
    key = practice_key(info, "numpy")
    submission = parse_submission(b"x = 1", "ex01.py")
    planned = plan(submission, info, key)
    outcomes = {case.id: case.expected for case in key.cases}
    run = Run({**outcomes, REPEAT: outcomes[planned.repeated]}, Isolation((), ()))
    return judge_run(submission, info, key, planned, run), exercise_texts(info)


def stop(line, cases, key="pair_as_int"):
    values = {"line": str(line), "text": f"rows = {line}"}
    return Finding("library", "corr2d", key, values, cases, 9)


def statements(right, *findings):
    report, texts = right
    return finding_statements(report._replace(findings=findings), texts)


def test_a_sentence_about_two_lines_is_said_once_with_both(right):
    (said,) = statements(right, stop(7, 5), stop(12, 3))
    assert said.heading.startswith("A pair was used as an int.")
    assert said.lines == (
        "Line 7: rows = 7",
        "5 of 9 failing cases stop here.",
        "Line 12: rows = 12",
        "3 of 9 failing cases stop here.",
    )


def test_sentences_that_differ_stay_apart(right):
    first, second = statements(right, stop(7, 5), stop(7, 4, "float_as_size"))
    assert first.heading != second.heading


@pytest.mark.parametrize(
    ("cases", "count"),
    [(9, "This happens in every failing case."), (4, "This happens in 4 of 9 failing cases.")],
)
def test_a_function_that_returns_nothing_stops_nowhere(right, cases, count):
    (said,) = statements(right, Finding("library", "corr2d", NOTHING_RETURNED, {}, cases, 9))
    assert "None" in said.heading
    assert said.lines == (count,)


@pytest.mark.parametrize(
    ("codes", "heading", "rest"),
    [
        (("FLIP",), "One of your mistakes (in 6 of 9 failing cases): FLIP", "another cause"),
        (("FLIP", "INT-OUT"), "Mistakes of yours (in 6 of 9 failing cases): FLIP", "with a pair"),
    ],
)
def test_what_is_proved_in_part_is_said_of_one_mistake_or_of_several(right, codes, heading, rest):
    report, texts = right
    found = Diagnosis(codes, ("corr2d",), 12, "partial", 6, 9)
    (said,) = diagnosis_statements(report._replace(diagnoses=(found,)), texts)
    assert said.heading.startswith(heading)
    assert rest in said.lines[-1]
    assert "3" in said.lines[-1]
    assert len(said.lines) == len(codes) + 1


@pytest.mark.parametrize(
    ("matched", "line"),
    [
        (9, None),
        (8, "The other failing case is not compared: three or more of these mistakes meet in it, "
            "or your code breaks down."),
        (5, "The other 4 failing cases are not compared: three or more of these mistakes meet in "
            "them, or your code breaks down."),
    ],
)  # fmt: skip
def test_cases_where_three_mistakes_meet_are_counted(right, matched, line):
    report, texts = right
    codes = ("FLIP", "INT-OUT", "TRANSPOSE-K")
    found = Diagnosis(codes, ("corr2d",), 3 + matched, "exact", matched, 9)
    (said,) = diagnosis_statements(report._replace(diagnoses=(found,)), texts)
    assert said.heading == f"FLIP, INT-OUT and TRANSPOSE-K (proved on {3 + matched} cases)"
    assert said.lines[3:] == ((line,) if line else ())
