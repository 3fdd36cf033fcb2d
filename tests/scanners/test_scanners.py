"""Scanners of text from outside take linear time, as the patterns do."""

import json

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.sandbox.source.scan import code_lines
from learncnn.grader.submissions.exercise_names import Exercises, stem_of
from learncnn.grader.submissions.framework import framework_of
from learncnn.grader.submissions.member_names import problem_of, readable_name
from learncnn.grader.submissions.notebook import notebook_code
from learncnn.grader.submissions.owners import of_single_file
from learncnn.grader.submissions.roster import Roster, Student
from learncnn.grader.submissions.submission import parse_submission
from learncnn.grader.terminal.layout import clean, wrapped

from .growth import superlinear, texts

CODE = ["import", "torch", " ", "\n", "\\", '"', "'''", "#", "[", ")", ";", ":", "%", "?", "=", "!"]
NAMES = ["ex", "0", "1", "_", "-", " ", "(", ")", ".", "中", "anon_", "copy", "/"]
WORDS = ["a", " ", "\t", "（", "中", "。", "\x1b[0m", "\u0301", "\n"]

EXERCISES = Exercises(load_catalog(), list(load_catalog().exercises.values()))
ROSTER = Roster((Student("ann", "Ann Lee", ids={"id": "ann"}), Student("王小明", "王小明")))


def notebook(text):
    cell = {"cell_type": "code", "metadata": {}, "source": f"x = 1\n{text}", "outputs": []}
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return notebook_code(json.dumps(book).encode(), "ex01.ipynb")


SCANNERS = {
    "framework": (lambda text: framework_of(f"{text}\ntorch"), CODE),
    "code": (lambda text: sum(map(len, code_lines(text))), CODE),
    "notebook": (notebook, CODE),
    "script": (lambda text: parse_submission(f"x\n{text}".encode(), "ex01.py"), CODE),
    "stem": (stem_of, NAMES),
    "exercise": (lambda text: EXERCISES.of(f"{text}.py"), NAMES),
    "name": (problem_of, NAMES),
    "readable name": (readable_name, NAMES),
    "owner": (lambda text: of_single_file(f"{text}.py", "x", EXERCISES), NAMES),
    "roster": (lambda text: ROSTER.match(text, "", {}), NAMES),
    "clean": (clean, WORDS),
    "wrapped": (lambda text: wrapped(text, 80), WORDS),
}


@pytest.mark.parametrize("name", SCANNERS)
def test_a_scanner_is_linear(name):
    scan, words = SCANNERS[name]
    for text_of in texts(words, [""], ["", "\\"]):
        assert not superlinear(scan, text_of), text_of(40)
