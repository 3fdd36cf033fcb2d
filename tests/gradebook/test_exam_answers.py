"""Test that the last sealed answers count, whatever the order of grading."""

import json
import zipfile

import pytest

from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.queries import grades_of
from learncnn.grader.quiz.exams.exam import draw_questions, load_exam, make_paper, seal_of
from learncnn.grader.quiz.play.asking import judged

from .conftest import RIGHT

EXAM = """
id = "midterm"
title = { en = "Midterm", zh = "期中考试" }
[[question]]
item = "Q03-1"
[[question]]
item = "Q03-2"
"""


@pytest.fixture
def exam(tmp_path):
    path = tmp_path / "midterm.toml"
    path.write_text(EXAM, "utf-8")
    path.with_suffix(".seed").write_text("0123456789abcdef0123456789abcdef\n")
    return path


@pytest.fixture
def answers(exam):
    """Return the sealed answers of a student who gets so many of two questions right."""
    loaded = load_exam(exam)

    def answers(student, right):
        given = {
            str(n): {
                "typed": judged(drawn.variant, "?").answer if n <= right else "!",
                "sure": None,
            }
            for n, drawn in enumerate(draw_questions(loaded, student), 1)
        }
        document = {"paper": make_paper(loaded, student), "answers": given}
        return json.dumps(document | {"seal": seal_of(document)})

    return answers


@pytest.fixture
def canvas(tmp_path):
    """Write a download of Canvas: name → content."""

    def canvas(name, files):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w") as archive:
            for member, content in files.items():
                archive.writestr(zipfile.ZipInfo(member), content)
        return path

    return canvas


@pytest.fixture
def grade(run, exam):
    def grade(*words):
        code, out, err = run("grade", "--practice", *words, "--exam", exam, "--jobs", 1, "--json")
        assert code == 0, (out, err)
        return json.loads(out)["exams"]["midterm"]

    return grade


def scores(tmp_path):
    book = open_gradebook(str(tmp_path / "gradebook.sqlite"))
    found = {student.id: student.quiz for student in grades_of(book)}
    book.close()
    return found


def test_an_older_download_that_is_graded_later_changes_no_score(
    answers, canvas, grade, run, exam, tmp_path
):
    old = canvas("1.zip", {"ann_11_100_a.sealed.json": answers("11", 0)})
    new = canvas("2.zip", {"ann_11_200_a.sealed.json": answers("11", 2)})
    sheets = tmp_path / "sheets"
    assert grade(new, "--answer-sheets", sheets) == {"11": [2, 2]}
    written = {path.name: path.read_text() for path in sheets.iterdir()}
    assert grade(old, "--answer-sheets", sheets) == {}
    assert scores(tmp_path) == {"11": 1.0}
    assert {path.name: path.read_text() for path in sheets.iterdir()} == written
    _, out, _ = run("grade", "--practice", old, "--exam", exam, "--jobs", 1)
    assert "later answers, marked before, count instead (1): 11" in out


def test_answers_that_were_handed_in_later_count_even_if_they_are_worse(
    answers, canvas, grade, tmp_path
):
    old = canvas("1.zip", {"ann_11_100_a.sealed.json": answers("11", 2)})
    new = canvas("2.zip", {"ann_11_200_a.sealed.json": answers("11", 1)})
    grade(old)
    grade(new)
    assert scores(tmp_path) == {"11": 0.5}
    for again in (old, new, old):
        grade(again)
        assert scores(tmp_path) == {"11": 0.5}
    # The first once more, as a hand-in of its own.
    grade(canvas("3.zip", {"ann_11_300_a.sealed.json": answers("11", 2)}))
    assert scores(tmp_path) == {"11": 1.0}


def test_of_two_who_are_one_the_last_answers_count(answers, canvas, grade, run, tmp_path):
    grade(canvas("2.zip", {"ann_11_200_a.sealed.json": answers("11", 1)}))
    grade(canvas("1.zip", {"al_12_100_a.sealed.json": answers("12", 2), "b_13_101_ex01.py": RIGHT}))
    assert scores(tmp_path) == {"11": 0.5, "12": 1.0, "13": None}
    assert run("gradebook", "students", "merge", "11", "12")[0] == 0
    assert scores(tmp_path) == {"11": 0.5, "13": None}
    assert run("gradebook", "students", "split", "12")[0] == 0
    assert scores(tmp_path) == {"11": 0.5, "12": 1.0, "13": None}


def test_answers_that_are_marked_under_a_corrected_exam_get_the_new_score(
    answers, canvas, grade, exam, tmp_path
):
    path = canvas("1.zip", {"ann_11_100_a.sealed.json": answers("11", 1)})
    assert grade(path) == {"11": [1, 2]}
    exam.write_text(EXAM.replace('item = "Q03-1"', 'item = "Q03-1"\npoints = 3'), "utf-8")
    ((points, total),) = grade(path).values()
    assert (points in (1, 3), total) == (True, 4)
    assert scores(tmp_path) == {"11": points / 4}
