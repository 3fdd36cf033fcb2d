"""Hints, solutions, quizzes, pictures and pages: by the files and rules of the command line."""

import json
import re
import subprocess
import sys

import pytest

from learncnn.grader.i18n.texts import say, use_language
from learncnn.grader.serve.command_links import linked

from .conftest import FLIPPED, RIGHT, environment, model_answer

SMOOTH = [(7 * n) % 256 for n in range(64 * 64)]


def progress(visitor, exercise):
    words = [sys.executable, "-m", "learncnn", "progress", "--json"]
    settings = {"cwd": visitor.folder, "env": environment(visitor.folder.parent)}
    printed = subprocess.run(words, stdout=subprocess.PIPE, check=True, timeout=60, **settings)
    return json.loads(printed.stdout)["exercises"][exercise]


def test_hints_go_from_level_to_level_and_are_shown_again(visitor):
    first = visitor.post("/api/e/ex03/hint").json()
    second = visitor.post("/api/e/ex03/hint").json()
    assert first["left"] == second["left"] + 1
    assert progress(visitor, "ex03")["hints"] == 2
    page = visitor.get("/e/ex03").text
    assert first["html"] in page
    assert second["html"] in page


def test_after_a_diagnosis_its_hint_comes_first(visitor):
    visitor.check("ex01", FLIPPED)
    assert "FLIP" in visitor.post("/api/e/ex01/hint").json()["html"]


def test_the_solution_waits_for_a_pass_or_is_given_up_for_on_record(visitor):
    page = visitor.get("/e/ex04").text
    answer = visitor.post("/api/e/ex04/solution")
    assert answer.status_code == 403
    assert progress(visitor, "ex04")["given_up"] == ""
    shown = visitor.post("/api/e/ex04/solution", {"give_up": True})
    assert shown.status_code == 200
    assert progress(visitor, "ex04")["given_up"]
    code = max(re.findall(r"<code[^>]*>(.*?)</code>", shown.json()["html"], re.S), key=len)
    assert len(code) > 100
    assert code not in page
    assert visitor.post("/api/e/ex04/solution").status_code == 200


@pytest.mark.parametrize("value", [1, "true", None])
def test_only_a_clear_word_gives_up(visitor, value):
    answer = visitor.post("/api/e/ex05/solution", {"give_up": value})
    assert answer.status_code == 400
    assert progress(visitor, "ex05")["given_up"] == ""


def played(visitor, target, given="?"):
    """Play a quiz with one answer to all; how many questions there were, and the end."""
    step = visitor.post("/api/quiz/start", {"target": target}).json()
    count = 0
    while "html" in step:
        count += 1
        path = f"/api/quiz/{step['run']}"
        judged = visitor.post(f"{path}/answer", {"answer": given}).json()
        if "refused" in judged:
            judged = visitor.post(f"{path}/answer", {"answer": "?"}).json()
        if "html" not in judged:
            assert judged["accepted"]
            judged = visitor.post(f"{path}/sure", {"sure": False}).json()
        step = visitor.post(f"{path}/next").json()
        assert judged["last"] == ("summary" in step)
    return count, step


def test_a_quiz_is_kept_in_the_file_of_the_command_line(visitor):
    count, end = played(visitor, "ex01", "12")
    assert count == 5
    assert "/e/ex01" in end["summary"]
    state = json.loads((visitor.folder / ".learncnn" / "quiz.json").read_text())
    assert sum(item["asked"] for item in state["items"].values()) == 5


def test_missed_questions_are_reviewed_and_then_nothing_is_due(visitor):
    played(visitor, "taxonomy")
    count = 1
    while count:
        count, end = played(visitor, "review")
    assert "<p>" in end["summary"]


def test_pages_link_to_pages_where_a_screen_names_commands(visitor):
    use_language("en")
    assert '<a class="whole" href="/">Exercises</a>' in linked(say("quiz", "review.empty"))
    visitor.check("ex16", model_answer("ex16"))  # makes questions due
    progress = visitor.get("/progress").text
    assert '(<a class="whole" href="/review">Review</a>)' in progress


def test_an_answer_counts_once_and_shows_nothing_before_it_is_given(visitor):
    step = visitor.post("/api/quiz/start", {"target": "ex03"}).json()
    path = f"/api/quiz/{step['run']}"
    assert visitor.post(f"{path}/sure", {"sure": True}).status_code == 400
    again = visitor.post(f"{path}/next").json()
    assert (again["number"], again["html"]) == (1, step["html"])
    assert visitor.post(f"{path}/answer", {"answer": "?"}).status_code == 200
    assert visitor.post(f"{path}/answer", {"answer": "?"}).status_code == 400
    assert visitor.post("/api/quiz/nothing/next").status_code == 400


@pytest.mark.parametrize("answer", [None, 1, {"a": 1}, ["x" * 3000], "9" * 3000, [["A"]]])
def test_what_is_no_answer_is_refused(visitor, answer):
    step = visitor.post("/api/quiz/start", {"target": "ex02"}).json()
    refused = visitor.post(f"/api/quiz/{step['run']}/answer", {"answer": answer})
    assert refused.status_code == 400


def test_a_quiz_about_nothing_is_no_page(visitor):
    assert visitor.get("/quiz/ex99").status_code == 404
    assert visitor.post("/api/quiz/start", {"target": "../ex01"}).status_code == 404


def test_an_own_picture_goes_through_the_learners_own_function_after_a_pass(visitor):
    assert visitor.post("/api/e/ex12/picture", {"pixels": SMOOTH}).status_code == 403
    assert visitor.check("ex12", model_answer("ex12"))["state"] == "passed"
    seen = visitor.post("/api/e/ex12/picture", {"pixels": SMOOTH}).json()
    largest, average = seen["maps"]
    assert (len(largest), len(largest[0])) == (16, 16)
    window = [SMOOTH[64 * i + j] for i in range(4) for j in range(4)]
    assert largest[0][0] == pytest.approx(max(window) / _largest(largest, SMOOTH), abs=1e-3)
    assert average != largest
    assert "<svg" in seen["html"]


def _largest(plane, pixels):
    """What brightness 1 stands for in a plane of maxima."""
    return max(
        max(pixels[64 * (4 * i + a) + 4 * j + b] for a in range(4) for b in range(4))
        for i in range(len(plane))
        for j in range(len(plane))
    )


@pytest.mark.parametrize(
    "pixels", [None, [], [0] * 4095, [256] * 4096, [0.5] * 4096, [True] * 4096]
)
def test_what_is_no_picture_is_refused(visitor, pixels):
    assert visitor.post("/api/e/ex12/picture", {"pixels": pixels}).status_code == 400


@pytest.mark.parametrize("path", ["/", "/e/ex01", "/les/les01", "/quiz/A", "/review", "/progress"])
def test_every_page_speaks_the_language_that_was_chosen(visitor, path):
    english = visitor.get(path, params={"lang": "en"}).text
    chinese = visitor.get(path, params={"lang": "zh"}).text
    assert '<html lang="en"' in english
    assert '<html lang="zh-Hans"' in chinese
    assert chinese == visitor.get(path).text  # it is remembered
    visitor.get("/", params={"lang": "en"})
    assert visitor.get(path).text == english


def test_a_page_can_be_read_without_javascript(visitor):
    page = visitor.get("/e/ex01").text
    assert "<svg" in page
    assert "def corr2d" in page
    assert "learncnn check ex01" in page
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert " style=" not in page
    assert "http:" not in page.replace("http://www.w3.org/", "")


def test_a_passed_exercise_is_marked_on_the_map(visitor):
    visitor.check("ex01", RIGHT)
    rows = re.findall(r'<li[^>]*data-exercise="(ex0[13])".*?</li>', visitor.get("/").text, re.S)
    assert rows == ["ex01", "ex03"]
    marked = re.search(r'data-exercise="ex01".*?</li>', visitor.get("/").text, re.S)[0]
    assert "✓" in marked
