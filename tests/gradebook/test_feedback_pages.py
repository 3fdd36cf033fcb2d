"""Test that decisions and comments appear on a student's page, beside the stored code."""

import html
import re

import pytest

from .conftest import FLIPPED, RIGHT

MARK = "print('mine <b>alone</b>')"


@pytest.fixture
def graded(run, submissions, tmp_path, once):
    def grade():
        folder = submissions({"ann/ex01.py": RIGHT, "bob/ex01.py": f"{FLIPPED}{MARK}\n"})
        code, _, err = run("grade", folder, "--jobs", 1)
        assert code == 0, err

    once(tmp_path, grade)
    return run


@pytest.fixture
def page(graded, tmp_path):
    """Write the pages, and return one's text."""

    def page(student, *words):
        code, _, err = graded(*words, "gradebook", "feedback", "pages")
        assert code == 0, err
        return (tmp_path / "pages" / f"{student}.html").read_text("utf-8")

    return page


def lines(text):
    """Number → (classes, code, what stands beside it) of the code on a page."""
    found = {}
    for part in re.findall(r"<li.*?</li>", text[text.index('<div class="listing') :], re.DOTALL):
        number = re.search(r'class="n">(\d+)<', part)
        code = re.search(r"<code>(.*?)</code>", part, re.DOTALL)
        if number and code:
            kind = re.match(r'<li class="(\w+)"', part)
            beside = re.sub(r"<[^>]+>", "", part.partition('<div class="beside')[2])
            found[int(number[1])] = (kind[1] if kind else "", html.unescape(code[1]), beside)
    return found


def test_the_code_is_that_which_was_handed_in_with_the_diagnosis_beside_it(page):
    text = page("bob")
    shown = lines(text)
    assert [shown[n][1] for n in sorted(shown)] == f"{FLIPPED}{MARK}".split("\n")
    assert "<b>alone</b>" not in text
    (marked,) = (n for n, (kind, *_) in shown.items() if kind == "wrong")
    assert shown[marked][1].startswith("def corr2d")
    assert "FLIP" in shown[marked][2]


@pytest.mark.parametrize(("words", "said"), [((), "Your code"), (("--lang", "zh"), "你的代码")])
def test_comments_stand_at_the_exercise_and_beside_their_line(graded, page, words, said):
    say = ("gradebook", "comment", "bob", "ex01")
    assert graded(*say, "Good start.\n<i>Read</i> on.", "--author", "Ms T")[0] == 0
    assert graded(*say, "turned here", "--line", "8", "--author", "Ms T")[0] == 0
    assert graded(*say, "taken back", "--author", "Ms T")[0] == 0
    assert graded("gradebook", "comment", "--withdraw", "3", "--author", "Ms T")[0] == 0
    text = page("bob", *words)
    assert said in text
    assert "&lt;i&gt;Read&lt;/i&gt; on." in text
    assert "taken back" not in text
    kind, code, beside = lines(text)[8]
    assert (kind, "return" in code) == ("comment", True)
    assert "Ms T" in beside
    assert "turned here" in beside
    assert "turned here" not in page("ann")


def test_what_is_forgotten_stands_on_no_page(graded, page, tmp_path):
    assert MARK in html.unescape(page("bob"))
    assert graded("gradebook", "forget", "bob", "--yes")[0] == 0
    page("ann")
    index = (tmp_path / "pages" / "index.html").read_text("utf-8")
    assert "bob" not in index
    names = re.findall(r'href="([^"]+)"', index)
    texts = [(tmp_path / "pages" / name).read_text("utf-8") for name in names]
    assert len(texts) == 2
    assert not any(MARK in html.unescape(text) or "bob" in text for text in texts)
