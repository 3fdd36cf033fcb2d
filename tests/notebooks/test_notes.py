"""Test the notes of a report on how a file was loaded, and their line numbers."""

from __future__ import annotations

import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.errors import SubmissionError
from learncnn.grader.grading.grading import grade
from learncnn.grader.render.load_notes import load_note_lines
from learncnn.grader.submissions.submission import parse_submission

from .conftest import notebook

RIGHT = (
    "import numpy as np\n"
    "def corr2d(X, K):\n"
    "    h, w = K.shape\n"
    "    if h > X.shape[0] or w > X.shape[1]:\n"
    "        raise ValueError('kernel')\n"
    "    windows = np.lib.stride_tricks.sliding_window_view(X, (h, w))\n"
    "    return (windows * K.astype(np.result_type(K, 'int64' if K.dtype.kind == 'u' else K))"
    ").sum((2, 3))\n"
)


@pytest.fixture
def report_on(runner):
    def reporting(*cells, filename="ex01.ipynb"):
        info = load_catalog().exercises["ex01"]
        content = notebook(*cells) if filename.endswith("ipynb") else "\n".join(cells).encode()
        read = parse_submission(content, filename)
        return grade(read, info, practice_key(info, "numpy"), runner)[0]

    return reporting


@pytest.fixture
def sentences(report_on):
    def saying(*cells, **options):
        return load_note_lines(report_on(*cells, **options))

    return saying


def test_an_exception_is_placed_in_its_cell(report_on):
    report = report_on(
        "#md title", "x = 1", "import numpy as np\n\ndef corr2d(X, K):\n    return X / K"
    )
    error = report.failure.got.error
    assert (error.cell, error.line) == (3, 4)


def test_a_notebook_without_its_function_says_where_it_broke(report_on):
    report = report_on("x = 1", "def corr2d(X, K):\n  return (")
    assert report.load_error.error.type == "SyntaxError"
    assert (report.load_error.error.cell, report.load_error.error.line) == (2, 2)


def test_what_was_not_run_is_counted(sentences):
    said = sentences(RIGHT, "print(corr2d(1, 2))", "import matplotlib.pyplot as plt\nplt.show()")
    assert said == [
        "Only what corr2d needs was run (cell 1, cell 3). 2 statements that try things out were "
        "not run."
    ]


def test_a_package_that_is_absent_is_named(sentences):
    said = sentences("import cv2", "def corr2d(X, K):\n    return cv2.filter2D(X, -1, K)")
    assert said == ["corr2d uses cv2 (cell 1, line 1), which is not available here."]


def test_the_last_of_two_definitions_counts(sentences):
    said = sentences(RIGHT, "def corr2d(X, K):\n    return X")
    assert (
        "corr2d is defined at cell 1, line 2; cell 2, line 1. The last definition counts." in said
    )


def test_a_name_that_is_given_away_is_noticed(sentences):
    said = sentences(RIGHT, "\ncorr2d = print")
    assert any("cell 2, line 2 gives the name corr2d to something else" in line for line in said)


def test_an_unfinished_later_draft_leaves_the_earlier_one(report_on, sentences):
    cells = (RIGHT, "x = 2", "def corr2d(X, K):\n    return X[")
    assert report_on(*cells).state == "passed"
    assert any(
        "cell 3, line 2 is not valid Python" in s and "cell 1, line 2" in s
        for s in sentences(*cells)
    )


def test_a_failed_statement_that_is_needed_is_named(sentences):
    said = sentences(
        "import numpy as np\nTABLE = np.load('x.npy')", "def corr2d(X, K):\n    return TABLE"
    )
    assert any(
        s.startswith("cell 1, line 2 failed and was left out, although corr2d") for s in said
    )


def test_a_slow_statement_that_is_needed_is_named(sentences):
    said = sentences("n = 0\nwhile True:\n    n += 1", "def corr2d(X, K):\n    return n")
    assert "cell 1, line 2 took too long and was stopped, although corr2d needs it." in said


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            ("class Solution:\n    def corr2d(self, X, K):\n        return X",),
            "in class Solution (cell 1, line 2)",
        ),
        (
            ("from layers import corr2d",),
            "comes from layers (cell 1, line 1), which was not handed in",
        ),
        (("from cs231n.layers import *",), "comes from cs231n.layers"),
        (("x = 1", "#md ```python\ndef corr2d(X, K):\n```"), "is in a text cell (cell 2)"),
        (
            ("x = 1", "%%writefile a.py\ndef corr2d(X, K): pass"),
            "is in a %%writefile cell (cell 2)",
        ),
    ],
)
def test_a_function_that_stands_elsewhere_is_found(sentences, cells, expected):
    assert any(expected in line for line in sentences(*cells)), sentences(*cells)


@pytest.mark.parametrize(
    "bottom",
    [
        "import matplotlib.pyplot as plt\nplt.imshow(corr2d(np.ones((3, 3)), np.ones((2, 2))))",
        "1 / 0",
        "assert corr2d(np.ones((2, 2)), np.ones((2, 2))) == 5",
        "while True:\n    pass",
        "import sys\nsys.exit(0)",
        "import cv2\nprint(cv2.__version__)",
        "print 'done'",
        "import os\nos._exit(3)",
        "!ls",
    ],
)
def test_the_bottom_lines_of_a_script_cost_nothing(report_on, bottom):
    assert report_on(RIGHT, bottom, filename="ex01.py").state == "passed"


def test_a_script_that_was_not_run_as_a_whole_says_so(sentences):
    said = sentences(RIGHT, "1 / 0", filename="ex01.py")
    line = RIGHT.count("\n") + 2
    assert said[0].startswith(
        f"Your file failed to run as a whole (ZeroDivisionError: division by zero, line {line})"
    )


def test_demonstrations_with_a_forbidden_operator_are_not_held_against_a_notebook(report_on):
    assert report_on(RIGHT, "print(np.convolve([1], [1]))").state == "passed"
    used = RIGHT.replace("    h, w", "    np.convolve([1], [1])\n    h, w")
    report = report_on("x = 1", used)
    assert report.state == "forbidden"
    assert [(use.name, use.cell, use.line) for use in report.forbidden] == [
        ("numpy.convolve", 2, 3)
    ]


def test_a_kernel_of_another_language_is_named():
    content = notebook("x <- 1", kernelspec={"language": "R", "name": "ir", "display_name": "R"})
    with pytest.raises(SubmissionError, match="notebook for r"):
        parse_submission(content, "ex01.ipynb")


def test_an_unfinished_merge_in_a_script_is_named():
    content = b"x = 1\n<<<<<<< HEAD\ny = 1\n=======\ny = 2\n>>>>>>> other\n"
    with pytest.raises(SubmissionError, match="unfinished merge"):
        parse_submission(content, "ex01.py")
    assert parse_submission(b"x = 1\n=======\n", "ex01.py").source == "x = 1\n=======\n"


def test_an_unfinished_merge_is_named():
    content = b'{\n<<<<<<< HEAD\n "cells": []\n=======\n "cells": [1]\n>>>>>>> other\n}'
    with pytest.raises(SubmissionError, match="unfinished merge"):
        parse_submission(content, "ex01.ipynb")
