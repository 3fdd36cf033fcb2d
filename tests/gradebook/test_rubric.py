"""Test the reading of rubric.toml and its error messages."""

from datetime import datetime, timezone

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.errors import UsageError
from learncnn.grader.gradebook.due_times import Late
from learncnn.grader.gradebook.rubric import parse_rubric, read_rubric

EX02 = load_catalog().exercises["ex02"]
ALL = {"public": (2, 2), "values": (4, 4), "errors": (1, 1)}
HALF = {"public": (2, 2), "values": (2, 4), "errors": (0, 1)}


def test_the_default_gives_what_a_report_gives():
    points = parse_rubric("").points(EX02, {"flip": ALL, "convolve2d": HALF})
    assert points == {"flip": 3.0, "convolve2d": 2.0, "conv_layer": 0.0}


def test_an_exercise_is_scaled():
    rubric = parse_rubric("[points]\nex02 = 20\n")
    assert rubric.possible(EX02) == 20
    assert rubric.points(EX02, {"flip": ALL}) == {"flip": 6.0, "convolve2d": 0.0, "conv_layer": 0.0}


def test_functions_and_groups_have_weights():
    rubric = parse_rubric("[points.ex02]\nflip = 1\n[groups]\nerrors = 0\nvalues = 3\n")
    assert rubric.possible(EX02) == 8
    points = rubric.points(EX02, {"flip": HALF, "conv_layer": {"errors": (0, 1)}})
    assert points == {"flip": 0.625, "convolve2d": 0.0, "conv_layer": 0.0}


def test_days_late_begin_after_the_grace():
    due = datetime(2026, 10, 2, tzinfo=timezone.utc)
    late = Late(grace_minutes=10, per_day=0.1, most=0.25, refuse_after_days=5)
    minutes = [-60, 0, 10, 11, 1440, 1441, 10 * 1440]
    at = [due.timestamp() + 60 * m for m in minutes]
    days = [late.days(due, datetime.fromtimestamp(t, timezone.utc)) for t in at]
    assert days == [0, 0, 0, 1, 1, 2, 10]
    assert [late.share_lost(d) for d in (0, 1, 2, 3, 5, 6)] == [0, 0.1, 0.2, 0.25, 0.25, 1.0]


def test_due_times_and_days():
    rubric = parse_rubric("[due]\nall = 2026-12-20\nex01 = 2026-10-02T23:59:00+08:00\n")
    assert rubric.due["ex01"] == datetime(2026, 10, 2, 15, 59, tzinfo=timezone.utc)
    assert set(rubric.due) == set(load_catalog().exercises)
    assert rubric.due["ex02"].astimezone().hour == 23


def test_everything_wrong_is_said_at_once_with_a_way_out():
    text = """
poinst = 3
[points]
ex77 = 1
ex01 = -2
ex03.output_sise = 1
[groups]
values = "much"
[attempts]
count = "worst"
limit = 0
[due]
ex01 = "tomorrow"
[late]
per_day = 1.5
[drop]
lowest = 0.5
units.Z = 1
[quiz]
weight = true
"""
    with pytest.raises(UsageError) as caught:
        parse_rubric(text, "mine.toml")
    lines = str(caught.value).splitlines()
    assert lines[0] == "The rubric mine.toml cannot be used:"
    assert len(lines) == 13
    for part in (
        "poinst is not known (did you mean points?)",
        "points.ex77 is not known",
        "points.ex03.output_sise is not known (did you mean output_size?)",
        "points.ex01 must be a number of at least 0",
        "late.per_day must be a number of at least 0 and at most 1",
        "attempts.count must be one of: best, last, first",
        "due.ex01 must be a time",
    ):
        assert any(part in line for line in lines), part


def test_times_that_no_calendar_has_in_every_zone_are_refused():
    with pytest.raises(UsageError, match=r"due\.ex01 must be a time"):
        parse_rubric("[due]\nex01 = 0001-01-01T00:00:00+14:00\n")


def test_files_that_are_no_toml_or_not_there(tmp_path):
    path = tmp_path / "rubric.toml"
    for text, said in (
        ("[points\n", "cannot be read"),
        (f"a = {'[' * 5000}\n", "cannot be read: nested too deeply"),
        ("# \u4f5c\u4e1a\n".encode("gbk"), "not in UTF-8"),
        ("# x\n".encode("utf-16"), "not in UTF-8"),
    ):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(UsageError, match=said):
            read_rubric(path)
    path.write_text("\ufeff[points]\r\nex01 = 3\r\n")
    assert read_rubric(path).exercises == {"ex01": 3}
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_rubric(tmp_path / "none.toml")
