"""Test the Canvas formats by the rules of its importer, and the filling of its export."""

import csv
import io

import pytest

from learncnn.grader.errors import UsageError
from learncnn.grader.lms_formats.canvas import canvas_csv, fill_canvas

#: As lib/gradebook_exporter.rb writes it: student columns, assignments, read-only totals.
EXPORT = """\
Student,ID,SIS User ID,SIS Login ID,Section,ex01 Cross-correlation (5501),Essay (5502),Final Score
    Points Possible,,,,,10,20,(read only)
"Roe, Bob",102,S2,bob,Sec 1,,15,75
"Doe, Ann",101,S1,ann,Sec 1,3,,60
"Stranger, Sam",999,S99,sam,Sec 1,4,12,50
"Student, Test",888,,,Sec 1,,,
"""


def rows(written):
    return list(csv.reader(io.StringIO(written.text)))


def importer_accepts(table):
    """What lib/gradebook_importer.rb demands of the first rows."""
    header = table[0]
    return (
        len(header) > 3
        and "Student" in header[0]
        and "ID" in header[1]
        and any("Section" in cell for cell in header[2:6])
        and "Points Possible" in table[1][0]
        and all(len(row) == len(header) for row in table)
    )


def test_a_new_file_is_what_the_importer_demands(found):
    table = rows(canvas_csv(found))
    assert importer_accepts(table)
    assert table[0] == [
        "Student", "ID", "SIS Login ID", "Section",
        "ex01 Cross-correlation", "ex02 Convolution and a layer's bias",
    ]  # fmt: skip
    assert table[1] == ["    Points Possible", "", "", "", "10", "10"]
    assert table[2] == ["Doe, Ann", "101", "ann", "Sec 1", "10", ""]
    assert [row[4] for row in table[3:7]] == ["4.5", "", "EX", ""]


def test_the_exported_file_comes_back_with_our_column_alone(found, tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(EXPORT)
    written = fill_canvas(found, path)
    table = rows(written)
    assert importer_accepts(table)
    assert table[0] == [
        "Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ex01 Cross-correlation (5501)",
    ]  # fmt: skip
    assert [(row[0], row[-1]) for row in table[1:]] == [
        ("    Points Possible", "10"),
        ("Roe, Bob", "4.5"),
        ("Doe, Ann", "10"),
        ("Stranger, Sam", "4"),
        ("Student, Test", ""),
    ]
    notes = dict(written.notes)
    assert str(notes["not_ours"]["names"]) == "Stranger, Sam; Student, Test"
    assert notes["not_theirs"]["count"] == 4


def test_what_others_entered_stays(found, tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(
        "Student,ID,SIS Login ID,Section,ex01 (5501)\n    Points Possible,,,,10\n"
        '"Noe, Eve",,,Sec 1,7\n"Noe, Eve",105,S5,Sec 1,7\n"Poe, Cy",103,S3,Sec 1,EX\n'
        '"Moe, Di",104,S4,Sec 1,3\n"Roe, Bob",102,bob,Sec 1,1\n"Stranger, Sam",999,s,Sec 1,EX\n'
    )
    cells = [row[-1] for row in rows(fill_canvas(found, path))[2:]]
    assert cells == ["7", "7", "EX", "EX", "4.5", "EX"]  # no submission; unreadable; excused


@pytest.mark.parametrize(
    ("possible", "filled"),
    [("10,00", "4,5"), ("10", "4,5"), ("10.00", "4.5")],
)
def test_a_semicolon_file_gets_the_decimals_that_it_has(only_ex01, tmp_path, possible, filled):
    path = tmp_path / "export.csv"
    path.write_text(
        f"Student;ID;SIS Login ID;Section;ex01 (7)\n    Points Possible;;;;{possible}\n"
        "Roe, Bob;102;bob;A;\n"
    )
    assert fill_canvas(only_ex01, path).text.splitlines()[2] == f"Roe, Bob;102;bob;A;{filled}"


def test_an_export_with_first_names_apart_is_filled_as_the_importer_wants_it(found, tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(
        "LastName,FirstName,ID,SIS Login ID,Section,ex01 (5501)\n"
        "    Points Possible,,,,,10\nDoe,Ann,101,ann,Sec 1,\n"
    )
    table = rows(fill_canvas(found, path))
    assert importer_accepts(table)
    assert table[0][:3] == ["Student", "ID", "SIS Login ID"]
    assert table[2] == ["Doe, Ann", "101", "ann", "Sec 1", "10"]


def test_points_that_would_mean_something_else_there_are_refused(found, tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(EXPORT.replace(",10,20,", ",100,20,"))
    with pytest.raises(UsageError, match=r"maximum grade of 100.*ex01 = 100 under \[points\]"):
        fill_canvas(found, path)


def test_semicolons_and_a_named_column(only_ex01, tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(EXPORT.replace(",", ";").replace("Roe; Bob", "Roe, Bob"))
    assert fill_canvas(only_ex01, path).text.splitlines()[0].count(";") == 5
    path.write_text(EXPORT.replace(",10,20,", ",10,10,"))
    table = rows(fill_canvas(only_ex01, path, "Essay"))
    assert table[0][-1] == "Essay (5502)"


def test_a_file_that_is_none_of_canvas(only_ex01, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b,c,d\n1,2,3,4\n")
    with pytest.raises(UsageError, match="not a gradebook export of Canvas"):
        fill_canvas(only_ex01, path)
    path.write_text(EXPORT.replace("ex01", "week 1").replace("Cross-correlation", "sliding"))
    with pytest.raises(UsageError, match=r"no column for ex01.*Essay"):
        fill_canvas(only_ex01, path)


def test_the_read_only_row_and_totals_do_not_confuse_a_roster(tmp_path):
    from learncnn.grader.submissions.roster_file import read_roster

    path = tmp_path / "export.csv"
    path.write_text(EXPORT)
    assert [student.id for student in read_roster(path).students] == ["S2", "S1", "S99"]
