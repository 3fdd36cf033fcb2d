"""Test that reports of the first scale stay readable, keep their points and are marked."""

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.gradebook.grades import Attempt, StudentGrades, grade_of, mixed_scales
from learncnn.grader.gradebook.rubric import Rubric, parse_rubric
from learncnn.grader.grading.report_reading import report_of

OLD = {"corr2d": {"public": (2, 2), "values": (4, 8), "edges": (6, 6), "errors": (0, 2)}}
NEW = {"corr2d": {"public": (2, 2), "values": (8, 8), "edges": (6, 6), "errors": (0, 2),
                  "contract": (1, 2)}}  # fmt: skip


def graded(tallies, rubric=Rubric()):  # noqa: B008
    info = load_catalog().exercises["ex01"]
    attempt = Attempt("s", "ex01.py", None, False, "r", "failed", tallies)
    return grade_of(rubric, info, "ada", [attempt])


def student(id, tallies):
    return StudentGrades(id, id, "", "", True, {}, {"ex01": graded(tallies)})


def test_an_old_tally_keeps_its_points():
    assert graded(OLD).points == pytest.approx(10 * (1 + 0.5 + 1 + 0) / 4)


def test_a_new_tally_is_paid_by_values_less_promises():
    assert graded(NEW).points == pytest.approx(10 * (1 - 0.05 - 0.05))
    free = parse_rubric("[groups]\nerrors = 0\ncontract = 0\n")
    assert graded(NEW, free).points == 10


def test_both_scales_in_one_exercise_are_told():
    assert mixed_scales([student("a", OLD), student("b", NEW)]) == ("ex01",)
    assert mixed_scales([student("a", NEW), student("b", NEW)]) == ()
    assert mixed_scales([student("a", OLD), student("b", OLD)]) == ()


def test_a_report_of_the_first_format_reads_with_its_points():
    verdict = {
        "case": "corr2d/0", "function": "corr2d", "title": "", "group": "public", "public": True,
        "status": "dtype", "expected": "float64", "got": "float32", "index": None, "item": [],
        "wrong": 0, "total": 0, "names": [], "error": None,
    }  # fmt: skip
    document = {
        "format": 1, "exercise": "ex01", "filename": "x.py", "source_hash": "0", "state": "failed",
        "score": 2.5, "max_score": 10, "points": {"corr2d": 2.5}, "possible": {"corr2d": 10},
        "verdicts": [verdict, {**verdict, "case": "corr2d/9", "group": "errors", "public": False}],
        "diagnoses": [{"codes": ["FLIP"], "functions": ["corr2d"], "cases": 18}],
        "load_error": None, "failure": None, "forbidden": [], "stdout": "",
        "stdout_truncated": False, "notes": {},
        "provenance": {
            "learncnn": "0.1.0", "exercise_version": "v", "key_digest": "k", "seed": "practice",
            "framework": "numpy", "device": "cpu", "versions": {}, "layers": [],
            "missing_layers": [],
        },
    }  # fmt: skip
    report = report_of(document)
    assert (report.scale, report.score, report.state) == (1, 2.5, "failed")
    assert [verdict.axis for verdict in report.verdicts] == ["values", "errors"]
    assert report.diagnoses[0].kind == "exact"
    assert report._replace(scale=1) == report
