"""Test comments on an exercise or a line, and decisions on many students from a CSV."""

import json
from pathlib import Path

import nbformat
import pytest

from learncnn.grader.gradebook.comments import comments_of
from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.course_decisions import course_decisions_of

from .conftest import FLIPPED, RIGHT


@pytest.fixture
def graded(run, submissions, tmp_path, once):
    once(tmp_path, lambda: grade(run, submissions))
    return run


def grade(run, submissions):
    cells = [
        nbformat.v4.new_markdown_cell("# Mine"),
        nbformat.v4.new_code_cell("import numpy as np\nx = 1"),
        nbformat.v4.new_code_cell(RIGHT),
    ]
    book = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    files = {"ann/ex01.py": RIGHT, "bob/ex01.py": FLIPPED, "dee/ex01.ipynb": book}
    roster = "id,name,login,email\nann,Ann Ash,aash,a.ash@x.edu\nbob,Bo Birch,bbirch,b@x.edu\n"
    roster += "dee,Dée Dale,ddale,d@x.edu\nann2,Anne Elm,aelm,e@x.edu\n"
    folder = submissions(files)
    (folder.parent / "roster.csv").write_text(roster)
    code, _, err = run("grade", folder, "--roster", folder.parent / "roster.csv", "--jobs", 1)
    assert code == 0, err


def stored(student="", exercise=""):
    book = open_gradebook()
    found = comments_of(book, student, exercise)
    book.close()
    return [(c.student, c.exercise, c.cell, c.line, c.text, c.author) for c in found]


def test_comments_are_on_the_exercise_or_on_a_line_of_the_attempt_that_counts(graded):
    say = ("gradebook", "comment", "bob", "ex01")
    code, out, _ = graded(*say, "Good start.\nRead the lesson.", "--author", "Ms T")
    assert (code, "comment 1 is kept" in out) == (0, True)
    assert graded(*say, "the kernel is turned here", "--line", "8", "--author", "Ms T")[0] == 0
    assert stored("bob") == [
        ("bob", "ex01", None, None, "Good start.\nRead the lesson.", "Ms T"),
        ("bob", "ex01", None, 8, "the kernel is turned here", "Ms T"),
    ]
    _, out, _ = graded("gradebook", "comment", "bob")
    assert len(out.splitlines()) == 2
    assert "bob ex01, line 8" in out
    assert "the kernel is turned here" in graded("gradebook", "show", "bob")[1]
    assert graded("gradebook", "comment", "--withdraw", "1", "--author", "dean")[0] == 0
    assert [text for *_, text, _ in stored()] == ["the kernel is turned here"]
    history = json.loads(graded("gradebook", "show", "bob", "--json")[1])["history"]
    said = [(e["withdrawn_by"], e["line"]) for e in history if e["kind"] == "comment"]
    assert sorted(said, key=str) == [("dean", None), (None, 8)]


def test_a_line_of_a_notebook_is_that_of_a_cell(graded):
    say = ("gradebook", "comment", "dee", "ex01", "nice")
    assert graded(*say, "--cell", "3", "--line", "1")[0] == 0
    assert graded(*say, "--cell", "2", "--line", "2")[0] == 0
    for place in ((), ("--cell", "1"), ("--cell", "4")):
        code, _, err = graded(*say, *place, "--line", "1")
        assert (code, "is a notebook" in err) == (2, True), (place, err)
    assert graded(*say, "--cell", "2", "--line", "3")[0] == 2
    assert [(cell, line) for _, _, cell, line, *_ in stored("dee")] == [(3, 1), (2, 2)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("bob", "ex01", "x", "--line", "99"), "no line 99"),
        (("bob", "ex01", "x", "--line", "1", "--cell", "1"), "no line 1"),
        (("bob", "ex01", "  "), "1 to 20000 characters"),
        (("bob", "ex01", "x" * 20001), "1 to 20000 characters"),
        (("bob", "ex01", "x", "--attempt", "2", "--line", "1"), "There are 1 attempts"),
        (("bob", "ex01", "x", "--attempt", "1"), "Say which line"),
        (("ann2", "ex01", "x", "--line", "1"), "has handed in nothing"),
        (("--withdraw", "7"), "no comment 7"),
        (("bob", "--withdraw", "7"), "leave out"),
    ],
)
def test_a_comment_on_nothing_is_refused(graded, words, said):
    code, _, err = graded("gradebook", "comment", *words)
    assert (code, said in err, stored()) == (2, True, []), err


def test_comments_of_a_file_are_all_taken_over_or_none(graded, tmp_path):
    file = tmp_path / "comments.csv"
    good = (
        'student,exercise,line,comment,author\nBirch,ex01,8,"=turned, twice",TA\nann,ex01,,fine,\n'
    )
    file.write_text(good + "ann,ex01,0,x,\nann,ex01,500,x,\nzoe,ex01,,x,\n")
    code, _, err = graded("gradebook", "comment", "--from", file)
    assert (code, [f"line {n}:" in err for n in range(2, 7)]) == (2, [False] * 2 + [True] * 3)
    assert stored() == []
    file.write_text(good)
    assert graded("gradebook", "comment", "--from", file, "--author", "prof")[0] == 0
    assert stored() == [
        ("bob", "ex01", None, 8, "=turned, twice", "TA"),
        ("ann", "ex01", None, None, "fine", "prof"),
    ]


@pytest.mark.parametrize(
    "name", ["bob", "BOB", "bbirch", "B@x.edu", "Bo Birch", "Birch, Bo", "birc", "bo bir"]
)
def test_a_student_is_found_by_any_id_login_or_part_of_a_name(graded, name):
    code, out, err = graded("gradebook", "show", name, "--json")
    assert code == 0, err
    assert json.loads(out)["id"] == "bob"


def test_accents_do_not_matter_and_several_are_named_in_full(graded):
    assert json.loads(graded("gradebook", "show", "dee dale", "--json")[1])["id"] == "dee"
    code, _, err = graded("gradebook", "show", "Ann")  # an id comes before a part of another
    assert code == 0, err
    code, _, err = graded("gradebook", "show", "@x.edu")
    assert code == 2
    assert all(f"{id} (" in err for id in ("ann", "ann2", "bob", "dee")), err
    code, _, err = graded("gradebook", "show", "bobb")
    assert (code, "Did you mean: bob?" in err) == (2, True)


def test_overrides_of_a_file_have_reasons_and_authors(graded, tmp_path):
    file = tmp_path / "decisions.csv"
    good = "学生,练习,分数,理由,裁定人\nbbirch,ex01,7.5,appeal,Ms T\nann,1,EX,ill,\ndee,ex01,8,,\n"
    file.write_text(good)
    code, _, err = graded("gradebook", "override", "--from", file)
    assert (code, "line 4:" in err, "--reason" in err) == (2, True, True)
    words = ("--reason", "oral exam", "--author", "dean")
    assert graded("gradebook", "override", "--from", file, *words)[:2] == (
        0,
        "3 decisions are kept.\n",
    )
    document = json.loads(graded("gradebook", "show", "--json")[1])
    grades = {s["id"]: s["grades"]["ex01"] for s in document["students"]}
    made = {
        id: (g["status"], g["points"], g["override"]["reason"], g["override"]["author"])
        for id, g in grades.items()
        if g["override"]
    }
    assert made == {
        "ann": ("excused", None, "ill", "dean"),
        "bob": ("graded", 7.5, "appeal", "Ms T"),
        "dee": ("graded", 8, "oral exam", "dean"),
    }
    file.write_text("student,exercise,points,reason\nann,ex01,revoke,well again\n")
    assert graded("gradebook", "override", "--from", file)[0] == 0
    assert (
        json.loads(graded("gradebook", "show", "ann", "--json")[1])["grades"]["ex01"]["points"]
        == 10
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("ann,ex01,11,x\n", "add --bonus"),
        ("ann,ex01,-1,x\n", "at least 0"),
        ("ann,ex01,good,x\n", "'good' is not a number of points"),
        ("ann,ex02,1,x\n", "not an exercise of this course"),
        ("ann,ex01,5,x\naash,ex01,6,x\n", "lines 3, 4 both decide ann ex01"),
        ("", "a header and no rows"),
    ],
)
def test_a_file_of_decisions_with_a_mistake_changes_nothing(graded, tmp_path, rows, said):
    file = tmp_path / "decisions.csv"
    file.write_text(
        f"student,exercise,points,reason\nbob,ex01,9,fine\n{rows}"
        if rows
        else "student,exercise,points\n"
    )
    code, _, err = graded("gradebook", "override", "--from", file)
    assert (code, said in err) == (2, True), err
    document = json.loads(graded("gradebook", "show", "--json")[1])
    assert not any(s["grades"]["ex01"]["override"] for s in document["students"])


def test_every_decision_for_the_course_has_an_author(graded, tmp_path, monkeypatch):
    rubric, scores = tmp_path / "rubric.toml", tmp_path / "quiz.csv"
    rubric.write_text("[points]\nex01 = 20\n")
    scores.write_text("id,score,max_score\nann,1,2\n")
    monkeypatch.setenv("LOGNAME", "prof")
    graded("gradebook", "exercises", "ex01")
    graded("gradebook", "rubric", rubric, "--author", "dean", "--reason", "as announced")
    graded("gradebook", "quiz", scores, "--name", "week 1")
    book = open_gradebook()
    made = [(d.kind, d.value, d.author, d.reason) for d in course_decisions_of(book)]
    book.close()
    assert made == [
        ("exercises", "ex01", "prof", ""),
        ("rubric", "[points]\nex01 = 20\n", "dean", "as announced"),
        ("quiz", "week 1", "prof", ""),
    ]


def test_comments_go_along_to_an_lms_and_into_the_json(graded):
    from jsonschema import Draft202012Validator

    from learncnn.grader.lms_formats import gradebook_json

    graded("gradebook", "comment", "bob", "ex01", "Read\nthe lesson.", "--author", "Ms T")
    graded("gradebook", "comment", "ann2", "ex01", "Where is it?")
    _, out, _ = graded("gradebook", "export", "moodle")
    lines = out.splitlines()
    assert any("Read the lesson." in line for line in lines)
    document = json.loads(graded("gradebook", "export", "json")[1])
    schema = json.loads(
        (Path(gradebook_json.__file__).parent / "gradebook.schema.json").read_text("utf-8")
    )
    Draft202012Validator(schema).validate(document)
    said = {
        s["id"]: [c["text"] for c in s["grades"]["ex01"]["comments"]] for s in document["students"]
    }
    assert said == {"ann": [], "ann2": ["Where is it?"], "bob": ["Read\nthe lesson."], "dee": []}
