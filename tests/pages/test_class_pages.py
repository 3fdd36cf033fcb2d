"""Test students' pages and the class page, from `grade` to the browser."""

import csv
import os
import re
from urllib.parse import unquote

import pytest

from learncnn.grader.gradebook.grades import StudentGrades
from learncnn.grader.instructor.feedback_pages import file_names
from learncnn.grader.render.pages.chart import bins, histogram

from .conftest import command_in, problems
from .test_check_page import FLIPPED, HOSTILE, RIGHT, SHIFTED

#: As a name and as the folder of someone who hands in.
EVIL = "<script>document.title='taken'<"
RUBRIC = """
[points]
ex01 = 20
[due]
ex01 = 2026-01-10
[late]
per_day = 0.25
[quiz]
weight = 0.5
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with all that can be of a grade, and its pages."""
    root = tmp_path_factory.mktemp("course")
    learncnn = command_in(root)
    handed = {"ann": RIGHT, "bob": FLIPPED, "cy": "def corr2d(:", "dee": SHIFTED, "eve": FLIPPED}
    for name, source in (handed | {EVIL: HOSTILE}).items():
        folder = root / "in" / name
        folder.mkdir(parents=True)
        (folder / "ex01.py").write_text(source)
    with (root / "roster.csv").open("w") as file:
        people = {name: name.title() for name in handed}
        people |= {"ann": "安娜", "fay": "Fay", EVIL: f"{EVIL}/script>"}
        csv.writer(file).writerows([("id", "name"), *people.items()])
    (root / "rubric.toml").write_text(RUBRIC)
    (root / "quiz.csv").write_text("id,score,max_score\nann,3,4\n")
    words = ["--roster", "roster.csv", "--rubric", "rubric.toml", "--private-seed", "seed.txt"]
    run = learncnn("grade", "in", *words, "--jobs", 1, "--feedback", "pages")
    assert run.returncode == 0, run.stderr
    assert run.stderr.splitlines()[-1] == "pages: 7 pages, and index.html with links to them"
    assert learncnn("gradebook", "quiz", "quiz.csv").returncode == 0
    words = ["bob", "ex01", 8.5, "--reason", "<i>right idea</i>", "--author", "me"]
    assert learncnn("gradebook", "override", *words).returncode == 0
    assert learncnn("gradebook", "feedback", "pages").returncode == 0
    return root


@pytest.fixture
def book(course):
    """The folder of the students' pages."""
    return course / "pages"


def test_every_student_has_a_page_that_is_sound(book, look):
    files = sorted(path.name for path in book.iterdir())
    assert [name for name in files if "script" not in name] == [
        f"{name}.html" for name in ("ann", "bob", "cy", "dee", "eve", "fay", "index")
    ]
    assert all(re.fullmatch(r"[\w.@+-]+\.html", name) for name in files)
    for path in book.iterdir():
        page = look(path)
        assert problems(page) == []
        assert page.locator("script, img, i").count() == 0
        assert "taken" not in page.title() or "<script>" in page.title()


def test_a_students_page_says_what_the_points_follow_from(book, look):
    ann, bob, fay = (
        look(book / f"{name}.html").inner_text("main") for name in ("ann", "bob", "fay")
    )
    assert "安娜 (ann)" in ann
    assert "20 of 20 points" in ann
    assert "Quizzes 75 %" in ann
    assert "Course grade 87.5 %" in ann  # half of it the quiz
    assert "decided by hand: <i>right idea</i>" in bob
    assert "8.5 / 20" in bob
    assert "FLIP" in bob
    assert "missing" in fay
    assert "– / 20" in fay


def test_no_page_tells_the_seed_or_what_others_have(book, course):
    assert command_in(course)("report").returncode == 0
    seed = (course / "seed.txt").read_text().strip()
    for path in [*book.iterdir(), course / "class.html"]:
        text = path.read_text("utf-8")
        assert seed not in text
        assert "private-" not in text
    assert "bob" not in (book / "ann.html").read_text("utf-8")


def test_the_page_drawn_from_the_gradebook_is_that_of_a_check(book, look):
    page = look(book / "dee.html")
    assert page.locator("rect.window").count() == 1
    assert page.locator("figcaption").all_inner_texts()[-3:] == [
        "yours",
        "expected",
        "yours − expected",
    ]


def test_lateness_is_said_with_what_it_cost(learncnn, tmp_path, look):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "doejane_LATE_123_4567_ex01.py").write_text(RIGHT)
    (tmp_path / "rubric.toml").write_text("[late]\nper_day = 0.25\n")
    run = learncnn(
        "grade", "--practice", "in", "--rubric", "rubric.toml", "--feedback", "pages", "--jobs", 1
    )
    assert run.returncode == 0, run.stderr
    (path,) = (p for p in (tmp_path / "pages").iterdir() if p.name != "index.html")
    assert "late by 1 d: 2.5 points lost" in look(path).inner_text("main")


def test_the_class_page_counts_misconceptions_and_draws_the_points(course, look):
    learncnn = command_in(course)
    for lang, frequency in (("en", "2 of 6"), ("zh", "6 人中 2 人")):
        assert learncnn("--lang", lang, "report", "-o", "class.html").returncode == 0
        page = look(course / "class.html")
        assert problems(page) == []
        row = page.locator("tr", has=page.get_by_text("FLIP", exact=True)).inner_text()
        assert frequency in row
        assert page.locator("svg.chart").count() == 3
        rows = page.locator("table.class tbody tr")
        assert rows.count() == 7
        assert (
            "8.5†"
            in rows.nth([r.split()[0] for r in rows.all_inner_texts()].index("bob")).inner_text()
        )


def test_the_table_sorts_and_filters_with_its_own_script_and_shows_all_without(course, look):
    assert command_in(course)("report", "-o", "class.html", "--pages", "pages").returncode == 0
    page = look(course / "class.html")
    rows = page.locator("table.class tbody tr")

    def shown():
        return [row.inner_text().split()[0] for row in rows.all() if row.is_visible()]

    everyone = shown()
    assert len(everyone) == 7
    page.locator("thead button", has_text="ex01").click()
    points = page.locator("table.class tbody td:nth-child(2)").all_inner_texts()
    numbers = [float(text.strip("*†()")) for text in points if text.strip("()") not in "–!"]
    assert numbers == sorted(numbers, reverse=True)
    assert points[-1] == "–"
    page.locator("thead button", has_text="Student").click()
    assert shown() == everyone
    page.locator("input[type=search]").fill("BOB")
    assert shown() == ["bob"]
    assert page.locator("output").inner_text() == "1 of 7 students"
    assert page.said == []
    assert page.locator("script").count() == 1
    assert page.title() == "Class: course"  # and not what the hostile name's script makes of it
    policy = page.locator("meta[http-equiv]").get_attribute("content")
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy
    bare = look(course / "class.html", script=False)
    assert bare.locator("table.class tbody tr").count() == 7
    assert not bare.locator(".tools").is_visible()
    assert bare.locator("thead button").count() == 0


def test_the_class_page_and_the_index_lead_to_students_pages(course, book, look):
    assert command_in(course)("report", "-o", "class.html", "--pages", "pages").returncode == 0
    for path in (course / "class.html", book / "index.html"):
        page = look(path)
        assert problems(page) == []
        links = page.locator("tbody th a:visible")
        names = {path.parent / unquote(link.get_attribute("href")) for link in links.all()}
        assert len(names) == 7
        assert all(name.is_file() for name in names)
        page.locator("tbody th a", has_text="ann").first.click()
        assert "安娜 (ann)" in page.inner_text("h1")
    run = command_in(course)("report", "-o", "class.html", "--pages", "nowhere")
    assert (run.returncode, "gradebook feedback nowhere" in run.stderr) == (2, True)


def test_behind_a_misconception_stand_its_students(course, look):
    assert command_in(course)("report", "-o", "class.html").returncode == 0
    page = look(course / "class.html")
    row = page.locator("tr", has=page.get_by_text("FLIP", exact=True))
    row.locator("summary").click()
    assert row.locator("dd").inner_text() == "bob Bob, eve Eve"


def test_what_cannot_be_written_or_is_empty_is_said(learncnn, tmp_path):
    assert learncnn("report").returncode == 2
    (tmp_path / "in" / "ann").mkdir(parents=True)
    (tmp_path / "in" / "ann" / "ex01.py").write_text(RIGHT)
    assert learncnn("grade", "--practice", "in", "--jobs", 1).returncode == 0
    (tmp_path / "file").write_text("x")
    for words in (("gradebook", "feedback", "file"), ("report", "-o", "file/class.html")):
        run = learncnn(*words)
        assert (run.returncode, "cannot be written" in run.stderr) == (2, True), run.stderr
    assert os.listdir(tmp_path / "in") == ["ann"]


def test_no_two_students_share_a_file_name():
    ids = ["Ann", "ann", "a/../b", "a_.._b", ".", "..", "王伟", "x" * 300]
    names = file_names([StudentGrades(id, "", "", "", True, {}, {}) for id in ids])
    assert len({name.casefold() for name in names}) == len(ids)
    assert all(len(name) < 120 and "/" not in name and name[0] != "." for name in names)


def test_tenths_hold_their_lower_edge_and_the_last_one_the_whole():
    assert bins([0, 0.1, 0.0999, 0.3, 0.9, 1, 1.0]) == [2, 1, 0, 1, 0, 0, 0, 0, 0, 3]
    assert "90–100 %: 3" in histogram([0.9, 1, 1])
