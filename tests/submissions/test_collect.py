"""Folders, LMS downloads and a student's own archive all become (student, exercise, bytes)."""

from datetime import datetime, timezone

import pytest

from learncnn.grader.errors import ContainerError, UsageError
from learncnn.grader.submissions.collect import collect
from learncnn.grader.submissions.roster_file import read_roster

from .conftest import tar_bytes, zip_bytes


def found(*paths, **options):
    """{(student, exercise): [content, …]} and the problems' messages."""
    with collect(paths, **options) as collection:
        table = {}
        for item in collection.handed:
            table.setdefault((item.student.id, item.exercise.id), []).append(item.read())
        return table, [str(problem) for problem in collection.problems]


def test_folders_by_student_with_scripts_and_notebooks(submissions):
    root = submissions(
        {"ann/ex01_cross_correlation.py": "a", "ann/ex02.ipynb": "b", "bob/ex1.py": "c"}
    )
    assert found(root) == (
        {("ann", "ex01"): [b"a"], ("ann", "ex02"): [b"b"], ("bob", "ex01"): [b"c"]},
        [],
    )


def test_a_folder_of_one_student_is_that_students(submissions):
    root = submissions({"ex01.py": "a", "ex03/ex03.py": "b", "learncnn.toml": ""}, "ann")
    assert found(root)[0] == {("ann", "ex01"): [b"a"], ("ann", "ex03"): [b"b"]}


def test_wrapping_folders_are_looked_through(submissions):
    root = submissions({"week1/all/ann/ex01.py": "a", "week1/all/bob/ex01.py": "b"})
    assert set(found(root)[0]) == {("ann", "ex01"), ("bob", "ex01")}


def test_what_is_no_work_of_a_student_is_passed_over(submissions):
    files = dict.fromkeys(
        [".git/ex01.py", ".learncnn/ex01.py", "backups/ex01.1.py", "__MACOSX/._ex01.py"], "x"
    )
    root = submissions(
        {f"ann/{name}": content for name, content in files.items()} | {"ann/ex02.py": "y"}
    )
    assert found(root)[0] == {("ann", "ex02"): [b"y"]}


def test_a_git_style_tree_keeps_the_file_nearest_to_its_root(submissions):
    root = submissions(
        {"hw-ann/ex01.py": "a", "hw-ann/old/ex01.py": "old", "hw-bob/src/ex01.py": "b"}
    )
    assert found(root)[0] == {("hw-ann", "ex01"): [b"a"], ("hw-bob", "ex01"): [b"b"]}


def test_files_named_after_students(submissions):
    root = submissions({"ann_ex01.py": "a", "bob-ex02.ipynb": "b"})
    assert found(root)[0] == {("ann", "ex01"): [b"a"], ("bob", "ex02"): [b"b"]}


def test_one_named_exercise_takes_files_of_any_name(submissions):
    root = submissions({"ann/main.py": "a", "bob.py": "b"})
    assert found(root, exercises=["ex04"])[0] == {("ann", "ex04"): [b"a"], ("bob", "ex04"): [b"b"]}


def test_only_the_exercises_asked_for_are_taken(submissions):
    root = submissions({"ann/ex01.py": "a", "ann/ex02.py": "b", "ann/ex03.py": "c"})
    assert set(found(root, exercises=["ex01", "ex03"])[0]) == {("ann", "ex01"), ("ann", "ex03")}


def test_canvas_names_carry_user_lateness_and_upload(tmp_path):
    path = tmp_path / "submissions.zip"
    path.write_bytes(
        zip_bytes(
            {
                "doejane_123_9001_ex01_cross_correlation.py": "old",
                "doejane_123_9002_ex01_cross_correlation-1.py": "new",
                "roerichard_LATE_124_9003_ex01.ipynb": "r",
                "LATE_anon_x7Ab1_9004_ex01.py": "anonymous",
                "poe_125_text.html": "<p>typed</p>",
            }
        )
    )
    with collect([path]) as collection:
        rows = [(h.student.id, h.student.name, h.late, h.read()) for h in collection.handed]
        assert rows == [
            ("123", "doejane", False, b"old"),
            ("123", "doejane", False, b"new"),
            ("124", "roerichard", True, b"r"),
            ("anon_x7Ab1", "", True, b"anonymous"),
        ]
        assert "typed into the LMS" in str(collection.problems[0])


def test_moodle_names_with_folders_and_flat_and_blind(tmp_path):
    path = tmp_path / "Course-HW-77.zip"
    path.write_bytes(
        zip_bytes(
            {
                "Jane Doe_41_assignsubmission_file/ex01.py": "a",
                "李 雷_42_assignsubmission_file_/work/ex01.py": "b",
                "Participant_43_assignsubmission_file_ex01.py": "c",
                "Jane Doe_41_assignsubmission_onlinetext/onlinetext.html": "typed",
            }
        )
    )
    with collect([path]) as collection:
        rows = [(h.student.id, h.student.name, h.read()) for h in collection.handed]
    assert rows == [("41", "Jane Doe", b"a"), ("42", "李 雷", b"b"), ("43", "Participant", b"c")]


METADATA = """\
submission_11:
  :submitters:
  - :name: Jane Doe
    :sid: '0100'
    :email: jane@example.edu
  - :name: "Ren\\xE9 Roe"
    :sid:
    :email: rene@example.edu
  :created_at: 2018-07-01 14:22:32.365935000 Z
  :score: 0.0
  :results:
    tests: []
submission_12:
  :submitters: []
"""


def test_gradescope_folders_belong_to_every_submitter(tmp_path):
    path = tmp_path / "assignment_5_export.zip"
    base = "assignment_5_export"
    path.write_bytes(
        zip_bytes(
            {
                f"{base}/submission_metadata.yml": METADATA,
                f"{base}/submission_11/ex01.py": "a",
                f"{base}/submission_12/ex01.py": "b",
            }
        )
    )
    with collect([path]) as collection:
        rows = {h.student.id: (h.student.name, h.submitted_at) for h in collection.handed}
    at = datetime(2018, 7, 1, 14, 22, 32, 365935, timezone.utc)
    assert rows == {
        "0100": ("Jane Doe", at),
        "rene@example.edu": ("René Roe", at),
        "submission_12": ("", None),
    }


def test_damaged_gradescope_metadata_is_a_problem_and_the_files_are_taken(submissions):
    root = submissions({"submission_metadata.yml": "a: [", "submission_1/ex01.py": "a"})
    table, problems = found(root)
    assert table == {("submission_1", "ex01"): [b"a"]}
    assert "submission_metadata.yml cannot be read" in problems[0]


def test_archives_of_students_are_read_inside_the_class_archive(tmp_path):
    path = tmp_path / "submissions.zip"
    path.write_bytes(
        zip_bytes(
            {
                "doejane_1_2_bundle.zip": zip_bytes({"ex01.py": "a", "work/ex02.py": "b"}),
                "roe_3_4_all.tar.gz": tar_bytes({"ex01.py": b"c"}),
            }
        )
    )
    table, problems = found(path)
    assert table == {("1", "ex01"): [b"a"], ("1", "ex02"): [b"b"], ("3", "ex01"): [b"c"]}
    assert problems == []


def test_a_folder_of_students_archives(submissions):
    files = {"ann.zip": zip_bytes({"ex01.py": "a"}), "bob.tgz": tar_bytes({"x/ex01.py": b"b"})}
    root = submissions(files)
    assert set(found(root)[0]) == {("ann", "ex01"), ("bob", "ex01")}


def test_one_broken_archive_costs_no_one_else_a_grade(submissions):
    root = submissions(
        {"ann.zip": b"not a zip", "bob/ex01.py": "b", "eve/work.zip": b"PK\5\6", "d.rar": "x"}
    )
    table, problems = found(root)
    assert table == {("bob", "ex01"): [b"b"]}
    assert len(problems) == 3
    assert any("ann.zip" in problem and "not a zip" in problem for problem in problems)
    assert any("d.rar" in problem and "ask for a zip" in problem for problem in problems)


def test_two_files_of_one_student_are_both_kept_in_order_and_listed(submissions):
    root = submissions({"ann/ex01.py": "first", "ann/ex01.ipynb": "second", "bob/ex01.py": "b"})
    import os

    os.utime(root / "ann/ex01.py", (1000, 1000))
    with collect([root]) as collection:
        assert [h.filename for h in collection.handed] == ["ex01.py", "ex01.ipynb", "ex01.py"]
        ((student, info, items),) = collection.doubles()
        assert (student.id, info.id, len(items)) == ("ann", "ex01", 2)


def test_the_surest_name_wins_over_helpers(submissions):
    root = submissions({"ann/ex01_cross_correlation.py": "right", "ann/corr2d.py": "helper"})
    assert found(root)[0] == {("ann", "ex01"): [b"right"]}


@pytest.mark.parametrize(
    "name",
    [
        "2023001_王小明_ex01.py",
        "my ex01.ipynb",
        "Exercise 1.py",
        "练习01_互相关.py",
        "ex-01.py",
        "ex01-1 (2).py",
        "EX 01 - 副本.py",
    ],
)
def test_students_name_files_in_many_ways(submissions, name):
    root = submissions(
        {f"ann/{name}": "a", "ann/alex2.py": "", "ann/test_ex02.py": "", "bob/ex01.py": "b"}
    )
    assert found(root)[0] == {("ann", "ex01"): [b"a"], ("bob", "ex01"): [b"b"]}


def test_files_named_in_chinese_find_their_students(submissions, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("学号,姓名\n2023001,王小明\n2023002,李雷\n2023003,韩梅梅\n", "gbk")
    files = {
        "2023001-王小明-ex01.py": "a", "李雷ex01.py": "b", "ex01_2023003_韩梅梅.py": "c",
        "2023001王小明练习3.py": "d", "ex03_李雷.py": "e", "ex03_韩梅梅_李雷.py": "f",
    }  # fmt: skip
    table, problems = found(submissions(files), roster=read_roster(roster))
    assert table == {
        ("2023001", "ex01"): [b"a"], ("2023002", "ex01"): [b"b"], ("2023003", "ex01"): [b"c"],
        ("2023001", "ex03"): [b"d"], ("2023002", "ex03"): [b"e"],
    }  # fmt: skip
    assert ["2023002, 2023003 on the roster" in p for p in problems] == [True]


def test_a_file_is_not_another_students_because_its_name_says_so(submissions, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("id\nann\nbob\n")
    known = read_roster(roster)
    archive = zip_bytes({"ex01_bob.py": "from Mal"})
    files = {"mal/ex01_bob.py": "m", "ann/ex02_bob.py": "a", "ned.zip": archive}
    assert set(found(submissions(files), roster=known)[0]) == {
        ("mal", "ex01"), ("ann", "ex02"), ("ned", "ex01"),
    }  # fmt: skip
    assert set(found(submissions({"ex01_bob.py": "b"}, "ann"), roster=known)[0]) == {
        ("ann", "ex01")
    }
    assert set(found(submissions({"ex01_bob.py": "b"}, "all"), roster=known)[0]) == {
        ("bob", "ex01")
    }


def test_files_of_several_students_in_one_folder_are_not_given_to_one(submissions):
    files = {
        "mon/ann_ex01.py": "a",
        "mon/bob_ex01.py": "b",
        "tue/cy_ex01.py": "c",
        "tue/ex02.py": "",
    }
    table, problems = found(submissions(files))
    assert set(table) == {("tue", "ex01"), ("tue", "ex02")}
    assert [p.count("put each student's in a folder") for p in problems] == [1, 1]


def test_a_stray_file_beside_a_class_is_nobodys(submissions):
    root = submissions({"ex01.py": "?", "ann/ex01.py": "a", "bob/ex01.py": "b"})
    table, problems = found(root)
    assert set(table) == {("ann", "ex01"), ("bob", "ex01")}
    assert "no student's name" in problems[0]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.zip", b"nothing", "not a zip archive"),
        ("a.zip", b"", "not a zip archive"),
        ("a.tar.gz", b"\x1f\x8bnothing", "not a tar archive"),
        ("a.zip", zip_bytes({"readme.txt": "x"}), "holds no submission"),
        ("a.docx", b"x", "neither a folder"),
        ("solution.py", b"x", "its name contains no exercise"),
    ],
)
def test_a_path_that_holds_nothing_is_an_error_that_says_so(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ContainerError, match=message):
        collect([path])


def test_an_empty_folder_a_missing_path_and_an_unknown_exercise(tmp_path):
    with pytest.raises(ContainerError, match="holds no submission"):
        collect([tmp_path])
    with pytest.raises(ContainerError, match="no such file"):
        collect([tmp_path / "none"])
    with pytest.raises(UsageError, match="no exercise"):
        collect([tmp_path], exercises=["ex77"])


def test_the_roster_names_the_missing_and_the_unlisted(submissions, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "id,name,email\n100,Ann A,ann@x.edu\n101,Bob B,bob@x.edu\n102,Cy C,cy@x.edu\n"
    )
    root = submissions({"ann@x.edu/ex01.py": "a", "b b_101/ex02.py": "b", "zoe/ex01.py": "z"})
    with collect([root], roster=read_roster(roster)) as collection:
        assert [(h.student.id, h.student.name) for h in collection.handed] == [
            ("100", "Ann A"),
            ("101", "Bob B"),
            ("zoe", ""),
        ]
        assert [student.id for student in collection.unlisted()] == ["zoe"]
        missing = {student.id: lacking for student, lacking in collection.missing()}
        assert missing == {"100": ["ex02"], "101": ["ex01"], "102": ["ex01", "ex02"]}


def test_a_label_that_fits_two_students_is_refused(submissions, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\n1,Wang Wei\n2,Wei Wang\n")
    root = submissions({"wang wei/ex01.py": "a", "1/ex02.py": "b"})
    table, problems = found(root, roster=read_roster(roster))
    assert set(table) == {("1", "ex02")}
    assert "matches 1, 2 on the roster" in problems[0]


def test_who_handed_in_something_else_is_named(tmp_path, submissions):
    path = tmp_path / "submissions.zip"
    path.write_bytes(
        zip_bytes({"ann_1_2_ex01.py": "a", "bob_3_4_essay.docx": "b", "notes.txt": ""})
    )
    table, problems = found(path, exercises=["ex01", "ex03"])
    assert set(table) == {("1", "ex01")}
    assert len(problems) == 1
    assert "bob_3_4_essay.docx: handed in, but without a .py" in problems[0]
    root = submissions(
        {"ann/ex01.py": "a", "ann/data.csv": "", "bob/main.py": "b", "readme.md": ""}
    )
    table, problems = found(root)
    assert set(table) == {("ann", "ex01")}
    assert len(problems) == 1
    assert "bob/main.py" in problems[0]


IMPOSTURES = {
    "metadata": {
        "mallory/submission_1/ex01.py": "m",
        "mallory/submission_metadata.yml": "submission_1:\n  :submitters:\n  - :sid: zoe\n",
    },
    "folder": {"mallory.zip": zip_bytes({"zoe/ex01.py": "m"})},
    "wrapper": {"mallory.zip": zip_bytes({"zoe/ex01_cross_correlation/main.py": "m"})},
}


@pytest.mark.parametrize("files", IMPOSTURES.values(), ids=IMPOSTURES)
def test_no_student_hands_in_for_another(submissions, files):
    root = submissions({"ann/ex01.py": "a", "zoe/ex01.py": "z"} | files)
    with collect([root]) as found:
        assert [(item.student.id, item.read()) for item in found.handed] == [
            ("ann", b"a"), ("mallory", b"m"), ("zoe", b"z"),
        ]  # fmt: skip


def test_an_archive_of_a_student_on_the_roster_is_that_students(submissions, tmp_path):
    several = zip_bytes({"zoe/ex01.py": "1", "ann/ex01.py": "2", "eve_12_34_ex01.py": "3"})
    (tmp_path / "roster.csv").write_text("id\nann\nmallory\nzoe\n")
    root = submissions({"ann/ex01.py": "a", "mallory.zip": several})
    with collect([root], roster=read_roster(tmp_path / "roster.csv")) as found:
        assert {item.student.id for item in found.handed} == {"ann", "mallory"}
        assert [item.read() for item in found.handed if item.student.id == "ann"] == [b"a"]
