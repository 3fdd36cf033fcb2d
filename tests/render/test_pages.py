"""What a page shows of a report, for every misconception of every exercise."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.gradebook.records import document_of, record_of
from learncnn.grader.grading.grading import judge_run
from learncnn.grader.grading.planning import plan
from learncnn.grader.grading.points import tallies_of
from learncnn.grader.grading.report_reading import report_of
from learncnn.grader.render.pages.case_pictures import difference_text, differing
from learncnn.grader.render.pages.grid import Cell, Frame, grid
from learncnn.grader.render.pages.report_view import Paid, report_view
from learncnn.grader.runner.job import REPEAT, Isolation, Run
from learncnn.grader.sandbox.protocol.outcome import Outcome
from learncnn.grader.submissions.submission import parse_submission


def report(info, key, **changed):
    """The report on a submission that is right but for these outcomes."""
    submission = parse_submission(b"x = 1", f"{info.folder}.py")
    planned = plan(submission, info, key)
    outcomes = {case.id: case.expected for case in key.cases} | changed
    outcomes[REPEAT] = outcomes[planned.repeated]
    return judge_run(submission, info, key, planned, Run(outcomes, Isolation((), ())))


def stored(found):
    """The report as a gradebook gives it back."""
    return report_of(document_of(record_of(found).document))


@pytest.mark.parametrize("id", list(load_catalog().exercises))
def test_a_page_from_the_gradebook_shows_what_the_page_of_a_check_shows(id):
    info = load_catalog().exercises[id]
    key = practice_key(info, info.libraries[0])
    singles = [mutant for mutant in key.mutants if len(mutant.codes) == 1]
    assert singles
    for mutant in singles:
        found = report(info, key, **mutant.outcomes)
        view = report_view(found, info)
        assert view == report_view(stored(found), info), mutant.codes
        assert view.case is not None
        assert view.case.problem
        assert view.case.answers is not None


@pytest.fixture(scope="module")
def ex01():
    info = load_catalog().exercises["ex01"]
    return info, practice_key(info, "numpy")


def test_hostile_results_come_back_without_harm(ex01):
    info, key = ex01
    case = next(case for case in key.cases if case.public)
    for value in (
        {1: np.ones(2), "1": "abc", "x": float("nan")},
        {"0": (1, 2), 0: [np.float32("inf"), 1j]},
        (np.zeros((0, 5)), [[], {}], "nan", None),
        np.array([["<b>"]]),
    ):
        found = report(info, key, **{case.id: Outcome("value", value)})
        assert stored(found).failure is not None
        report_view(stored(found), info)


def test_a_report_without_what_drawing_needs_has_no_picture(ex01):
    info, key = ex01
    document = report(info, key, **{key.cases[0].id: Outcome("value", np.zeros(1))}).to_json()
    del document["failure"]["types"]
    assert report_view(report_of(document), info).case is None


def test_nothing_tells_the_seed_of_private_cases(ex01):
    info, key = ex01
    secret = replace(key, identity=key.identity._replace(seed="private-0123456789abcdef"))
    assert "private" not in repr(report_view(report(info, secret), info))


def test_what_is_printed_in_private_cases_may_be_their_inputs(ex01):
    info, key = ex01
    secret = replace(key, identity=key.identity._replace(seed="private-0123456789abcdef"))
    practice, private = (report(info, k)._replace(stdout="X = [[1]]") for k in (key, secret))
    assert report_view(practice, info).printed == ["X = [[1]]"]
    assert "X = [[1]]" not in repr(report_view(private, info))
    assert report_view(private, info).printed_more


def test_points_of_a_rubric_take_the_place_of_the_reports(ex01):
    info, key = ex01
    found = report(info, key)
    paid = Paid(tallies_of(found), {"corr2d": 3.3333}, {"corr2d": 4})
    view = report_view(found, info, paid)
    assert (view.points, view.possible, view.table.rows[0].points) == ("3.33", "4", "3.33")


def test_as_many_cells_are_marked_as_the_judge_counted():
    expected = np.array([[100.0, 1e-9], [0.0, np.nan]])
    got = np.array([[100.0 + 1e-13, 2.0], [1e-14, np.nan]])
    assert differing(expected, got, 1).tolist() == [[False, True], [False, False]]
    got[0, 0] = np.inf
    assert differing(expected, got, 2).tolist() == [[True, True], [False, False]]


@pytest.mark.parametrize(
    ("got", "expected", "text"),
    [
        (np.uint8(3), np.uint8(5), "-2"),
        (np.float32(0.3), np.float32(0.1), "+0.2"),
        (True, False, "≠"),
        (np.float64("nan"), 1.0, "≠"),
    ],
)
def test_a_difference_is_a_signed_number_where_there_is_one(got, expected, text):
    assert difference_text(got, expected) == text


def test_texts_in_a_grid_are_escaped_and_frames_lie_over_their_cells():
    cells = [[Cell("<b>&"), Cell("1", outside=True)], [Cell("2"), Cell("3", under=True)]]
    root = ET.fromstring(grid(cells, "<i>", [Frame(1, 1, 1, 1)]))
    assert root.find("title").text == "<i>"
    assert [text.text for text in root.iter("text")] == ["<b>&", "1", "2", "3"]
    rects = {rect.get("class"): rect for rect in root.iter("rect")}
    frame, under = rects["window"], rects["cell under"]
    assert [frame.get(name) for name in "xy"] == [under.get(name) for name in "xy"]
