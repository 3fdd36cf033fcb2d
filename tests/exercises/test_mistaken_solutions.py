"""Test that wrong solutions, written as students write them, get the right diagnosis.

The misconceptions of an exercise distort its reference; these are written from nothing, so that
a mutant that computes what no student's code would is found out. `mistaken/` holds most of them:
for each exercise a right solution in each framework, and what is changed in it (`changes`), what
replaces a function of it (`more`), or another solution (`whole`).
"""

import textwrap
from functools import cache
from pathlib import Path

import pytest
import tomllib

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.submissions.submission import Submission

SLIDE = """
import numpy as np

def corr2d(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y
"""
SLIDE_STRIDED = """
import numpy as np

def pair(v):
    return v if isinstance(v, tuple) else (v, v)

def zero_pad(X, padding):
    ph, pw = pair(padding)
    out = np.zeros((X.shape[0] + 2 * ph, X.shape[1] + 2 * pw))
    out[ph:ph + X.shape[0], pw:pw + X.shape[1]] = X
    return out

def corr2d(X, K, padding=0, stride=1):
    sh, sw = pair(stride)
    X = zero_pad(X, padding)
    h, w = K.shape
    Y = np.zeros(((X.shape[0] - h) // sh + 1, (X.shape[1] - w) // sw + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i * sh:i * sh + h, j * sw:j * sw + w] * K).sum()
    return Y
"""


def size(line):
    """ex03's output_size with this body."""
    return "def output_size(n, k, padding=0, stride=1):\n" + textwrap.indent(line, "    ")


CHECKED = 'if n + 2 * padding < k: raise ValueError("too large")\n'
MISTAKEN = [
    ("ex01", SLIDE.replace("* K)", "* K[::-1, ::-1])"), "FLIP"),
    ("ex01", SLIDE.replace(".sum()", ".mean()"), "ELEM-MEAN"),
    ("ex01", SLIDE.replace("- h + 1", "- h").replace("- w + 1", "- w"), "SHAPE-OFF1"),
    ("ex03", size("return (n - k + padding) // stride + 1"), "NO-CHECK PAD-ONCE"),
    ("ex03", size(CHECKED + "return (n - k + padding) // stride + 1"), "PAD-ONCE"),
    (
        "ex03",
        size("if n + padding < k: raise ValueError\nreturn (n - k + padding) // stride + 1"),
        "PAD-ONCE",
    ),
    ("ex03", size("return (n - k + 2 * padding) // stride + 1"), "NO-CHECK"),
    ("ex03", size("return int((n - k + 2 * padding) / stride + 1)"), "NO-CHECK"),
    (
        "ex03",
        size("import math\nreturn math.ceil((n - k + 2 * padding) / stride) + 1"),
        "CEIL NO-CHECK",
    ),
    ("ex03", size(CHECKED + "return -(-(n - k + 2 * padding) // stride) + 1"), "CEIL"),
    ("ex03", size(CHECKED + "return (n - k + 2 * padding) // stride"), "NO-PLUS1"),
    ("ex03", size(CHECKED + "return (n - k + 2 * padding) / stride + 1"), "FLOAT-OUT"),
    ("ex03", size("return (n - k + 2 * padding) / stride + 1"), "FLOAT-OUT NO-CHECK"),
    ("ex03", size(CHECKED + "return n - k + 2 * padding + 1"), "STRIDE-IGNORED"),
    ("ex03", size("return n - k + 2 * padding + 1"), "NO-CHECK STRIDE-IGNORED"),
    ("ex03", size(CHECKED + "return (n - k) // stride + 1"), "PAD-IGNORED"),
    ("ex03", size("return (n - k) // stride + 1"), "NO-CHECK PAD-IGNORED"),
    ("ex03", size("return (n - k) // stride + 2 * padding // stride + 1"), "FLOOR-EARLY NO-CHECK"),
    (
        "ex04",
        SLIDE_STRIDED.replace("i * sh:i * sh + h, j * sw:j * sw + w", "i:i + h, j:j + w"),
        "STRIDE-IGNORED",
    ),
    ("ex04", SLIDE_STRIDED.replace("sh, sw = pair", "sw, sh = pair"), "STRIDE-HW-SWAP"),
    ("ex04", SLIDE_STRIDED.replace("ph, pw = pair", "pw, ph = pair"), "PAD-HW-SWAP"),
    ("ex04", SLIDE_STRIDED.replace("np.zeros((X.shape[0] +", "np.ones((X.shape[0] +"), "PAD-VALUE"),
    (
        "ex04",
        SLIDE_STRIDED.replace("ph:ph + X.shape[0], pw:pw + X.shape[1]", ":X.shape[0], :X.shape[1]"),
        "PAD-BOTTOM-RIGHT",
    ),
]


def mistakes():
    for path in sorted((Path(__file__).parent / "mistaken").glob("*.toml")):
        document = tomllib.loads(path.read_text("utf-8"))
        for mistake in document["mistakes"]:
            for framework in mistake.get("frameworks", document["right"]):
                source = written(document["right"][framework], mistake)
                name = f"{path.stem}-{framework}-{mistake['name']}"
                yield pytest.param(path.stem, framework, source, mistake["codes"], id=name)


def written(right, mistake):
    """The source with this mistake."""
    source = mistake.get("whole", right)
    for old, new in mistake.get("changes", ()):
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source + mistake.get("more", "")


@cache
def key_of(exercise, framework):
    return practice_key(load_catalog().resolve(exercise), framework)


@pytest.mark.parametrize(
    ("exercise", "source", "codes"),
    MISTAKEN,
    ids=[f"{id}-{codes.replace(' ', '+')}-{n}" for n, (id, _, codes) in enumerate(MISTAKEN)],
)
def test_a_students_mistake_is_proved_and_named(exercise, source, codes, runners):
    info = load_catalog().resolve(exercise)
    report, _ = grade(Submission(source, "x.py"), info, key_of(exercise, "numpy"), runners("numpy"))
    assert report.codes
    assert " ".join(sorted(report.codes)) == codes


@pytest.mark.parametrize(("exercise", "framework", "source", "codes"), list(mistakes()))
def test_a_mistake_is_named_in_every_form(exercise, framework, source, codes, runners):
    info = load_catalog().resolve(exercise)
    key = key_of(exercise, framework)
    report, _ = grade(Submission(source, "x.py"), info, key, runners(framework))
    named = {function: set() for function in report.possible}
    for diagnosis in report.diagnoses:
        assert diagnosis.kind == "exact"
        for function in diagnosis.functions:
            named[function] |= set(diagnosis.codes)
    for broken in report.promises:
        named[broken.function] |= {broken.code} - {""}
    assert {"+".join(sorted(found)) for found in named.values() if found} == set(codes.split("|"))


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "mistaken").glob("*.toml")),
                         ids=lambda path: path.stem)  # fmt: skip
def test_what_the_mistakes_are_made_in_is_right(path, runners):
    info = load_catalog().resolve(path.stem)
    for framework, source in tomllib.loads(path.read_text("utf-8"))["right"].items():
        key = key_of(path.stem, framework)
        report, _ = grade(Submission(source, "x.py"), info, key, runners(framework))
        assert report.state == "passed"
