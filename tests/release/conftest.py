"""Run the command line as instructors and students do, and build real wheels."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import learncnn.grader.i18n.texts as texts

ROOT = Path(__file__).parents[2]
SEED = "the private seed of this very course"
CORRECT = """import numpy as np

def corr2d(X, K):
    h, w = K.shape
    H, W = X.shape[0] - h + 1, X.shape[1] - w + 1
    if H < 1 or W < 1:
        raise ValueError("too large")
    return sum(X[i:i + H, j:j + W] * K[i, j] for i in range(h) for j in range(w))
"""
FLIPPED = CORRECT.replace("* K[i, j]", "* K[h - 1 - i, w - 1 - j]")
#: An exam with a bank of its own, whose answers and explanations must appear nowhere else.
EXAM = """id = "final"
title = { en = "Final", zh = "期末考试" }
banks = ["final-bank.toml"]

[[question]]
item = "FIN-1"
points = 2

[[question]]
item = "Q03-1"
"""
BANK = """[[item]]
id = "FIN-1"
kind = "integer"
stem.en = "Parameters of {f} filters {k}×{k} on 7919 channels, with biases?"
stem.zh = "7919 个通道上 {f} 个 {k}×{k} 卷积核(含偏置)共有多少个参数?"
params.k = [3, 5, 7, 9, 11]
params.f = [104729, 104743, 104759, 104761, 104773]
default = { k = 3, f = 104729 }

[item.answer]
value = "f*(7919*k*k + 1)"
en = "Each of {f} filters has a bias beside its {k}·{k}·7919 weights."
zh = "{f} 个卷积核各有一个偏置和 {k}·{k}·7919 个权重。"

[[item.wrong]]
code = "NO-BIAS"
value = "7919*f*k*k"
en = "Exactly the {f} biases are missing."
zh = "恰好少了 {f} 个偏置。"
"""


@pytest.fixture(autouse=True)
def _english():
    texts.use_language("en")


def run(*words, cwd, python=sys.executable, typed=None, **environment):
    """Run the command line in a process of its own."""
    dropped = ("LEARNCNN_LANG", "LEARNCNN_GRADEBOOK", "LC_ALL", "LC_MESSAGES", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return subprocess.run(
        [str(python), "-m", "learncnn", *map(str, words)],
        cwd=cwd,
        env=kept | {"LANG": "C.UTF-8", "XDG_CACHE_HOME": str(Path(cwd) / "cache")} | environment,
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


def contents(folder):
    """Yield (name, bytes) of every file below a folder, and of every member of its zip files."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from _opened(str(path.relative_to(folder)), path.read_bytes())


def _opened(name, content):
    yield name, content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from _opened(f"{name}!{member}", archive.read(member))


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    """Create an instructor's folder: an exam, a list of students, a private seed."""
    folder = tmp_path_factory.mktemp("instructor")
    (folder / "final.toml").write_text(EXAM, "utf-8")
    (folder / "final-bank.toml").write_text(BANK, "utf-8")
    (folder / "students.csv").write_text("id,name\nann,Ann\n李雷-02,李雷\n", "utf-8")
    for seed in ("private.seed", "final.seed"):
        (folder / seed).write_text(f"{SEED}\n")
    return folder


@pytest.fixture(scope="session")
def kit(desk):
    """Make a student kit with an exam."""
    words = ["--exam", "final.toml", "--students", "students.csv"]
    done = run("release", "-o", "kit", *words, cwd=desk)
    assert done.returncode == 0, done.stderr
    return desk / "kit"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Build the wheel of learncnn with pip, from a clean copy of its source."""
    source = tmp_path_factory.mktemp("source") / "learncnn"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "py.typed", "__init__.py"):
        shutil.copy(ROOT / name, source)
    for name in ("__main__.py", "cli.py"):
        shutil.copy(ROOT / name, source)
    for name in ("grader", "exercises"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "src", source / "src", symlinks=True)
    wheels = source.parent / "wheels"
    words = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", wheels, source]
    subprocess.run([sys.executable, "-m", "pip", *map(str, words)], check=True, timeout=300)
    (wheel,) = wheels.glob("*.whl")
    return wheel


def empty_environment(folder):
    """Create an environment with the dependencies of learncnn only, in which pip works offline."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=120)
    (site,) = (folder / "lib").glob("python*/site-packages")
    needed = folder / "needed"
    needed.mkdir()
    for place in filter(None, sys.path):
        for entry in Path(place).iterdir() if Path(place).name == "site-packages" else ():
            link = needed / entry.name
            if "learncnn" not in entry.name and entry.suffix != ".pth" and not link.exists():
                link.symlink_to(entry)
    (site / "needed.pth").write_text(f"{needed}\n")
    return folder / "bin" / "python"


def pip_install(python, *words):
    """Install without a network."""
    command = [python, "-m", "pip", "install", "--quiet", "--no-index", *map(str, words)]
    subprocess.run(command, check=True, timeout=300)


@pytest.fixture(scope="session")
def student(kit, tmp_path_factory):
    """Return the Python of a student who followed the kit's README."""
    python = empty_environment(tmp_path_factory.mktemp("student") / "venv")
    command = [python, "-m", "pip", "install", "--quiet", "--no-index", "-r", "requirements.txt"]
    subprocess.run(command, cwd=kit, check=True, timeout=300)
    return python
