"""What Gradescope says about a submission: times, names, and due dates of single students."""

import json
from datetime import datetime, timezone

import pytest

from learncnn.grader.gradebook.rubric import parse_rubric
from learncnn.grader.release.service_metadata import ServiceMetadata, read_metadata_file

RUBRIC = parse_rubric(
    "[due]\nex01 = 2026-10-02T23:59:00Z\n"
    "[extensions.'Ann@X.edu']\nall = 2\n[extensions.s7]\nex01 = 9\n"
)


@pytest.fixture
def said(tmp_path):
    def said(document):
        path = tmp_path / "metadata.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return read_metadata_file(path)

    return said


def user(due=None, **names):
    return {**names, "assignment": {"due_date": due}} if due else names


def days(metadata, exercise="ex01", rubric=RUBRIC):
    extension = metadata.extension(exercise, rubric)
    due = rubric.due.get("ex01")
    return None if extension is None else (extension.due(due) - due).days


ALL = {"assignment": {"due_date": "2026-10-02T16:59:00-07:00"}}


@pytest.mark.parametrize(
    ("users", "wanted"),
    [
        ([user(email="z@x.edu")], None),
        ([user("2026-10-02T16:59:00-07:00", email="z@x.edu")], None),
        ([user("2026-10-05T16:59:00-07:00", email="z@x.edu")], 3),
        ([user(email="ann@x.edu")], 2),
        ([user("2026-10-05T16:59:00-07:00", email="ann@x.edu")], 3),
        ([user("2026-10-05T16:59:00-07:00", email="z@x.edu"), user(sid="s7")], 9),
        ([user("2026-10-01T16:59:00-07:00", email="z@x.edu")], -1),
    ],
)
def test_the_later_extension_counts(said, users, wanted):
    assert days(said({**ALL, "users": users})) == wanted


def test_without_a_due_time_in_the_rubric_lateness_is_the_services(said):
    metadata = said({**ALL, "users": [user("2026-10-05T16:59:00-07:00", sid="s7")]})
    assert metadata.extension("ex01", parse_rubric("")) is None


@pytest.mark.parametrize(
    "document",
    ["", "[]", "{", {"users": 3, "assignment": []}, {"users": [1], "created_at": "soon"}],
)
def test_what_is_something_else_says_nothing(said, document):
    assert said(document) == ServiceMetadata()


def test_the_time_is_the_services(said):
    at = said({"created_at": "2026-10-03T12:30:00.5-07:00"}).submitted_at
    assert at == datetime(2026, 10, 3, 19, 30, 0, 500_000, tzinfo=timezone.utc)
