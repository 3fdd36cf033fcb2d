"""Hostile containers through the real `learncnn grade`: each file is graded as it deserves or
refused with one message, the neighbour's right answer passes, and nothing is left behind."""

import csv
import io
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from learncnn.grader.i18n.tomlio import load_toml
from learncnn.grader.sandbox.layers import libc

from .arena import (
    HERE,
    MARKER,
    PR_SET_CHILD_SUBREAPER,
    REPORT_BYTES,
    RIGHT,
    children,
    living,
    markers,
)
from .containers import MAKERS, WRONG, put

pytest.importorskip("sqlalchemy")
MANIFEST = load_toml(HERE / "containers.toml")
#: A usual run takes 70 MiB and a second.
MEMORY_MIB = 256
SECONDS = 60
#: Started by a process that is small itself, for a child's peak begins with its parent's.
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
open(sys.argv[1], "w").write(str(peak))
sys.exit(code)
"""
#: What a terminal might obey; texts are told with nothing but line ends.
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]")


@pytest.fixture(autouse=True)
def _heir():
    """Processes that break away come to this one, to be found."""
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    yield
    libc.prctl(PR_SET_CHILD_SUBREAPER, 0)


class Course:
    """A class that has handed in below `root`, and the commands of its instructor."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "class"
        self.book = folder / "gradebook.sqlite"
        self.home = folder / "home"
        self._peak = folder / "peak"
        put(self.root / "zoe/ex01.py", RIGHT)
        for name in ("cache", "tmp"):
            (self.home / name).mkdir(parents=True)

    def learncnn(self, *words: object) -> tuple[int, str, str]:
        """Exit code and what was said, of a command run where a student's files lie."""
        command = [sys.executable, "-I", "-m", "learncnn", *map(str, words)]
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", MEASURED, self._peak, *command],
            cwd=self.root,
            env={
                "HOME": str(self.home),
                "TMPDIR": str(self.home / "tmp"),
                "XDG_CACHE_HOME": str(self.home / "cache"),
                "LEARNCNN_GRADEBOOK": str(self.book),
                "LANG": "C.UTF-8",
            },
            capture_output=True,
            timeout=SECONDS,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert len(out) + len(err) < REPORT_BYTES
        assert not CONTROLS.search(out + err)
        assert "Traceback" not in err
        assert int(self._peak.read_text()) < MEMORY_MIB
        return done.returncode, out, err

    def grade(self) -> dict:
        """Grade everything that was handed in."""
        code, out, err = self.learncnn("grade", "--practice", self.root, "--json", "--jobs", 1)
        document = json.loads(out)
        assert code == (1 if document["problems"] else 0), err
        return document

    def rows(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(self.book)) as connection:
            return connection.execute(query).fetchall()

    def files(self) -> dict[Path, bytes | None]:
        """Everything that was handed in, with its content."""
        return {
            path: path.read_bytes() if path.is_file() and not path.is_symlink() else None
            for path in sorted(self.root.rglob("*"))
        }


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


@pytest.mark.parametrize("id", MANIFEST)
def test_a_container_gets_what_it_deserves(id, course, tmp_path):
    row = MANIFEST[id]
    MAKERS[id](course.root, MARKER)
    before, others = course.files(), children()
    document = course.grade()
    states = {"passed": 1} | row.get("states", {})
    assert document["exercises"] == {"ex01": states}
    assert document["faults"] == []
    zoe = "select state from reports join submissions on report = reports.id where student = 'zoe'"
    assert course.rows(zoe) == [("passed",)]
    for said in (says := row["says"]):
        assert sum(said in problem for problem in document["problems"]) == 1, said
    assert len(document["problems"]) == len(says), document["problems"]
    assert living(others) == set()
    assert course.files() == before
    assert markers() == []
    assert {path.name for path in tmp_path.iterdir()} == {
        "class", "home", "peak", "gradebook.sqlite",
    }  # fmt: skip
    assert list((course.home / "tmp").iterdir()) == []


def test_every_row_has_a_container_and_every_container_a_row():
    assert set(MAKERS) == set(MANIFEST)
    assert [id.split("_")[0] for id in MANIFEST] == [f"E{n:02d}" for n in range(1, 16)]


def test_no_name_becomes_a_formula(course):
    MAKERS["E11_names_of_students"](course.root, MARKER)
    course.grade()
    for format in ("csv", "canvas", "moodle"):
        course.learncnn("gradebook", "export", format, "-o", course.home / "grades.csv")
        cells = csv.reader(io.StringIO((course.home / "grades.csv").read_text()))
        text = [cell for row in cells for cell in row if not re.fullmatch(r"-?[\d.]+", cell)]
        assert any("=cmd" in cell for cell in text)
        assert not [cell for cell in text if cell.startswith(tuple("=+-@＝"))]


def test_what_was_printed_obeys_nobody(course):
    MAKERS["E12_injection"](course.root, MARKER)
    course.grade()
    for (student,) in course.rows("select id from students"):
        code, out, _ = course.learncnn("gradebook", "show", student)
        assert (code, student in out) == (0, True)


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "folder", "nothing"])
def test_what_is_no_file_is_refused_when_it_is_named_itself(course, kind, monkeypatch):
    path = course.home / "ex01.py"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        monkeypatch.chdir(course.home)  # a socket's name is short
        socket.socket(socket.AF_UNIX).bind(path.name)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    code, out, err = course.learncnn("grade", "--practice", path)
    assert (code, out) == (2, "")
    assert err.strip().splitlines()[-1].startswith(f"learncnn: {path}")


def test_a_file_that_changes_is_graded_as_what_is_kept(course):
    """Report and stored bytes are those of one reading."""
    MAKERS["E15_changes_meanwhile"](course.root, MARKER)
    paths = [path for path in course.files() if path.match("mallory*/ex01.py")]
    enough = threading.Event()

    def change() -> None:
        while not enough.is_set():
            for source in (RIGHT, WRONG):
                for path in paths:
                    put(path.with_name("next"), f"{source}# {path.parent.name}\n")
                    path.with_name("next").rename(path)

    changing = threading.Thread(target=change)
    changing.start()
    try:
        course.grade()
    finally:
        enough.set()
        changing.join()
    kept = course.rows(
        "select content, state from submissions join contents on content_hash = hash"
        " join reports on report = reports.id where student like 'mallory%'"
    )
    assert len(kept) == len(paths)
    for content, state in kept:
        assert state == ("failed" if b"2 * right" in content else "passed")
