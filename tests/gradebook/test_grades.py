"""Test how attempts, lateness and decisions determine grades."""

from datetime import datetime, timedelta, timezone

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.errors import Message
from learncnn.grader.gradebook.drops import dropped_of
from learncnn.grader.gradebook.grades import (
    Attempt,
    Grade,
    Override,
    StudentGrades,
    grade_of,
)
from learncnn.grader.gradebook.rubric import parse_rubric
from learncnn.grader.instructor.class_rows import Person, student_row

CATALOG = load_catalog()
EX01 = CATALOG.exercises["ex01"]
DUE = datetime(2026, 10, 2, tzinfo=timezone.utc)
RUBRIC = "[due]\nex01 = 2026-10-02T00:00:00Z\n[late]\nper_day = 0.1\nmost = 0.5\n"


def attempt(passed, *, of=4, days=None, **values):
    at = None if days is None else DUE + timedelta(days=days)
    tallies = {"corr2d": {"values": (passed, of)}}
    return Attempt(f"s{passed}", "ex01.py", at, False, "report", "failed", tallies, **values)


def grade(rubric, *attempts, override=None):
    return grade_of(parse_rubric(rubric), EX01, "ann", attempts, override)


UNGRADED = Attempt("u", "ex01.py", None, False)
UNREADABLE = Attempt("b", "ex01.py", None, False, problem=Message("not UTF-8"))


def test_best_last_first_and_a_limit_choose_the_attempt():
    tries = attempt(2), attempt(4), attempt(1)
    chosen = {}
    for count in ("best", "last", "first"):
        found = grade(f'[attempts]\ncount = "{count}"\n', *tries)
        chosen[count] = (found.points, found.number, found.attempts)
    assert chosen == {"best": (10, 2, 3), "last": (2.5, 3, 3), "first": (5, 1, 3)}
    assert grade("[attempts]\nlimit = 1\n", *tries).points == 5


def test_lateness_costs_points_and_the_best_is_chosen_after_it():
    found = grade(RUBRIC, attempt(3, days=-1), attempt(4, days=1.5), attempt(4, days=9))
    assert (found.points, found.won, found.days_late, found.penalty) == (8.0, 10, 2, 2.0)
    assert found.number == 2


def test_a_mark_without_a_time_is_one_day():
    marked = Attempt("m", "a", None, True, "r", "passed", {"corr2d": {"values": (4, 4)}})
    assert grade(RUBRIC, marked).points == 9
    assert grade("", marked).days_late == 1


def test_no_result_is_never_a_number():
    assert (grade("").status, grade("").points) == ("missing", None)
    assert (grade("", UNGRADED).status, grade("", UNGRADED).points) == ("ungraded", None)
    assert (grade("", UNREADABLE).status, grade("", UNREADABLE).points) == ("unreadable", None)
    open_end = grade('[attempts]\ncount = "last"\n', attempt(4), UNGRADED)
    assert (open_end.status, open_end.points) == ("ungraded", None)


def test_an_override_stands_in_place_of_everything():
    decided = Override(7.5, False, "appeal", "prof", "2026-10-03")
    found = grade("", attempt(1), override=decided)
    assert (found.points, found.status, found.override, found.won) == (7.5, "graded", decided, 2.5)
    assert grade("", override=decided).points == 7.5
    excused = Override(None, True, "ill", "prof", "2026-10-03")
    assert grade("", attempt(1), override=excused).status == "excused"


def grades(**points):
    return {
        id: Grade("ann", id, "graded" if p is not None else "missing", p, 10)
        for id, p in points.items()
    }


def test_the_weakest_are_dropped_and_never_the_last_one():
    table = grades(ex01=5, ex02=None, ex03=9, ex04=8)
    drop = {
        text: sorted(dropped_of(parse_rubric(text), CATALOG, table))
        for text in ("", "[drop]\nlowest = 2\n", "[drop.units]\nA = 1\n", "[drop]\nlowest = 9\n")
    }
    assert list(drop.values()) == [[], ["ex01", "ex02"], ["ex02"], ["ex01", "ex02", "ex04"]]


def test_totals_leave_out_what_is_dropped_or_excused():
    table = grades(ex01=5, ex02=None, ex03=9)
    excused = Grade("ann", "ex04", "excused", None, 10)
    student = StudentGrades(
        "ann", "", "", "", True, {}, {**table, "ex04": excused}, frozenset(), 0.5
    )
    assert (student.points, student.possible) == (14, 30)
    assert student.share(0.0) == 14 / 30
    assert student.share(0.2) == 14 / 30 * 0.8 + 0.1


def test_a_course_grade_waits_for_what_is_not_graded_yet():
    table = grades(ex01=5, ex02=None)
    open_end = Grade("ann", "ex03", "ungraded", None, 10)
    nothing = grades(ex01=None, ex02=None)
    for found, share in ((table, 0.25), ({**table, "ex03": open_end}, None), (nothing, 0.0)):
        assert StudentGrades("ann", "", "", "", True, {}, found).share(0.0) == share


def test_a_class_page_tells_a_grade_of_nothing_from_no_grade():
    shown = []
    for table in (grades(ex01=None, ex02=None), {}):
        student = StudentGrades("ann", "", "", "", True, {}, table)
        shown.append(student_row(student, Person("ann", ""), (), 0.0).share)
    assert shown == ["0%", ""]
