"""Test Moodle's gradebook import and offline worksheet."""

import csv
import io
from dataclasses import replace

import pytest

from learncnn.grader.errors import UsageError
from learncnn.grader.gradebook.rubric import parse_rubric
from learncnn.grader.lms_formats.moodle import fill_moodle, moodle_csv

#: As mod/assign writes it.
WORKSHEET = """\
\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 42","Bob Roe",bob@x.edu,"Submitted for grading",,10.00,Yes,"Friday, 2 October 2026",-,
"Participant 41","Ann Doe",ann@x.edu,"Submitted for grading",3.00,10.00,Yes,"Friday",-,old
"Participant 77","Sam Stranger",sam@x.edu,"No submission",,10.00,Yes,-,-,
"""


def rows(written):
    return list(csv.reader(io.StringIO(written.text.lstrip("\ufeff"))))


def test_an_import_has_a_user_and_grade_with_feedback_for_each_item(found):
    table = rows(moodle_csv(found))
    assert table[0] == [
        "username", "email",
        "ex01 Cross-correlation", "ex01 Cross-correlation feedback",
        "ex02 Convolution and a layer's bias", "ex02 Convolution and a layer's bias feedback",
    ]  # fmt: skip
    assert table[1][:4] == ["ann", "ann@x.edu", "10", "passed"]
    assert table[2][2] == "4.5"
    assert table[2][3].startswith("failed · FLIP: ")
    assert table[2][3].endswith("late by 1 d: 0.5 points lost")
    assert [row[2] for row in table[3:6]] == ["-", "-", "-"]
    assert table[4][3] == "excused"


def test_who_is_not_on_the_roster_would_abort_an_import_and_is_left_out(found):
    students = [replace(s, listed=s.id != "S2") for s in found.students]
    written = moodle_csv(replace(found, students=students))
    notes = dict(written.notes)
    assert notes["moodle_unlisted"]["count"] == 1
    assert str(notes["moodle_unlisted"]["names"]) == "S2"
    assert "bob" not in written.text
    nobody = [replace(s, listed=False) for s in found.students]
    assert "bob" in moodle_csv(replace(found, students=nobody)).text
    large = replace(found, rubric=parse_rubric("[points]\nex01 = 101\n"))
    most = dict(moodle_csv(large).notes)["moodle_most"]
    assert (str(most["names"]), most["most"]) == ("ex01", 100)


def test_the_worksheet_is_filled_by_participant(only_ex01, tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(WORKSHEET, encoding="utf-8")
    table = rows(fill_moodle(only_ex01, path))
    assert table[0][0] == "Identifier"
    assert [(row[0], row[4]) for row in table[1:]] == [
        ("Participant 42", "4.5"),
        ("Participant 41", "10"),
        ("Participant 77", ""),
    ]
    assert table[2][9] == "passed"
    assert [row[:4] + row[5:9] for row in table] == [
        row[:4] + row[5:9] for row in csv.reader(io.StringIO(WORKSHEET.lstrip("\ufeff")))
    ]


def test_a_row_without_submission_keeps_what_others_entered(only_ex01, tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Feedback comments\n"
        'Participant 45,"Noe, Eve",eve@x.edu,No submission,7.00,10.00,seen in person\n'
        'Participant 43,"Poe, Cy",cy@x.edu,Submitted,2.00,10.00,by hand\n'
        'Participant 44,"Moe, Di",di@x.edu,No submission,5.00,10.00,ill\n'
    )
    table = rows(fill_moodle(only_ex01, path))
    assert [(row[4], row[6]) for row in table[1:]] == [
        ("7.00", "seen in person"), ("2.00", "by hand"), ("5.00", "ill"),
    ]  # fmt: skip


def test_decimal_commas_are_kept(only_ex01, tmp_path):
    path = tmp_path / "sheet.csv"
    for delimiter, quote in ((";", ""), (",", '"')):
        sheet = [
            ["Identifier", "Full name", "Grade", "Maximum Grade"],
            ["Participant 42", "Bob Roe", "", f"{quote}10,00{quote}"],
        ]
        path.write_text("\n".join(delimiter.join(row) for row in sheet))
        written = fill_moodle(only_ex01, path).text.splitlines()[1]
        assert written == delimiter.join(
            ["Participant 42", "Bob Roe", f"{quote}4,5{quote}", f"{quote}10,00{quote}"]
        )


def test_a_chinese_worksheet_is_filled_too(only_ex01, tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("标识符,全名,成绩,最高分,反馈评论\n参与者41,Ann Doe,,10.00,\n")
    assert rows(fill_moodle(only_ex01, path))[1] == ["参与者41", "Ann Doe", "10", "10.00", "passed"]


def test_what_would_be_refused_or_wrong_is_said_before(only_ex01, found, tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(WORKSHEET.replace("10.00", "100.00"))
    with pytest.raises(UsageError, match=r"maximum grade of 100.*ex01 = 100 under \[points\]"):
        fill_moodle(only_ex01, path)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="not an offline grading worksheet"):
        fill_moodle(only_ex01, path)
    with pytest.raises(UsageError, match="--exercises"):
        fill_moodle(found, path)
