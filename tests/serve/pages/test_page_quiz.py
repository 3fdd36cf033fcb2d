"""A quiz in the browser: the answer first, then how sure, then every explanation."""

import json
import os
import subprocess
import sys


def answer(page):
    """Give any answer of the right kind to the question shown."""
    form = page.locator("form[data-question]")
    kind = form.get_attribute("data-kind")
    if kind in ("choice", "multiple"):
        form.locator("input").first.check()
    elif kind in ("order", "match"):
        for number in range(form.locator("select").count()):
            form.locator("select").nth(number).select_option(index=number + 1)
    else:
        form.locator("input").fill("7×7" if kind == "shape" else "7")
    form.get_by_role("button", name="Answer", exact=True).click()


def test_a_quiz_asks_how_sure_before_it_says_what_is_right(browse, server):
    page = browse("/quiz/ex03")
    for number in range(1, 6):
        page.get_by_role("heading", name=f"Question {number} of 5").wait_for()
        answer(page)
        page.locator(".sure").wait_for()
        assert page.locator(".verdict").count() == 0
        page.get_by_role(
            "button", name=("Sure", "Not sure", "Skip")[number % 3], exact=True
        ).click()
        page.locator(".verdict").wait_for()
        assert page.evaluate("document.activeElement.closest('.verdict') !== null")
        page.locator("#question > .choices-row button").click()
    page.locator("#question > h2").wait_for()
    assert progress_of(server)["answered"] == 5


def test_an_unknown_answer_is_explained_at_once_without_asking_how_sure(browse):
    page = browse("/quiz/ex04")
    for _ in range(5):
        page.get_by_role("button", name="I don't know").click()
        page.locator(".verdict").wait_for()
        assert page.locator(".sure").count() == 0
        page.locator("#question > .choices-row button").click()
        page.locator(".verdict").wait_for(state="detached")
    assert "Missed questions come back" in page.locator("#question").inner_text()


def test_what_is_no_answer_is_refused_and_may_be_given_again(browse):
    page = browse("/quiz/ex10")
    for _ in range(5):
        page.locator("form[data-question]").wait_for()
        if page.locator("form input[type=text]").count():
            page.locator("form input[type=text]").fill("seven!")
            page.get_by_role("button", name="Answer", exact=True).click()
            page.locator(".refused:not(:empty)").wait_for()
            answer(page)
            page.locator(".sure").wait_for()
            return
        page.get_by_role("button", name="I don't know").click()
        page.locator("#question > .choices-row button").click()
    raise AssertionError("ex10 asks for no number")


def progress_of(server):
    """What the command line knows of quizzes."""
    command = [sys.executable, "-m", "learncnn", "progress", "--json"]
    done = subprocess.run(
        command, cwd=server.folder, capture_output=True, check=True, env=os.environ
    )
    return json.loads(done.stdout)["quiz"]
