"""Rosters as Canvas, Moodle, Gradescope and people write them."""

import pytest

from learncnn.grader.errors import Ambiguous, UsageError
from learncnn.grader.submissions.roster_file import read_roster


@pytest.fixture
def roster(tmp_path):
    def roster(content, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(content.encode(encoding))
        return read_roster(path)

    return roster


def ids(found):
    return [student.id for student in found.students]


def test_a_canvas_export_is_a_roster(roster):
    found = roster(
        "Student,ID,SIS User ID,SIS Login ID,Section,HW (55)\n"
        "    Points Possible,,,,,10\n"
        '"Doe, Jane",123,S100,jdoe,Sec 1,\n'
        '"Roe, Richard",124,S101,rroe,Sec 1,\n'
        '"Student, Test",999,,,Sec 1,\n'
    )
    assert ids(found) == ["S100", "S101"]
    assert found.match("123", "doejane", {"canvas": "123"}).id == "S100"
    assert found.match("x", "roerichard", {}).id == "S101"


def test_a_moodle_sheet_is_a_roster(roster):
    found = roster("Identifier,Full name,Email address,Status\nParticipant 41,Jane Doe,j@x.edu,\n")
    assert ids(found) == ["j@x.edu"]
    assert found.match("41", "Jane Doe", {"participant": "41"}).name == "Jane Doe"


def test_a_gradescope_roster_is_a_roster(roster):
    found = roster("First Name,Last Name,SID,Email\nJane,Doe,0100,j@x.edu\n")
    assert found.match("x", "", {"id": "0100", "email": "other@x.edu"}).name == "Jane Doe"


def test_a_github_classroom_roster_is_a_roster(roster):
    found = roster(
        '"identifier","github_username","github_id","name"\n'
        '"s1","octo-jane","583231","Jane Doe"\n"t1","","",""\n'
    )
    assert ids(found) == ["s1", "t1"]
    assert found.match("homework-octo-jane", "", {}).id == "s1"


def test_a_chinese_excel_file_is_a_roster(roster):
    found = roster("学号,姓名\r\n2023001,李雷\r\n2023002,韩梅梅\r\n", "gb18030")
    assert found.match("2023002 韩梅梅", "", {}).id == "2023002"
    assert found.match("李雷", "", {}).id == "2023001"
    assert ids(roster("学号\t姓名\n1\t李雷\n", "utf-16")) == ["1"]


def test_semicolons_quotes_and_byte_order_marks_are_read(roster):
    assert ids(roster('\ufeffid;name\n1;"Doe; Jane"\n\n2;Roe\n')) == ["1", "2"]


def test_excel_may_name_the_delimiter(roster):
    assert ids(roster("sep=;\r\nid;name\r\n1;Doe, Jane\r\n")) == ["1"]


def test_western_letters_are_not_taken_for_chinese(roster):
    text = "id;name\n1;Müller\n2;José Groß\n"
    assert [s.name for s in roster(text, "cp1252").students] == ["Müller", "José Groß"]
    text = "学号,姓名\n1,朱镕基\n2,Łukasz\n3,محمد علي\n4,José\n"
    names = [s.name for s in roster(text, "gb18030").students]
    assert names == ["朱镕基", "Łukasz", "محمد علي", "José"]


def test_one_blank_id_does_not_give_the_class_other_ids(roster):
    assert ids(roster("id,email,name\n1,a@x,A\n,b@x,B\n")) == ["1", "b@x"]
    assert ids(roster("Name\nAnn\nBob\n")) == ["Ann", "Bob"]


def test_what_cannot_be_seen_is_no_part_of_an_id_or_name(roster):
    (student,) = roster("id,name\n\u200b7\x1b,An\x07n\u202e\n").students
    assert (student.id, student.name) == ("7", "An n")


def test_a_number_of_the_lms_is_not_taken_for_anothers_id(roster):
    found = roster("id,name\n41,Bob Roe\n42,Jane Doe\n")
    with pytest.raises(Ambiguous, match="41, 42"):
        found.match("41", "Jane Doe", {"participant": "41"})
    assert found.match("42", "Jane Doe", {"participant": "42"}).id == "42"
    assert found.match("42", "J. Doe", {"participant": "42"}).id == "42"


def test_an_lms_number_is_not_taken_for_an_id_where_the_roster_has_both(roster):
    found = roster(
        'Student,ID,SIS User ID,SIS Login ID,Section\n"Roe, Bob",105,999,bob,A\n'
        '"Doe, Jane",106,S2,jane,A\n'
    )
    assert found.match("999", "poecy", {"canvas": "999"}) is None
    assert found.match("999", "doejane", {"canvas": "999"}) is None  # another of that name
    assert found.match("105", "", {}).name == "Roe, Bob"  # a folder
    assert found.match("999", "", {}).name == "Roe, Bob"


def test_a_word_of_the_label_is_enough_if_it_is_an_id(roster):
    found = roster("id,login,name\n1001,jane-doe,Jane\n1002,doe,John\n")
    assert found.match("homework-jane-doe", "", {}).id == "1001"
    assert found.match("1002_final", "", {}).id == "1002"
    assert found.match("nobody", "", {}) is None


def test_an_id_that_fits_two_is_ambiguous(roster):
    found = roster("id,login\n1,7\n7,x\n")
    with pytest.raises(Ambiguous):
        found.match("7", "", {})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "lists no student"),
        ("id,name\n", "lists no student"),
        ("colour,size\n1,2\n", "needs a first row.*colour, size"),
        ("id,name\n1,A\n2,B\n1,C\n", "lists 1 twice: lines 2, 4"),
        ("id,name\n1,A\n,B\n", "nothing under id in line 3"),
        ("id,name\n2.023E+11,A\n", "2.023E.11 in line 2: a spreadsheet has rounded"),
        ('id,name\n1,"A\n2,B\n', "line 3: .* quotation mark"),
        ("id,name\n1,A\0\n", "is not text"),
        ("PK\x03\x04 and so on", "is a workbook.*save as CSV"),
    ],
)
def test_a_roster_that_cannot_be_used_says_why(roster, content, message):
    with pytest.raises(UsageError, match=message):
        roster(content)


def test_a_roster_that_is_not_there_or_a_folder(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UsageError, match="cannot be read"):
            read_roster(path)
