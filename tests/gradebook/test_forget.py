"""Test that a person is erased on request while the class's counts stay."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.queries import grades_of
from learncnn.grader.gradebook.statistics import class_picture
from learncnn.grader.gradebook.tables import metadata

from .conftest import FLIPPED, RIGHT

SECRET = "zebra4711"


@pytest.fixture
def graded(run, submissions, tmp_path):
    own = f"{FLIPPED}# {SECRET}\nprint('{SECRET}')\n"
    files = {
        f"w1/{SECRET}/ex01.py": own,
        "w1/ann/ex01.py": RIGHT,
        "w1/bob/ex01.py": FLIPPED,
        "w1/cy/ex01.py": own.replace(SECRET, "shared"),
        f"w2/{SECRET}/ex01.py": own.replace(SECRET, "shared"),
    }
    root = submissions(files)
    (tmp_path / "roster.csv").write_text(
        f"id,name,email\n{SECRET},Zoe {SECRET},z@{SECRET}.edu\nann,Ann,\nbob,Bob,\ncy,Cy,\n"
    )
    for week in ("w1", "w2"):
        run("grade", root / week, "--roster", tmp_path / "roster.csv", "--jobs", 1)
    run("gradebook", "comment", SECRET, "ex01", f"see me, {SECRET}", "--line", 3)
    run("gradebook", "override", SECRET, "ex01", 3, "--reason", f"{SECRET} was ill")
    run("gradebook", "extend", SECRET, "all", "2025-10-02", "--reason", f"{SECRET} again")
    (tmp_path / "quiz.csv").write_text(f"id,score,max_score\n{SECRET},4,5\n")
    run("gradebook", "quiz", tmp_path / "quiz.csv")
    return run


def counts():
    book = open_gradebook()
    everyone = grades_of(book)
    picture = class_picture(book, everyone)["ex01"]
    having = [(found.code, len(found.students)) for found in picture.codes]
    picture = replace(picture, codes=having)  # who they are is to change
    points = sorted((s.grades["ex01"].points, s.grades["ex01"].attempts) for s in everyone)
    book.close()
    return points, picture


def test_nothing_of_a_forgotten_student_is_left_but_the_counts(graded, tmp_path):
    before = counts()
    code, _, err = graded("gradebook", "forget", SECRET)
    assert (code, "--yes" in err) == (2, True)
    assert counts() == before
    code, out, err = graded("gradebook", "forget", SECRET, "--yes", "--author", "dean")
    assert (code, "1 reports and 1 comments are gone" in out) == (0, True), out
    assert "downloads" in err
    assert counts() == before
    content = b"".join(path.read_bytes() for path in tmp_path.glob("gradebook.sqlite*"))
    assert SECRET.encode() not in content
    assert b"ann" in content
    assert json.loads(graded("gradebook", "show", "forgotten-1", "--json")[1])["quiz"] == 0.8
    with_words = open_gradebook()
    with with_words.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)).mappings():
                assert SECRET not in repr(dict(row)), table.name
    with_words.close()


def test_what_another_student_has_too_stays_theirs(graded):
    shown = json.loads(graded("gradebook", "show", "cy", "--json")[1])
    graded("gradebook", "forget", SECRET, "--yes")
    assert json.loads(graded("gradebook", "show", "cy", "--json")[1]) == shown
    assert graded("gradebook", "feedback", "pages")[0] == 0


def test_what_is_left_is_in_the_way_of_nothing(graded):
    graded("gradebook", "forget", SECRET, "--yes")
    code, _, err = graded("regrade", "ex01", "--yes")
    assert code == 0, err
    for words in (("export", "csv"), ("export", "json"), ("export", "canvas"), ("show",)):
        assert graded("gradebook", *words)[0] == 0
    assert graded("report")[0] == 0
    code, _, err = graded("gradebook", "forget", SECRET, "--yes")
    assert (code, "no student" in err) == (2, True)
    assert graded("gradebook", "forget", "ann", "--yes")[1].count("forgotten-2") == 1


def test_a_student_under_two_ids_is_forgotten_under_both(graded):
    graded("gradebook", "students", "merge", "bob", SECRET, "--reason", "one")
    before = counts()
    graded("gradebook", "forget", "bob", "--yes")
    assert counts()[0] == before[0]
    names = json.loads(graded("gradebook", "students", "--json")[1])
    assert [s["id"] for s in names["students"]] == ["ann", "cy", "forgotten-1"]
    assert names["decisions"] == []
