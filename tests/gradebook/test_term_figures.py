"""A class over a term: weeks, sections, who needs help; difficulty and discrimination of items."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from statistics import correlation

import pytest

from learncnn.grader.gradebook.grades import Attempt, Grade, StudentGrades
from learncnn.grader.gradebook.item_statistics import ItemTally
from learncnn.grader.gradebook.term_figures import (
    has_times,
    needing_help,
    sections_of,
    weeks_of,
)

MONDAY = datetime(2026, 9, 14, 9, tzinfo=timezone.utc)


def grade(points, exercise="ex01", *, at=None, attempts=1, codes=(), state="failed", **more):
    """A grade out of 10; `None` is missing."""
    if points is None:
        return Grade("a", exercise, "missing", None, 10, **more)
    attempt = Attempt("s", "f.py", at, False, "r", state, codes=codes)
    return Grade("a", exercise, "graded", points, 10, attempt=attempt, attempts=attempts, **more)


def student(id, points, section="", **more):
    """A student with these points in ex01, ex02 …"""
    names = [f"ex{n:02}" for n in range(1, len(points) + 1)]
    grades = {name: grade(p, name, **more) for name, p in zip(names, points, strict=True)}
    own = {name: replace(g, student=id) for name, g in grades.items()}
    return StudentGrades(id, id, "", section, True, {}, own)


def reasons(*points, **more):
    return [reason for each in needing_help([student("a", points, **more)], 0)
            for reason, _ in each.reasons]  # fmt: skip


def test_discrimination_is_the_correlation_with_the_rest():
    scores = [1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1]
    rests = [0.9, 0.8, 0.3, 0.7, 0.6, 0.2, 0.95, 0.5, 0.4, 1, 0.1, 0.65]
    item = ItemTally()
    for score, rest in zip(scores, rests, strict=True):
        item.add(score, rest)
    assert item.difficulty == pytest.approx(7 / 12)
    assert item.discrimination == pytest.approx(correlation(scores, rests))


def test_few_or_equal_students_tell_nothing_of_an_item():
    few, alike = ItemTally(), ItemTally()
    for n in range(9):
        few.add(n % 2, n / 9)
    for n in range(50):
        alike.add(1.0, n / 50)
    alone = ItemTally()
    for n in range(50):
        alone.add(n % 2, None)
    assert [each.discrimination for each in (few, alike, alone)] == [None, None, None]


def test_weeks_begin_on_mondays_and_leave_none_out():
    first = student("a", [10], at=MONDAY + timedelta(days=6, hours=14))
    later = student("b", [4], at=MONDAY + timedelta(days=15))
    weeks = weeks_of([first, later])
    assert [(f"{w.monday:%m-%d}", w.students, w.share) for w in weeks] == [
        ("09-14", 1, 1.0),
        ("09-21", 0, None),
        ("09-28", 1, 0.4),
    ]
    assert has_times([first])
    assert not has_times([student("a", [10])])
    assert weeks_of([student("a", [None])]) == []


def test_sections_are_compared_where_there_are_two():
    people = [student(f"a{n}", [n], "A") for n in range(5)] + [student("b", [10, None], "B")]
    helped = needing_help(people, 0)
    first, second = sections_of(people, 0, helped)
    assert (first.name, first.students, first.mean) == ("A", 5, pytest.approx(0.2))
    assert list(first.quarters) == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert (second.handed_in, list(second.quarters)) == (0.5, [0.5] * 5)
    assert sections_of(people[:5], 0, helped) == []


def test_who_does_well_needs_no_help():
    assert reasons(10, 9, 8, 10, 9, 7, 10) == []
    assert reasons() == []


def test_every_reason_for_help_is_found():
    assert reasons(10, 10, 10, None, None, None, 10, 10) == ["missing"]
    assert "stopped" in reasons(10, 10, 10, 10, None, None, None)
    assert "low" in reasons(4, 5, 4)
    assert reasons(10, 10, 10, 10, 6, 6) == ["falling"]
    assert reasons(8, attempts=4) == ["stuck"]
    assert reasons(10, attempts=4, state="passed") == []
    assert "repeated" in reasons(8, 8, 8, codes=("FLIP",))
    assert reasons(8, 8, codes=("FLIP",)) == []


def test_what_is_not_due_yet_is_not_missing():
    assert reasons(10, 10, *[None] * 4, is_open=True) == []


def test_those_with_most_reasons_come_first():
    people = [
        student("ok", [10, 10, 10, 10]),
        student("low", [3, 4, 3, 4]),
        student("gone", [3, None, None, None]),
    ]
    assert [each.student for each in needing_help(people, 0)] == ["gone", "low"]
