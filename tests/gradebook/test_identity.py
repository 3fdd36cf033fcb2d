"""Test that one person is one student in all systems, and that two persons are never merged."""

import csv
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from learncnn.grader.gradebook.connection import open_gradebook

from .conftest import FLIPPED, RIGHT, rows_of

DATA = Path(__file__).parent / "data"
CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section\n"
NAMES = [
    "Ann Ash", "Bob Birch", "Cy Cedar", "Di Dale", "Eve Elm", "Flo Fir", "Gus Gale", "Hal Hill",
    "Ina Ivy", "Jo Juniper",
]  # fmt: skip


def canvas_row(n, *, sis=True, name=None):
    first, last = (name or NAMES[n]).split()
    return f'"{last}, {first}",{100 + n},{f"S{n}" if sis else ""},{first.lower()}{n},A\n'


def canvas_roster(path, people=range(8), extra="", **options):
    path.write_text(CANVAS + "".join(canvas_row(n, **options) for n in people) + extra)
    return path


def canvas_zip(path, exercise, people=range(8), source=RIGHT, start=1000):
    with zipfile.ZipFile(path, "w") as archive:
        for n in people:
            first, last = NAMES[n].lower().split()
            archive.writestr(f"{last}{first}_{100 + n}_{start + n}_{exercise}.py", source)
    return path


@pytest.fixture
def week(run, tmp_path):
    """Grade with one process: (code, document)."""

    def week(*words):
        code, out, err = run("grade", "--practice", *words, "--jobs", 1, "--json")
        return code, json.loads(out) if out else err

    return week


@pytest.fixture
def students(run):
    def students():
        document = json.loads(run("gradebook", "show", "--json")[1])
        return {
            s["id"]: {id: grade["status"] for id, grade in s["grades"].items()}
            for s in document["students"]
        }

    return students


@pytest.fixture
def first_week(week, tmp_path):
    """Eight students of a Canvas roster, all of whom have handed in ex01."""
    roster = canvas_roster(tmp_path / "roster1.csv")
    code, found = week(canvas_zip(tmp_path / "w1.zip", "ex01"), "--roster", roster)
    assert (code, found["students"]) == (0, 8), found
    return roster


def all_graded(found, count):
    return len(found) == count and all(set(g.values()) == {"graded"} for g in found.values())


def test_one_new_student_without_a_sis_id_makes_nobody_two(
    run, week, students, first_week, tmp_path
):
    roster = canvas_roster(tmp_path / "roster2.csv", extra=canvas_row(8, sis=False))
    archive = canvas_zip(tmp_path / "w2.zip", "ex02", range(9))
    code, found = week(archive, "--roster", roster)
    assert code == 0, found
    assert list(students()) == ["S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "ina8"]
    table = list(csv.reader(io.StringIO(run("gradebook", "export", "canvas")[1])))
    assert [row[1] for row in table[2:]] == [str(100 + n) for n in range(9)]
    sheet = tmp_path / "sheet.csv"
    head = CANVAS.rstrip("\n") + ",ex01 (7),ex02 (8)\n    Points Possible,,,,,10,10\n"
    rows = "".join(canvas_row(n, sis=n != 8).rstrip("\n") + ",,\n" for n in range(9))
    sheet.write_text(head + rows)
    _, out, err = run("gradebook", "export", "canvas", "--into", sheet)
    filled = [row[5] for row in csv.reader(io.StringIO(out))][2:]
    assert (filled, "not in the file" in err) == (["10"] * 8 + [""], False)


def test_ids_that_come_later_or_are_lost_change_nobody(week, students, first_week, tmp_path):
    roster = canvas_roster(tmp_path / "roster2.csv", range(8), sis=False)
    code, found = week(canvas_zip(tmp_path / "w2.zip", "ex02"), "--roster", roster)
    assert code == 0, found
    assert all_graded(students(), 8)


def test_rosters_of_three_systems_are_one_class(week, students, first_week, tmp_path):
    gradescope = tmp_path / "gradescope.csv"
    rows = [f"{NAMES[n].replace(' ', ',')},S{n},{n}@x.edu,Student\n" for n in range(8)]
    staff = "Tea,Cher,,t@x.edu,Instructor\nTim,Assist,,ta@x.edu,TA\n"
    gradescope.write_text("First Name,Last Name,SID,Email,Role\n" + staff + "".join(rows))
    export = tmp_path / "assignment_1_export"
    (export / "submission_1").mkdir(parents=True)
    (export / "submission_1" / "ex02.py").write_text(RIGHT)
    (export / "submission_metadata.yml").write_text(
        "submission_1:\n  :submitters:\n"
        + "".join(f"  - :name: {NAMES[n]}\n    :email: {n}@x.edu\n" for n in range(8))
        + "  :created_at: 2026-10-01 10:00:00 Z\n"
    )
    code, found = week(export, "--roster", gradescope)
    assert code == 0, found
    moodle = tmp_path / "moodle.csv"
    moodle.write_text(
        "Identifier,Full name,Email address,Status\n"
        + "".join(f"Participant {70 + n},{NAMES[n]},{n}@x.edu,-\n" for n in range(8))
    )
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        for n in range(8):
            archive.writestr(f"{NAMES[n]}_{70 + n}_assignsubmission_file/ex03.py", RIGHT)
    code, found = week(tmp_path / "m.zip", "--roster", moodle)
    assert code == 0, found
    assert list(students()) == [f"S{n}" for n in range(8)]
    assert all_graded(students(), 8)
    # The same downloads again, without a word about who is who.
    before = rows_of(tmp_path / "gradebook.sqlite")
    for known in ("w1.zip", "assignment_1_export", "m.zip"):
        code, found = week(tmp_path / known)
        assert (code, found["graded"], found["graded_before"]) == (0, 0, 8), found
    assert rows_of(tmp_path / "gradebook.sqlite") == before


def test_what_a_roster_told_by_name_is_known_without_it(run, week, students, submissions, tmp_path):
    roster = tmp_path / "own.csv"
    roster.write_text("id,name\n" + "".join(f"S{n},{NAMES[n]}\n" for n in range(4)))
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        for n in range(4):
            archive.writestr(f"{NAMES[n]}_{70 + n}_assignsubmission_file/ex01.py", RIGHT)
    folders = submissions({f"{NAMES[n].replace(' ', '_')}/ex02.py": RIGHT for n in range(4)})
    canvas = canvas_zip(tmp_path / "c.zip", "ex03", range(4))
    for path in (tmp_path / "m.zip", folders, canvas):
        assert week(path, "--roster", roster)[0] == 0
    before = rows_of(tmp_path / "gradebook.sqlite")
    for path in (tmp_path / "m.zip", folders, canvas):
        code, found = week(path)
        assert (code, found["graded"]) == (0, 0), found
    assert rows_of(tmp_path / "gradebook.sqlite") == before
    # A roster that knows the ids corrects what a name alone had said: it was a namesake.
    canvas_roster(roster, [1, 2, 3], extra='"Ash, Ann",777,S0,ann0,A\n"Ash, Ann",100,S9,ash9,A\n')
    assert week(canvas, "--roster", roster)[0] == 0
    assert students()["S9"]["ex03"] == "graded"


@pytest.mark.parametrize(
    "role",
    ["Instructor", "TA", "Teacher", "Non-editing teacher", "TaEnrollment", "Course Staff",
     "Teaching Assistant", "Observer", "助教", "Instructor, TA", "StudentViewEnrollment"],
)  # fmt: skip
def test_staff_are_no_students(tmp_path, role):
    from learncnn.grader.submissions.roster_file import read_roster

    path = tmp_path / "r.csv"
    path.write_text(
        f"Name,SID,Email,Role\nTea,,t@x,{role!r}\nAnn,S1,a@x,Student\n".replace("'", '"')
    )
    assert [student.id for student in read_roster(path).students] == ["S1"]


@pytest.mark.parametrize("role", ["Student", "student", "", "Learner", "学生", "StudentEnrollment"])
def test_students_are_students(tmp_path, role):
    from learncnn.grader.submissions.roster_file import read_roster

    path = tmp_path / "r.csv"
    path.write_text(f"Name,SID,Role\nAnn,S1,{role}\n")
    assert [student.id for student in read_roster(path).students] == ["S1"]


@pytest.mark.parametrize(
    "cell", ["2023005.0", '"=""2023005"""', "'2023005", " 2023005 ", "2023005.00"]
)
def test_an_id_in_disguise_is_the_id(week, students, submissions, tmp_path, cell):
    roster = tmp_path / "r.csv"
    roster.write_text("id,name\n2023005,Ann Ash\n2023006,Bob Birch\n")
    week(submissions({"2023005/ex01.py": RIGHT, "2023006/ex01.py": RIGHT}), "--roster", roster)
    roster.write_text(f"id,name\n{cell},Ann Ash\n2023006,Bob Birch\n")
    code, found = week(submissions({"2023005/ex02.py": RIGHT}, "two"), "--roster", roster)
    assert code == 0, found
    assert list(students()) == ["2023005", "2023006"]


def test_a_number_that_gradescope_or_a_sheet_made_a_fraction_is_the_id(
    run, week, students, submissions, tmp_path
):
    roster = tmp_path / "r.csv"
    roster.write_text("id,name\n2023005,Ann Ash\n2023006,Bob Birch\n")
    people = "".join(
        f"submission_{n}:\n  :submitters:\n  - :name: X\n    :sid: {sid}\n"
        for n, sid in ((1, "2023005.0"), (2, "'2023006.0'"))
    )
    root = submissions(
        {
            "assignment_1_export/submission_metadata.yml": people,
            "assignment_1_export/submission_1/ex01.py": RIGHT,
            "assignment_1_export/submission_2/ex01.py": RIGHT,
        }
    )
    code, found = week(root, "--roster", roster)
    assert (code, list(students())) == (0, ["2023005", "2023006"]), found
    quiz = tmp_path / "quiz.csv"
    quiz.write_text('id,score,max_score\n2023005.0,1,2\n"=""2023006""",1,2\n')
    assert run("gradebook", "quiz", quiz)[0] == 0
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("Student,ID,SIS User ID,SIS Login ID,Section,ex01\nX,,2023005.0,,A,\n")
    assert run("gradebook", "export", "canvas", "--into", sheet)[0] == 0


def test_a_folder_may_be_called_by_any_id(week, students, first_week, submissions, tmp_path):
    roster = canvas_roster(tmp_path / "again.csv")
    names = ["100", "S1", "cy2", "S3", "104", "105", "gus6", "S7"]
    root = submissions({f"{name}/ex02.py": RIGHT for name in names}, "two")
    for words in (("--roster", roster), ()):
        code, found = week(root, *words)
        assert code == 0, found
        assert all_graded(students(), 8)


def test_a_student_who_left_is_still_known(week, students, first_week, tmp_path):
    roster = canvas_roster(tmp_path / "roster2.csv", range(7))
    code, found = week(canvas_zip(tmp_path / "w2.zip", "ex02"), "--roster", roster)
    assert (code, found["gone"], found["unlisted"]) == (0, ["S7"], ["S7"]), found
    assert all_graded(students(), 8)
    code, found = week(tmp_path / "w2.zip", "--roster", roster)
    assert (code, found["gone"], found["graded_before"]) == (0, [], 8), found


def test_what_only_a_name_has_in_common_is_kept_apart_until_decided(
    run, week, students, first_week, submissions, tmp_path
):
    root = submissions({"ann_ash/ex02.py": RIGHT}, "two")
    code, found = week(root)
    assert (code, found["doubts"]) == (1, ["ann_ash ~ S0"]), found
    assert len(students()) == 9
    assert week(root)[0] == 1  # as long as it is not decided
    code, out, _ = run("gradebook", "students")
    assert code == 1
    command = "learncnn gradebook students merge S0 ann_ash"
    assert command in out
    assert run(*command.split()[1:])[0] == 0
    found = students()
    assert (len(found), set(found["S0"].values())) == (8, {"graded"})
    code, again = week(root)
    assert (code, again["graded_before"]) == (0, 1), again
    assert run("gradebook", "students")[0] == 0
    assert run("gradebook", "students", "split", "ann_ash")[0] == 0
    assert len(students()) == 9
    assert week(root)[0] == 0  # decided
    assert run("gradebook", "students", "split", "ann_ash")[0] == 2


def test_all_that_two_students_have_follows_a_merge_and_comes_back(
    run, week, students, submissions, tmp_path
):
    week(submissions({"ann/ex01.py": FLIPPED, "ash/ex02.py": RIGHT, "bob/ex01.py": RIGHT}))
    run("gradebook", "override", "ash", "ex02", "4", "--reason", "late")
    quiz = tmp_path / "q.csv"
    for name, score in (("ann", 2), ("ash", 8)):
        quiz.write_text(f"id,score,max_score\n{name},{score},10\n")
        run("gradebook", "quiz", quiz, "--name", name)
    place = tmp_path / "gradebook.sqlite"
    before = rows_of(place)
    shown = run("gradebook", "show", "--json")[1]
    assert run("gradebook", "students", "merge", "ann", "ash", "--reason", "one person")[0] == 0
    document = json.loads(run("gradebook", "show", "ann", "--json")[1])
    assert document["grades"]["ex01"]["status"] == "graded"
    assert document["grades"]["ex02"]["points"] == 4
    assert document["quiz"] == 0.5
    assert len(document["history"]) == 3
    assert json.loads(run("gradebook", "show", "ash", "--json")[1])["id"] == "ann"
    assert run("gradebook", "override", "ash", "ex01", "3", "--reason", "x")[1].startswith("ann")
    run("gradebook", "override", "ann", "ex01", "--revoke", "--reason", "x")
    assert run("gradebook", "students", "merge", "ash", "ann")[0] == 2
    assert run("gradebook", "students", "split", "ann")[0] == 0
    assert run("gradebook", "show", "--json")[1] == shown
    made = json.loads(run("gradebook", "students", "--json")[1])["decisions"]
    assert [(d["kind"], d["student"], d["other"], d["reason"]) for d in made] == [
        ("merge", "ann", "ash", "one person"),
        ("split", "ann", "ash", ""),
    ]
    assert rows_of(place)["submissions"] == before["submissions"]


def test_a_download_that_was_graded_as_two_counts_once(run, week, submissions):
    week(submissions({"ann/ex01.py": RIGHT, "ash/ex01.py": RIGHT, "bob/ex01.py": RIGHT}))
    run("gradebook", "students", "merge", "ann", "ash")
    document = json.loads(run("gradebook", "show", "ann", "--json")[1])
    assert document["grades"]["ex01"]["attempts"] == 1
    run("gradebook", "students", "split", "ash")
    document = json.loads(run("gradebook", "show", "ash", "--json")[1])
    assert document["grades"]["ex01"]["attempts"] == 1


def test_another_class_is_not_written_unless_it_is_meant(
    week, students, first_week, submissions, tmp_path
):
    place = tmp_path / "gradebook.sqlite"
    before = rows_of(place)
    others = submissions({f"x{n}/ex01.py": RIGHT for n in range(3)}, "others")
    roster = tmp_path / "other.csv"
    roster.write_text("id,name\n" + "".join(f"N{n},New {n}\n" for n in range(8)))
    short = canvas_roster(tmp_path / "short.csv", range(5))
    for words in (
        (others,),
        (others, "--roster", roster),
        (tmp_path / "w1.zip", "--roster", short),
    ):
        code, said = week(*words)
        assert code == 2
        assert "Nothing was written" in json.dumps(said)
        assert "--yes" in json.dumps(said)
        assert rows_of(place) == before
    assert week(others, "--yes")[0] == 0
    assert len(students()) == 11


def test_two_late_joiners_are_no_other_class(week, students, first_week, tmp_path):
    roster = canvas_roster(tmp_path / "two.csv", range(10))
    assert week(canvas_zip(tmp_path / "w2.zip", "ex02", range(10)), "--roster", roster)[0] == 0
    assert len(students()) == 10


def test_a_row_with_an_id_of_another_takes_nothing_from_them(week, students, tmp_path, submissions):
    roster = tmp_path / "r.csv"
    roster.write_text("id,email,name\n1,a@x,Ann Ash\n2,b@x,Bob Birch\n")
    root = submissions({"1/ex01.py": RIGHT, "2/ex01.py": FLIPPED})
    assert week(root, "--roster", roster)[0] == 0
    roster.write_text("id,email,name\n1,b@x,Ann Ash\n2,,Bob Birch\n")
    code, found = week(root, "--roster", roster)
    assert (code, found["odd"], list(students())) == (1, ["1 ≠ 2"], ["1", "2"]), found


def test_a_shared_address_is_nobodys(week, students, tmp_path, submissions):
    roster = tmp_path / "r.csv"
    roster.write_text("id,email,name\n1,home@x,Ann Ash\n2,home@x,Al Ash\n3,,Bo Ash\n")
    root = submissions({f"{n}/ex01.py": RIGHT for n in (1, 2, 3)})
    for _ in range(2):
        code, found = week(root, "--roster", roster)
        assert (code, list(students())) == (0, ["1", "2", "3"]), found


def test_a_namesake_with_another_id_gets_no_grade_of_the_one_on_the_roster(
    week, students, first_week, tmp_path
):
    with zipfile.ZipFile(tmp_path / "w2.zip", "w") as archive:
        archive.writestr("ashann_100_1_ex02.py", FLIPPED)
        archive.writestr("ashann_555_2_ex02.py", RIGHT)
    code, found = week(tmp_path / "w2.zip", "--roster", first_week)
    assert code == 0
    assert found["unlisted"] == ["555"]
    assert len(students()) == 9


def load(place, name="gradebook_0001_rosters.sql"):
    connection = sqlite3.connect(place)
    connection.executescript((DATA / name).read_text())
    connection.close()


def test_a_gradebook_of_before_opens_keeps_its_grades_and_is_healed(run, week, students, tmp_path):
    place = tmp_path / "gradebook.sqlite"
    load(place)
    assert run("gradebook", "show")[0] == 2
    assert run("gradebook", "upgrade")[0] == 0
    document = json.loads(run("gradebook", "show", "--json")[1])
    points = {
        (s["id"], id): g["points"]
        for s in document["students"]
        for id, g in s["grades"].items()
        if g["points"] is not None
    }
    assert points == {
        ("S1", "ex01"): 10, ("S2", "ex01"): 6, ("S3", "ex01"): 0,
        ("ann", "ex02"): 0, ("bob", "ex02"): 0, ("eve", "ex02"): 0,
    }  # fmt: skip
    # The second roster lacked one SIS id, and so made every student two.
    roster = tmp_path / "roster.csv"
    roster.write_text(
        CANVAS + '"Doe, Ann",101,S1,ann,A\n"Roe, Bob",102,S2,bob,A\n"Poe, Cy",103,S3,cy,A\n'
        '"Moe, Di",104,S4,di,A\n"Late, Eve",105,,eve,A\n'
    )
    with zipfile.ZipFile(tmp_path / "w3.zip", "w") as archive:
        archive.writestr("doeann_101_3001_ex02.py", FLIPPED)
    code, found = week(tmp_path / "w3.zip", "--roster", roster)
    assert (code, len(found["joined"])) == (0, 4), found
    found = students()
    assert list(found) == ["S1", "S2", "S3", "S4", "eve"]
    assert found["S1"] == {"ex01": "graded", "ex02": "graded"}


def test_exercises_outside_the_course_are_listed_and_never_counted(run, week, submissions):
    files = {f"s{n}/ex01.py": RIGHT for n in range(3)} | {"s0/ex07.py": "x = 1\n"}
    code, found = week(submissions(files))
    assert (code, found["outside"]) == (0, ["s0 ex07"]), found
    document = json.loads(run("gradebook", "show", "--json")[1])
    assert {s["share"] for s in document["students"]} == {1.0}
    document = json.loads(run("gradebook", "show", "s0", "--json")[1])  # seen, not counted
    grade = document["grades"]["ex07"]
    assert (grade["status"], grade["dropped"], document["share"]) == ("graded", True, 1.0)
    code, _, err = run("gradebook", "override", "s1", "ex02", "5", "--reason", "typo")
    assert (code, "ex02 is not an exercise of this course" in err) == (2, True)
    assert run("gradebook", "exercises")[1] == "ex01\n"
    assert run("gradebook", "exercises", "1,7")[1] == "ex01, ex07\n"
    document = json.loads(run("gradebook", "show", "--json")[1])
    assert {s["share"] < 1 for s in document["students"]} == {True}


def test_the_first_exercises_named_are_those_of_the_course(run, week, submissions):
    root = submissions({f"s{n}/ex0{k}.py": RIGHT for n in range(4) for k in (1, 2)})
    week(root, "--exercises", "ex01")
    code, found = week(root)
    assert (code, len(found["outside"])) == (0, 4), found
    assert run("gradebook", "exercises")[1] == "ex01\n"
    week(root, "--exercises", "ex02")
    assert run("gradebook", "exercises")[1] == "ex01, ex02\n"


def test_a_rubric_or_a_kit_says_which_exercises_count(run, week, submissions, tmp_path):
    root = submissions({f"s{n}/ex0{k}.py": RIGHT for n in range(4) for k in (1, 2)})
    kit = submissions({"ex01_cross_correlation.py": ""}, "kit")
    week(root)
    assert run("gradebook", "exercises", "--kit", kit)[1] == "ex01\n"
    assert run("gradebook", "exercises", "--kit", root)[0] == 2
    rubric = tmp_path / "rubric.toml"
    rubric.write_text('[course]\nexercises = ["ex02"]\n')
    run("gradebook", "rubric", rubric)
    assert run("gradebook", "exercises")[1] == "ex02\n"
    assert run("gradebook", "exercises", "ex01")[0] == 2
    rubric.write_text('[course]\nexercises = ["ex77", 1]\n')
    assert run("gradebook", "rubric", rubric)[0] == 2


def test_merges_are_the_same_after_a_reopening(tmp_path, run, week, submissions):
    week(submissions({"a/ex01.py": RIGHT, "b/ex01.py": RIGHT, "c/ex01.py": RIGHT}))
    for words in (("merge", "b", "c"), ("merge", "a", "b")):
        assert run("gradebook", "students", *words)[0] == 0
    from learncnn.grader.gradebook.people import read_people

    book = open_gradebook(str(tmp_path / "gradebook.sqlite"))
    with book.reading() as connection:
        people = read_people(connection, "course")
    book.close()
    assert people.heads == {"b": "a", "c": "a"}
    run("gradebook", "students", "split", "b")
    document = json.loads(run("gradebook", "students", "--json")[1])
    assert [(s["id"], s["merged"]) for s in document["students"]] == [("a", []), ("b", ["c"])]
