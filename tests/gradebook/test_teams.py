"""Test that groups hand in once and each member is graded, and detect apparent groups."""

import json
import zipfile

import pytest

from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.teammates import teammates_of

from .conftest import FLIPPED, RIGHT

ROSTER = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Groups\n"
    '"Ash, Ann",501,s1,ann,Sec 1,Team A\n'
    '"Birch, Bo",502,s2,bo,Sec 1,Team A\n'
    '"Elm-Fir, Eve",503,s3,eve,Sec 2,Team B\n'
    '"Gale, Gus",504,s4,gus,Sec 2,Team B\n'
    '"Hill, Hal",505,s5,hal,Sec 2,\n'
)


@pytest.fixture
def archive(tmp_path):
    def archive(members, name="a.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as found:
            for path, text in members.items():
                found.writestr(path, text)
        return tmp_path / name

    return archive


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER)
    return path


def points(run):
    document = json.loads(run("gradebook", "show", "--json")[1])
    return {s["id"]: s["grades"]["ex01"]["points"] for s in document["students"] if s["grades"]}


def together(run, student):
    book = open_gradebook()
    shown = json.loads(run("gradebook", "show", student, "--json")[1])
    found = teammates_of(book, shown["grades"]["ex01"]["submission"])
    book.close()
    return found


def test_a_canvas_group_is_graded_for_each_member(run, archive, roster):
    download = archive(
        {
            "teama_501_9001_ex01.py": RIGHT,
            "teamb_LATE_504_9002_ex01.py": FLIPPED,
            "hillhal_505_9003_ex01.py": RIGHT,
        }
    )
    code, out, err = run("grade", download, "--roster", roster, "--jobs", 1)
    assert code == 0, out + err
    found = points(run)
    assert (found["s1"], found["s2"], found["s5"]) == (10, 10, 10)
    assert found["s3"] == found["s4"] < 10
    assert together(run, "ann") == ("Team A", ["s2"])
    assert together(run, "hal") == ("", [])
    before = found
    code, out, _ = run("grade", download, "--jobs", 1, "--json")  # without the roster, again
    assert (json.loads(out)["graded"], points(run)) == (0, before)


def test_a_canvas_file_of_one_student_is_nobody_elses(run, archive, roster):
    run("grade", archive({"ashann_501_9001_ex01.py": RIGHT}), "--roster", roster, "--jobs", 1)
    assert points(run) == {"s1": 10, "s2": None, "s3": None, "s4": None, "s5": None}


@pytest.mark.parametrize(
    "path",
    ["Team A/ex01.py", "class/team-a/hw/ex01.py", "homework-team-a/ex01.py", "TeamA_ex01.py"],
)
def test_a_folder_of_a_groups_name_is_each_members(run, submissions, roster, path):
    root = submissions({path: RIGHT, "hal/ex01.py": FLIPPED})
    if path.startswith("class"):
        root = submissions({path: RIGHT, "class/hal/ex01.py": FLIPPED}, "b") / "class"
    code, out, err = run("grade", root, "--roster", roster, "--jobs", 1)
    assert code == 0, out + err
    found = points(run)
    assert (found["s1"], found["s2"], found["s3"]) == (10, 10, None)
    assert set(found) == {"s1", "s2", "s3", "s4", "s5"}


def moodle(files):
    return {f"{name}_assignsubmission_file/ex01.py": text for name, text in files.items()}


TEAMS = {
    "Team A-Ann Ash_41": RIGHT,
    "Team A-Bo Birch_42": RIGHT,
    "Team B-Eve Elm-Fir_43": FLIPPED,
    "Team B-Gus Gale_44": FLIPPED,
    "Default group-Hal Hill_45": RIGHT + "# hal\n",
}


def test_a_moodle_team_download_is_known_by_the_roster_or_by_its_files(run, archive, tmp_path):
    names = "id,name\ns1,Ann Ash\ns2,Bo Birch\ns3,Eve Elm-Fir\ns4,Gus Gale\ns5,Hal Hill\n"
    (tmp_path / "names.csv").write_text(names)
    words = ("--roster", tmp_path / "names.csv", "--jobs", 1)
    code, out, err = run("grade", archive(moodle(TEAMS)), *words)
    assert code == 0, out + err
    found = points(run)
    assert [found[f"s{n}"] == 10 for n in range(1, 6)] == [True, True, False, False, True]
    assert together(run, "s1") == ("Team A", ["s2"])
    code, out, err = run("grade", archive(moodle(TEAMS)), "--course", "bare", "--jobs", 1)
    assert code == 0, err
    document = json.loads(run("gradebook", "show", "--course", "bare", "--json")[1])
    called = {s["name"] for s in document["students"]}
    assert called == {"Ann Ash", "Bo Birch", "Eve Elm-Fir", "Gus Gale", "Hal Hill"}


def test_names_with_a_hyphen_are_no_group(run, archive):
    files = {"Anne-Marie Ash_41": RIGHT, "Anne-Louise Birch_42": FLIPPED}
    run("grade", archive(moodle(files)), "--jobs", 1)
    document = json.loads(run("gradebook", "show", "--json")[1])
    assert {s["name"] for s in document["students"]} == {"Anne-Marie Ash", "Anne-Louise Birch"}


def test_a_section_with_students_folders_is_no_group(run, submissions, tmp_path):
    rows = "".join(f"s{n},Stu {n},Lab 1\n" for n in range(5))
    (tmp_path / "roster.csv").write_text(f"id,name,group\n{rows}")
    root = submissions({f"Lab 1/s{n}/ex01.py": f"{RIGHT}# {n}\n" for n in range(3)})
    run("grade", root, "--roster", tmp_path / "roster.csv", "--jobs", 1)
    assert [p == 10 for _, p in sorted(points(run).items())] == [True] * 3 + [False] * 2
    document = json.loads(run("gradebook", "show", "s4", "--json")[1])
    assert (document["section"], document["grades"]["ex01"]["attempts"]) == ("Lab 1", 0)


def test_a_student_may_hand_in_alone_after_the_group(run, archive, roster):
    run("grade", archive({"teama_501_9001_ex01.py": FLIPPED}), "--roster", roster, "--jobs", 1)
    run("grade", archive({"ashann_501_9007_ex01.py": RIGHT}, "b.zip"), "--jobs", 1)
    found = points(run)
    assert found["s1"] == 10 > found["s2"] > 0


def test_a_later_roster_changes_the_groups(run, archive, roster):
    run("grade", archive({"teama_501_9001_ex01.py": RIGHT}), "--roster", roster, "--jobs", 1)
    roster.write_text(ROSTER.replace("bo,Sec 1,Team A", "bo,Sec 1,Team B"))
    again = archive({"teamb_503_9009_ex01.py": FLIPPED}, "b.zip")
    run("grade", again, "--roster", roster, "--jobs", 1)
    book = open_gradebook()
    shown = json.loads(run("gradebook", "show", "bo", "--json")[1])
    book.close()
    assert shown["grades"]["ex01"]["attempts"] == 2
    assert points(run)["s3"] < 10
