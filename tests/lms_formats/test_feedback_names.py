"""Test the names under which Moodle and Canvas accept feedback files."""

import pytest

from learncnn.grader.lms_formats.feedback_names import canvas_prefix, moodle_prefix
from learncnn.grader.submissions.owners import _CANVAS, _MOODLE


@pytest.mark.parametrize(
    ("origin", "prefix"),
    [
        ("a.zip/Jane Doe_41_assignsubmission_file/ex01.py", "Jane Doe_41_assignsubmission_file"),
        ("a.zip/Jane Doe_41_assignsubmission_file_/ex01.py", "Jane Doe_41_assignsubmission_file"),
        ("a.zip/王伟_41_assignsubmission_file_ex01.py", "王伟_41_assignsubmission_file"),
        (
            "Participant_7_assignsubmission_file_/b.zip/ex01.py",
            "Participant_7_assignsubmission_file",
        ),
        ("a.zip/Jane Doe_assignsubmission_file/ex01.py", ""),
        ("a.zip/doejane_123_4567_ex01.py", ""),
    ],
)
def test_moodle_knows_a_student_by_the_number_after_the_name(origin, prefix):
    assert moodle_prefix(origin) == prefix
    if prefix:  # and what is uploaded would be read back as the same student's
        found = _MOODLE.fullmatch(f"{prefix}_ex01.html")
        assert found["id"] == prefix.split("_")[1]


@pytest.mark.parametrize(
    ("origin", "prefix"),
    [
        ("a.zip/doejane_123_4567_ex01.py", "doejane_123_4567"),
        ("a.zip/doejane_LATE_123_4567_ex01.py", "doejane_LATE_123_4567"),
        ("doejane_123_4567_bundle.zip/ex01.py", "doejane_123_4567"),
        ("a.zip/anon_x9Yz_4567_ex01.py", "anon_x9Yz_4567"),
        ("a.zip/LATE_anon_x9Yz_4567_ex01.py", "LATE_anon_x9Yz_4567"),
        ("a.zip/jane/ex01.py", ""),
        ("a.zip/Jane Doe_41_assignsubmission_file/ex01_2_3.py", ""),
    ],
)
def test_canvas_knows_a_student_and_the_upload_by_two_numbers(origin, prefix):
    assert canvas_prefix(origin) == prefix
    if prefix:
        assert _CANVAS.fullmatch(f"{prefix}_ex01.html")["upload"] == prefix.rsplit("_", 1)[1]
