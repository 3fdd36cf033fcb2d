"""Provide a small course, so that these tests depend on no real exercise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import learncnn.grader.course.catalog as catalog
from learncnn.cli import main
from learncnn.grader.answer_key.build import build_key
from learncnn.grader.answer_key.store import save_key
from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

COURSE = Path(__file__).parent / "course"

CORRECT = """import numpy as np

def corr2d(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y
"""
FLIPPED = CORRECT.replace("* K)", "* K[::-1, ::-1])")
SIZES = """
def output_size(n, k, padding=0, stride=1):
    return (n - k + 2 * padding) // stride + 1

def pair(n):
    return n, n
"""


def make_slide() -> Exercise:
    exercise = Exercise("ex01")

    @exercise.function
    def corr2d(X, K):
        kh, kw = K.shape
        height, width = X.shape[0] - kh + 1, X.shape[1] - kw + 1
        if height < 1 or width < 1:
            raise ValueError("too large")
        return sum(X[i : i + height, j : j + width] * K[i, j] for i in range(kh) for j in range(kw))

    @exercise.cases(corr2d)
    def _(draw):
        yield example(X=draw.arange(3, 3), K=draw.arange(2, 2))
        yield case("wide image", X=draw.integers((3, 5)), K=draw.kernel((1, 3)))
        yield case("tall image", X=draw.integers((6, 4)), K=draw.kernel((3, 2)))
        yield edge("1×1 kernel of one", X=draw.integers((2, 4)), K=draw.array([[1]]))
        yield raises(ValueError, "too large", X=draw.arange(2, 5), K=draw.arange(4, 2))

    @exercise.misconception("FLIP", corr2d)
    def _(corr2d, X, K):
        return corr2d(X, K[::-1, ::-1])

    @exercise.misconception("ELEM-MEAN", corr2d)
    def _(corr2d, X, K):
        return corr2d(X, K) / (K.shape[0] * K.shape[1])

    return exercise


def make_sizes() -> Exercise:
    exercise = Exercise("ex02")

    @exercise.function
    def output_size(n, k, padding=0, stride=1):
        return (n - k + 2 * padding) // stride + 1

    @exercise.function
    def pair(n):
        return n, n

    @exercise.cases(output_size)
    def _(draw):
        yield example(n=32, k=5)
        yield case("padding", n=5, k=3, padding=1)
        yield case("remainder", n=8, k=3, padding=1, stride=3)

    @exercise.cases(pair)
    def _(draw):
        yield example(n=2)
        yield case("three", n=3)

    @exercise.misconception("PAD-ONCE", output_size)
    def _(output_size, n, k, padding=0, stride=1):
        return (n - k + padding) // stride + 1

    @exercise.misconception("ONE", pair)
    def _(pair, n):
        return n, 1

    return exercise


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """Create a folder of exercises with practice keys, like that of an installation."""
    import shutil

    folder = tmp_path_factory.mktemp("course") / "exercises"
    shutil.copytree(COURSE, folder)
    for exercise, name in ((make_slide(), "ex01_slide"), (make_sizes(), "ex02_sizes")):
        for framework in ("numpy", "torch"):
            key = build_key(exercise, framework=framework, seed="practice")
            save_key(key, folder / name / f"practice-{framework}.npz")
    return folder


@pytest.fixture(autouse=True)
def _installed(course, monkeypatch, tmp_path):
    monkeypatch.setattr(catalog, "EXERCISES", course)
    for name in ("LEARNCNN_LANG", "LEARNCNN_DEBUG", "FORCE_COLOR", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    catalog.load_catalog.cache_clear()
    yield
    catalog.load_catalog.cache_clear()


@pytest.fixture
def cli():
    """Run the command line in this process: cli("check", "ex01") → result."""

    def run(*arguments, **settings):
        return CliRunner().invoke(main, [str(a) for a in arguments], **settings)

    return run


@pytest.fixture
def workspace(tmp_path, monkeypatch, cli):
    """Create a workspace and make it the current folder."""
    root = tmp_path / "study"
    assert cli("start", root).exit_code == 0
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def write(workspace):
    """Write the source (text or bytes) of ex01 into the workspace and return its path."""

    def write(content, name="ex01_slide.py"):
        path = workspace / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def check(cli, write):
    """Write a source and check it; return (output, exit code)."""

    def check(content, *arguments):
        write(content)
        result = cli("check", "ex01", *arguments)
        return result.stdout, result.exit_code

    return check


@pytest.fixture
def command(course):
    """Run the real command line in a process of its own."""

    def run(*arguments, **settings):
        program = (
            "import sys; from pathlib import Path; import learncnn.grader.course.catalog as c\n"
            f"c.EXERCISES = Path({str(course)!r})\n"
            "from learncnn.cli import main; main()"
        )
        usual = {
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "env": {**os.environ, "COLUMNS": "80"},
            "timeout": 60,
        }
        words = [sys.executable, "-c", program, *map(str, arguments)]
        return subprocess.run(words, check=False, **(usual | settings))

    return run


@pytest.fixture
def correct():
    return CORRECT


@pytest.fixture
def flipped():
    return FLIPPED


@pytest.fixture
def sizes():
    return SIZES
