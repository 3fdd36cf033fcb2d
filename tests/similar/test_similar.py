"""Test `similar` as an instructor runs it: who is named, who is not, and an inert page."""

import json
import os
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.stubs import stub_source
from learncnn.grader.i18n.texts import use_language
from learncnn.grader.lessons.lesson_notebook import exercise_notebook

LOOPS = '''import numpy as np


def corr2d(X, K):
    """Slide the kernel."""
    h, w = K.shape
    rows, columns = X.shape[0] - h + 1, X.shape[1] - w + 1
    if rows < 1 or columns < 1:
        raise ValueError("the kernel is larger than the image")
    result = np.zeros((rows, columns), dtype=np.result_type(X, K))
    for i in range(rows):
        for j in range(columns):
            window = X[i : i + h, j : j + w]
            result[i, j] = (window * K).sum()
    return result
'''
VIEWS = """import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def corr2d(X, K):
    if any(a < b for a, b in zip(X.shape, K.shape)):
        raise ValueError(f"{K.shape} does not fit into {X.shape}")
    return np.tensordot(sliding_window_view(X, K.shape), K, axes=2)
"""
#: The loops with other names, comments, blank lines and quotes.
RENAMED = (
    re.sub(r"\b(rows|columns|result|window|h|w|i|j)\b", r"my_\1", LOOPS)
    .replace('"""Slide the kernel."""', "# all my own work\n\n    # really")
    .replace('"the kernel is larger than the image"', "'no'")
)


def notebook(source):
    cells = [
        {"cell_type": "code", "metadata": {}, "source": part, "outputs": [], "execution_count": 1}
        for part in ("%matplotlib inline\n", *source.split("\n\n\n"))
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def similar(folder, *words):
    return subprocess.run(
        [sys.executable, "-m", "learncnn", "similar", *map(str, words)],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LEARNCNN_"))}
        | {"LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.fixture
def hand_in(tmp_path):
    """Write a submission for ex01: hand_in("ann", source)."""

    def hand_in(student, source, name="ex01.py"):
        path = tmp_path / "class" / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")

    return hand_in


@pytest.fixture
def pairs(tmp_path):
    """Compare the class: {frozenset of students: pair of the JSON}, in the order given."""

    def pairs(*words):
        done = similar(tmp_path, *(words or ["class"]), "--json")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)["pairs"]
        return {frozenset(s["student"] for s in pair["submissions"]): pair for pair in found}

    return pairs


def test_a_copy_with_other_names_and_comments_is_found(hand_in, pairs):
    hand_in("ann", LOOPS)
    hand_in("bob", RENAMED)
    (pair,) = pairs().values()
    assert pair["similarity"] > 0.75
    assert not pair["identical"]
    ann, bob = pair["submissions"]
    assert (ann["student"], bob["student"]) == ("ann", "bob")
    assert ann["lines"][0][0] <= 9
    assert ann["lines"][-1][1] == 15


def test_two_independent_solutions_are_not(hand_in, pairs):
    hand_in("ann", LOOPS)
    hand_in("bob", VIEWS)
    assert pairs() == {}


@pytest.mark.parametrize("framework", ["numpy", "torch"])
def test_stubs_are_not(framework, hand_in, pairs):
    info = load_catalog().resolve("ex08")
    for language in ("en", "zh"):
        use_language(language)
        stub = stub_source(info, framework)
        hand_in(f"ann-{language}", stub, "ex08.py")
        hand_in(f"bob-{language}", stub, "ex08.py")
        hand_in(f"cat-{language}", exercise_notebook(info, stub), "ex08.ipynb")
        hand_in(f"dan-{language}", f"# to do\n{stub}\n# tomorrow", "ex08.py")
    use_language("en")
    assert pairs() == {}


def test_who_copied_the_solution_is_not_accused_of_copying_from_another(hand_in, pairs):
    from learncnn.grader.answer_key.model_answers import model_answers

    solution = model_answers(load_catalog().resolve("ex08"), "numpy").plain
    hand_in("ann", solution, "ex08.py")
    hand_in("bob", solution.replace("weight", "W"), "ex08.py")
    assert pairs() == {}


def test_notebooks_and_downloads_of_an_lms_are_compared_too(tmp_path, hand_in, pairs):
    hand_in("ann", notebook(LOOPS), "ex01.ipynb")
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as archive:
        archive.writestr("roebob_17_100_ex01.py", RENAMED)
        archive.writestr("doecat_LATE_18_101_ex01-1.py", VIEWS)
    assert len(pairs("class", "submissions.zip")) == 1
    (students,) = pairs("class", "submissions.zip")
    assert "ann" in students


def test_the_most_alike_come_first_and_a_threshold_leaves_out_the_rest(hand_in, pairs):
    half = RENAMED.replace("my_result[my_i, my_j] = (my_window * K).sum()", "pass  # ?")
    half = half.replace("np.zeros((my_rows, my_columns), dtype=np.result_type(X, K))", "{}")
    hand_in("ann", LOOPS)
    hand_in("bob", LOOPS)
    hand_in("cat", half)
    found = pairs("class", "--threshold", "0.3")
    assert list(found) == [{"ann", "bob"}, {"ann", "cat"}, {"bob", "cat"}]
    assert found[frozenset(("ann", "bob"))]["identical"]
    least = found[frozenset(("ann", "cat"))]["similarity"]
    assert 0.3 < least < 1
    assert list(pairs("class", "--threshold", str(least + 0.01))) == [{"ann", "bob"}]


def test_nobody_copies_from_oneself(hand_in, pairs):
    hand_in("ann", LOOPS, "ex01.py")
    hand_in("ann", LOOPS + "\n", "ex01 (1).py")
    hand_in("bob", VIEWS)
    assert pairs() == {}


def test_what_much_of_a_class_writes_is_no_sign_but_the_same_text_is(hand_in, pairs):
    for number in range(14):
        hand_in(f"student{number}", LOOPS.replace("Slide", f"Slide {number}:"))
    assert pairs() == {}
    hand_in("eve", LOOPS.replace("Slide", "Slide 3:"))
    assert list(pairs()) == [{"student3", "eve"}]


def test_no_submission_is_run(tmp_path, hand_in, pairs):
    mark = tmp_path / "ran"
    for student in ("ann", "bob"):
        hand_in(student, f"open({str(mark)!r}, 'w')\n{LOOPS}")
    assert len(pairs()) == 1
    assert not mark.exists()


def test_what_cannot_be_read_is_named_and_costs_nobody_else(tmp_path, hand_in):
    hand_in("ann", LOOPS)
    hand_in("bob", RENAMED)
    hand_in("cat", "{}", "ex01.ipynb")
    done = similar(tmp_path, "class")
    assert done.returncode == 1
    assert "cat/ex01.ipynb" in done.stderr
    assert re.search(r"ex01\s+ann\s+bob", done.stdout)
    assert similar(tmp_path, "nowhere").returncode == 2


class Page(HTMLParser):
    """The elements of a page, their attributes, and the text of each cell."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.attributes, self.cells, self.inside = [], set(), [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attributes}
        if tag in ("td", "li"):
            self.cells.append("")
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("td", "li")

    def handle_data(self, data):
        if self.inside:
            self.cells[-1] += data


@pytest.fixture
def page(tmp_path):
    def page(*words):
        done = similar(tmp_path, *words, "class", "-o", "deep/report.html")
        assert done.returncode == 0, done.stderr
        return Page((tmp_path / "deep" / "report.html").read_text("utf-8"))

    return page


def test_the_page_shows_both_sides_and_what_is_alike(hand_in, page):
    hand_in("ann", LOOPS)
    hand_in("bob", RENAMED)
    found = page()
    for line in (*LOOPS.splitlines(), *RENAMED.splitlines()):
        assert line in found.cells
    assert found.elements.count("mark") > 12


def test_hostile_names_and_code_are_inert(hand_in, page):
    attack = "</td></table><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"
    for name in ("<b onclick=alert(1)>ann", "bob\u3000&amp;"):
        hand_in(name, f"# {attack}\n{LOOPS}\nx = 'a\u202eb\x1b[31m'")
    found = page()
    assert not {"script", "img", "b"} & set(found.elements)
    assert not {name for name in found.attributes if name.startswith("on")}
    assert f"# {attack}" in found.cells
    assert "x = 'ab[31m'" in found.cells
    assert "<b onclick=alert(1)>ann" in found.cells
    assert "bob\u3000&amp;" in found.cells


def test_a_page_needs_nothing_from_elsewhere_and_speaks_chinese(tmp_path, hand_in):
    hand_in("ann", LOOPS)
    hand_in("bob", LOOPS)
    command = [sys.executable, "-m", "learncnn", "--lang", "zh", "similar", "class"]
    done = subprocess.run(
        [*command, "-o", "zh.html"], cwd=tmp_path, capture_output=True, check=True, timeout=120
    )
    assert "文本相同" in done.stdout.decode()
    text = (tmp_path / "zh.html").read_text("utf-8")
    assert '<html lang="zh">' in text
    assert "相似的提交" in text
    assert not re.search(r"\b(src|href)\s*=\s*.?(?!#)[\"'](?!#)", text)
    assert "url(" not in text
    assert "prefers-color-scheme: dark" in text
