"""Test overrides, the rubric in force and quiz scores, with the resulting table."""

import json

import pytest


@pytest.fixture
def graded(run, a_class, tmp_path, once):
    once(tmp_path, lambda: run("grade", "--practice", a_class, "--jobs", 1))
    return run


def grade_of(run, student):
    document = json.loads(run("gradebook", "show", student, "--json")[1])
    return document["grades"]["ex01"], document["history"]


def test_an_override_keeps_who_why_and_what_was_graded(graded):
    words = ("gradebook", "override", "bob", "ex01", "8.5", "--author", "prof")
    code, _, err = graded(*words)
    assert (code, "Say why" in err) == (2, True)
    assert graded(*words, "--reason", "appeal: right idea")[1] == "bob ex01: 8.5\n"
    grade, history = grade_of(graded, "bob")
    assert (grade["points"], grade["override"]["reason"]) == (8.5, "appeal: right idea")
    assert grade["won"] < 8.5
    assert [entry["kind"] for entry in history] == ["submission", "override"]
    assert "8.5†" in graded("gradebook", "show")[1]


def test_an_override_is_taken_back_and_stays_in_the_history(graded):
    graded("gradebook", "override", "bob", "ex01", "9", "--reason", "appeal")
    graded("gradebook", "override", "bob", "ex01", "--revoke", "--reason", "wrong student")
    grade, history = grade_of(graded, "bob")
    assert (grade["override"], len(history)) == (None, 3)
    _, out, _ = graded("gradebook", "show", "bob")
    assert "for: wrong student" in out
    assert "taken back" in out


def test_an_excuse_is_no_number(graded):
    graded("gradebook", "override", "cy", "ex01", "--excuse", "--reason", "ill")
    grade, _ = grade_of(graded, "cy")
    assert (grade["status"], grade["points"]) == ("excused", None)
    assert "EX†" in graded("gradebook", "show")[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("bob", "ex01", "--reason", "x"), "one of them"),
        (("bob", "ex01", "3", "--excuse", "--reason", "x"), "one of them"),
        (("bbo", "ex01", "3", "--reason", "x"), "Did you mean: bob?"),
        (("bob", "ex99", "3", "--reason", "x"), "no exercise"),
        (("bob", "ex01", "nan", "--reason", "x"), "at least 0"),
    ],
)
def test_decisions_that_make_no_sense(graded, words, message):
    code, _, err = graded("gradebook", "override", *words)
    assert (code, message in err) == (2, True), err


def test_a_rubric_in_force_changes_grades_at_once(graded, tmp_path):
    rubric = tmp_path / "rubric.toml"
    rubric.write_text("[points]\nex01 = 100\n")
    assert "default rubric" in graded("gradebook", "rubric")[1]
    assert "2 of 3 grades changed" in graded("gradebook", "rubric", rubric)[1]
    assert grade_of(graded, "ann")[0]["points"] == 100
    assert graded("gradebook", "rubric")[1] == rubric.read_text()
    rubric.write_text("[points]\nex01 = -1\n")
    assert graded("gradebook", "rubric", rubric)[0] == 2
    assert grade_of(graded, "ann")[0]["points"] == 100


def test_only_the_exercises_of_the_course_count(graded, tmp_path):
    def shown():
        grades = json.loads(graded("gradebook", "show", "ann", "--json")[1])["grades"]
        return {id: grade["status"] for id, grade in grades.items()}

    rubric = tmp_path / "rubric.toml"
    rubric.write_text("[due]\nall = 2020-01-01\nex02 = 2020-01-01\nex03 = 2999-01-01\n")
    graded("gradebook", "rubric", rubric)
    assert shown() == {"ex01": "graded", "ex02": "missing"}
    code, _, err = graded("gradebook", "override", "bob", "ex04", "9", "--reason", "in person")
    assert (code, "learncnn gradebook exercises ex01,ex02,ex03,ex04" in err) == (2, True), err
    assert shown() == {"ex01": "graded", "ex02": "missing"}
    assert graded("gradebook", "exercises", "ex01,ex02,ex04")[0] == 0
    assert graded("gradebook", "override", "bob", "ex04", "9", "--reason", "in person")[0] == 0
    assert shown() == {"ex01": "graded", "ex02": "missing", "ex04": "missing"}


def test_points_above_the_maximum_are_a_bonus_and_said_to_be_one(graded):
    words = ("gradebook", "override", "bob", "ex01", "10.5", "--reason", "found a better way")
    code, _, err = graded(*words)
    assert (code, "--bonus" in err) == (2, True), err
    assert grade_of(graded, "bob")[0]["override"] is None
    assert graded(*words, "--bonus")[1] == "bob ex01: 10.5\n"


def test_due_times_that_depend_on_the_computer_are_said(graded, tmp_path):
    rubric = tmp_path / "rubric.toml"
    for due, said in (("2020-01-01", True), ("2020-01-01T12:00:00+08:00", False)):
        rubric.write_text(f"[due]\nall = {due}\n")
        assert ("without an offset" in graded("gradebook", "rubric", rubric)[2]) == said


def test_quiz_scores_count_by_their_weight(graded, tmp_path):
    scores, rubric = tmp_path / "quiz.csv", tmp_path / "rubric.toml"
    rubric.write_text("[quiz]\nweight = 0.5\n")
    scores.write_text("id,score,max_score\nann,5,10\nbob,10,10\n")
    graded("gradebook", "rubric", rubric)
    assert "2 students" in graded("gradebook", "quiz", scores)[1]
    shares = {
        s["id"]: s["share"]
        for s in json.loads(graded("gradebook", "show", "--json")[1])["students"]
    }
    assert (shares["ann"], shares["cy"]) == (0.75, 0.0)
    for line in ("bob,x,10", "Ann,8,10", "dee,8,10"):
        scores.write_text(f"id,score,max_score\nann,9,10\n{line}\n")
        code, _, err = graded("gradebook", "quiz", scores)
        assert (code, "line 3" in err, "Nothing was taken over" in err) == (2, True, True)
    assert json.loads(graded("gradebook", "show", "ann", "--json")[1])["quiz"] == 0.5


def test_the_table_names_every_student_and_fits_the_terminal(graded):
    _, out, _ = graded("gradebook", "show")
    lines = out.splitlines()
    assert lines[0].split() == ["ex01", "total"]
    assert lines[1].split() == ["ann", "10", "100%"]
    assert max(map(len, lines[:5])) <= 80


def test_the_history_shows_what_a_grade_can_be_defended_with(graded):
    _, out, _ = graded("gradebook", "show", "bob")
    assert "attempt 1 of 1 counts" in out
    assert "FLIP" in out
    assert "sandbox: split" in out
    assert "sha256" in out


def test_chinese_speaks_chinese(graded):
    _, out, _ = graded("--lang", "zh", "gradebook", "show", "bob")
    assert "未通过" in out
