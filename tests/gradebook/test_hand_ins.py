"""Test `grade` over weeks: corrected bundles, repeated work, stubs, guessed orders."""

import io
import json
import os
import sqlite3
import zipfile
from pathlib import Path

import pytest

from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.queries import grades_of
from learncnn.grader.gradebook.rubric import parse_rubric

from .conftest import FLIPPED, RIGHT

DATA = Path(__file__).parent / "data"
STUB = "def corr2d(X, K):\n    # my work\n    raise NotImplementedError\n"


def bundle(files):
    """A zip as `learncnn submit` writes it: every member dated 1980."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def points(place, count="last"):
    book = open_gradebook(str(place))
    everyone = grades_of(book, rubric=parse_rubric(f'[attempts]\ncount = "{count}"\n'))
    book.close()
    return {
        (student.id, id): (grade.status, grade.points, grade.attempts)
        for student in everyone
        for id, grade in student.grades.items()
    }


@pytest.fixture
def last(tmp_path):
    path = tmp_path / "last.toml"
    path.write_text('[attempts]\ncount = "last"\n')
    return path


def test_a_corrected_bundle_counts_and_so_does_earlier_work_again(run, tmp_path, last):
    students = [f"s{n}" for n in range(8)]
    weeks = [FLIPPED, RIGHT, FLIPPED]
    for number, source in enumerate(weeks):
        for id in students:
            file = tmp_path / "subs" / id / "bundle.zip"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(bundle({"ex01.py": f"{source}# {id}\n"}))
            os.utime(file, (1e9 + number, 1e9 + number))
        for _ in range(2):  # the second time nothing is new
            code, out, err = run(
                "grade", "--practice", tmp_path / "subs", "--rubric", last, "--json"
            )
            assert code == 0, err
            # Earlier work without a time may be an old download.
            expected = [f"{id} ex01" for id in students] if number == 2 else []
            assert json.loads(out)["order_guessed"] == expected
        found = points(tmp_path / "gradebook.sqlite")
        assert {attempts for _, _, attempts in found.values()} == {number + 1}
        assert {won == 10 for _, won, _ in found.values()} == {source is RIGHT}
    assert {won for _, won, _ in points(tmp_path / "gradebook.sqlite", "best").values()} == {10}
    assert json.loads(out)["graded"] == 0


def test_two_bundles_beside_each_other_are_ordered_by_their_own_dates(run, submissions, last):
    files = {"bundle.zip": RIGHT, "bundle (1).zip": FLIPPED}
    root = submissions(
        {f"ann/{name}": bundle({"ex01.py": source}) for name, source in files.items()}
    )
    os.utime(root / "ann" / "bundle (1).zip", (1e9, 1e9))
    os.utime(root / "ann" / "bundle.zip", (1e9 + 60, 1e9 + 60))
    code, out, _ = run("grade", "--practice", root, "--rubric", last)
    assert code == 0
    assert "order of attempts is a guess" in out
    assert "ann ex01" in out
    _, out, _ = run("gradebook", "show", "ann")
    assert "ex01  Cross-correlation: 10 / 10" in out
    assert out.count("is a guess") == 1
    assert out.count("nothing says which was handed in first") == 1
    code, out, _ = run("gradebook", "show", "ann", "--json")
    entries = json.loads(out)
    assert [entry["order_guessed"] for entry in entries["history"]] == [False, True]
    assert entries["grades"]["ex01"]["order_guessed"] is True


@pytest.fixture
def classroom(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nann,Ann\nbob,Bob\n")
    return roster


def test_a_stub_is_not_handed_in(run, submissions, classroom, tmp_path):
    started = tmp_path / "study"
    assert run("start", started)[0] == 0
    stubs = {path.name: path.read_text("utf-8") for path in started.glob("ex*.py")}
    mine = {**stubs, "ex01_cross_correlation.py": RIGHT}
    root = submissions({"ann/bundle.zip": bundle(mine), "bob/ex01.py": STUB})
    code, out, err = run("grade", "--practice", root, "--roster", classroom, "--json")
    found = json.loads(out)
    assert (code, found["missing"]) == (0, ["bob ex01"]), err
    assert len(found["stubs"]) == len(stubs)
    assert "bob ex01" in found["stubs"]
    assert list(found["exercises"]) == ["ex01"]
    for count in ("best", "last", "first"):
        assert points(tmp_path / "gradebook.sqlite", count) == {
            ("ann", "ex01"): ("graded", 10.0, 1),
            ("bob", "ex01"): ("missing", None, 0),
        }
    (root / "bob/ex01.py").write_text(FLIPPED)
    code, out, _ = run("grade", "--practice", root, "--roster", classroom)
    assert "count as not handed in" in out
    status, won, attempts = points(tmp_path / "gradebook.sqlite", "first")["bob", "ex01"]
    assert (status, attempts) == ("graded", 1)
    assert 0 < won < 10
    _, out, _ = run("gradebook", "show", "bob")
    assert "an untouched stub: counts as not handed in" in out


def test_an_archive_that_names_others_changes_nobodys_grade(run, submissions, tmp_path):
    forged = bundle({"ann/ex01.py": FLIPPED, "bob/ex01.py": RIGHT})
    root = submissions({"ann/ex01.py": RIGHT, "bob/ex01.py": FLIPPED, "hw.zip": forged})
    code, out, _ = run("grade", "--practice", root)
    assert (code, "were ignored" in out, "learncnn grade" in out) == (1, True, True)
    best = points(tmp_path / "gradebook.sqlite", "best")
    assert best["ann", "ex01"][1:] == (10, 1)
    assert best["bob", "ex01"][1] < 10
    assert best["bob", "ex01"][2] == 1


# --- Gradebooks of before.


@pytest.fixture
def before(tmp_path):
    """A gradebook of the version that knew a submission by its content alone."""
    place = tmp_path / "before.sqlite"
    connection = sqlite3.connect(place)
    connection.executescript((DATA / "gradebook_0001.sql").read_text("utf-8"))
    connection.close()
    return place


def all_grades(place):
    book = open_gradebook(str(place))
    found = {}
    for count in ("best", "last", "first"):
        rubric = parse_rubric(f'[attempts]\ncount = "{count}"\n')
        for student in grades_of(book, rubric=rubric):
            for id, grade in student.grades.items():
                shown = [grade.status, grade.points, grade.number, grade.attempts]
                found[f"{count} {student.id} {id}"] = shown
    book.close()
    return found


def test_a_gradebook_of_before_keeps_its_grades(run, before):
    code, _, err = run("gradebook", "show", "--gradebook", before)
    assert (code, "learncnn gradebook upgrade" in err) == (2, True)
    code, _, err = run("gradebook", "upgrade", "--gradebook", before)
    assert code == 0, err
    assert all_grades(before) == json.loads((DATA / "gradebook_0001.json").read_text())


def test_a_download_of_before_adds_nothing_and_new_work_does(run, before, submissions):
    run("gradebook", "upgrade", "--gradebook", before)
    old = all_grades(before)
    week1 = {"ann": RIGHT, "bob": FLIPPED, "cy": "def corr2d(:", "eve": RIGHT}
    week2 = {"ann": FLIPPED, "bob": RIGHT, "dee": RIGHT}
    for week, saved in ((week1, 1_759_000_000), (week2, 1_758_000_000)):
        root = submissions({f"{id}/ex01.py": text for id, text in week.items()}, f"w{saved}")
        for id in week:
            os.utime(root / id / "ex01.py", (saved, saved))
        _, out, _ = run("grade", "--practice", root, "--gradebook", before, "--json")
        assert (json.loads(out)["graded"], json.loads(out)["graded_before"]) == (0, len(week))
    assert all_grades(before) == old
    root = submissions({"bob/ex01.py": RIGHT, "eve/ex01.py": FLIPPED}, "w9")
    run("grade", "--practice", root, "--gradebook", before)
    found = points(before, "last")
    assert found["bob", "ex01"][1:] == (10, 3)
    assert found["eve", "ex01"][1] < 10
    assert points(before, "first")["eve", "ex01"][1] == 10


def test_times_that_were_cut_to_seconds_are_known_again(run, before, tmp_path):
    run("gradebook", "upgrade", "--gradebook", before)
    old = all_grades(before)
    entry = {":submitters": [{":sid": "gus"}], ":created_at": "2025-10-03 10:00:00.5 Z"}
    with zipfile.ZipFile(tmp_path / "scope.zip", "w") as archive:
        base = "assignment_1_export"
        archive.writestr(f"{base}/submission_metadata.yml", json.dumps({"submission_1": entry}))
        archive.writestr(f"{base}/submission_1/ex01.py", RIGHT)
    run("grade", "--practice", tmp_path / "scope.zip", "--gradebook", before)
    assert all_grades(before) == old


def test_a_stub_that_counted_before_counts_no_more_once_it_is_graded_again(
    run, before, submissions
):
    run("gradebook", "upgrade", "--gradebook", before)
    stub = "def corr2d(X, K):\n    raise NotImplementedError\n"
    root = submissions({"dee/ex01.py": stub}, "w1")
    assert points(before)["dee", "ex01"] == ("graded", 0.0, 2)
    _, out, _ = run("grade", "--practice", root, "--gradebook", before, "--json")
    assert json.loads(out)["stubs"] == ["dee ex01"]
    assert points(before)["dee", "ex01"] == ("graded", 10.0, 1)
