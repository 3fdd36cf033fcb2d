"""Test pages of exams: answer sheets, columns of the class page, questions as items."""

import json
import zipfile

import pytest

from learncnn.grader.quiz.exams.exam import draw_questions, load_exam, make_paper, seal_of
from learncnn.grader.quiz.play.asking import judged

from .conftest import command_in, problems
from .test_check_page import RIGHT

EXAM = """
id = "midterm"
title = { en = "Midterm", zh = "期中考试" }
[[question]]
item = "Q03-1"
points = 2
[[question]]
item = "Q03-2"
[[question]]
bank = "ex04"
count = 3
"""
#: Hostile, as anything that a student types.
TYPED = "<script>document.title='taken'</script>"


def sealed(exam, student, right):
    """The sealed answers of a student who gets the first `right` questions right, by their ids."""
    questions = draw_questions(exam, student)
    known = sorted(drawn.variant.item.id for drawn in questions)[:right]
    given = {}
    for n, drawn in enumerate(questions, 1):
        typed = judged(drawn.variant, "?").answer if drawn.variant.item.id in known else TYPED
        given[str(n)] = {"typed": typed, "sure": None}
    document = {"paper": make_paper(exam, student), "answers": given}
    return json.dumps(document | {"seal": seal_of(document)})


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Twelve students who sat an exam; the first gets nothing right, the last everything."""
    root = tmp_path_factory.mktemp("exam")
    (root / "midterm.toml").write_text(EXAM, "utf-8")
    (root / "midterm.seed").write_text("0123456789abcdef0123456789abcdef\n")
    exam = load_exam(root / "midterm.toml")
    with zipfile.ZipFile(root / "in.zip", "w") as archive:
        for n in range(12):
            answers = sealed(exam, str(100 + n), round(n * 5 / 11))
            archive.writestr(f"s{n}_{100 + n}_{200 + n}_a.sealed.json", answers)
            archive.writestr(f"s{n}_{100 + n}_{300 + n}_ex01.py", f"{RIGHT}# {n}\n")
    learncnn = command_in(root)
    words = ["--exam", "midterm.toml", "--answer-sheets", "sheets", "--jobs", 1]
    run = learncnn("grade", "in.zip", *words)
    assert run.returncode == 0, run.stderr
    return root


def test_answer_sheets_are_sound_pages_that_explain_every_question(course, look):
    paths = sorted((course / "sheets").iterdir())
    assert [path.name for path in paths] == [f"midterm.{100 + n}.html" for n in range(12)]
    for path in (paths[0], paths[6], paths[-1]):
        page = look(path)
        assert problems(page) == []
        assert page.title().startswith("midterm: ")
        assert page.locator("section.exercise").count() == 5
    assert "0 of 6 points" in look(paths[0]).inner_text("main")
    assert "6 of 6 points" in look(paths[-1]).inner_text("main")
    for path in (paths[0], paths[-1]):  # what is wrong, and what is right, is explained
        page = look(path)
        assert page.locator(".notes").count() == 5
        assert page.locator("dt", has_text="Right answer").count() == 5


def test_exams_are_columns_and_their_questions_items(course, look):
    learncnn = command_in(course)
    assert learncnn("report", "-o", "class.html", "--exam", "midterm.toml").returncode == 0
    page = look(course / "class.html")
    assert problems(page) == []
    assert "midterm" in page.locator("table.class thead").inner_text()
    (row,) = (r for r in page.locator("table.class tbody tr").all() if "111" in r.inner_text())
    assert row.locator("td").all_inner_texts()[-2] == "6"
    assert page.locator("table.class tfoot tr").last.locator("td").all_inner_texts()[-2] == "6"
    table = page.locator("#questions ~ table")
    first = table.locator("tr", has=page.get_by_text("Q03-1", exact=True))
    assert "10 of 12" in first.inner_text()
    assert "+0." in first.inner_text()
    hardest = table.locator("tbody tr").first.inner_text()
    assert hardest.split()[0].startswith("Q04")


def test_an_exam_that_nobody_sat_has_no_questions_to_show(course, look):
    (course / "final.toml").write_text(EXAM.replace('"midterm"', '"final"'), "utf-8")
    (course / "final.seed").write_text("0123456789abcdef0123456789abcdef\n")
    run = command_in(course)("report", "-o", "other.html", "--exam", "final.toml")
    assert run.returncode == 0, run.stderr
    assert "0 papers" in look(course / "other.html").inner_text("main")
