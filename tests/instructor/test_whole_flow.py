"""Run the real commands from an LMS's archive to grades, appeals and exports."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile

import pytest

RIGHT = """import numpy as np

def corr2d(X, K):
    h, w = K.shape
    H, W = X.shape[0] - h + 1, X.shape[1] - w + 1
    if H < 1 or W < 1:
        raise ValueError("too large")
    places = [(i, j) for j in range(w) for i in range(h)]
    total = 0
    while places:
        i, j = places.pop()
        total = total + X[i:i + H, j:j + W] * K[i, j]
    return total
"""
FLIPPED = RIGHT.replace("* K[i, j]", "* K[h - 1 - i, w - 1 - j]")
#: Written by himself, and with names of his own.
COPIED = RIGHT.replace("h, w", "rows, cols").replace("range(h)", "range(rows)")
COPIED = COPIED.replace("range(w)", "range(cols)").replace("- h +", "- rows +")
COPIED = COPIED.replace("- w +", "- cols +")
STEALS = RIGHT.replace("    h, w", "    open('/etc/passwd').read()\n    h, w", 1)

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["My work"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["%matplotlib inline"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": [RIGHT]},
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 4,
}
ROSTER = "id,name\n41,Jane Doe\n42,李 雷\n43,Bob Roe\n44,Mal Ory\n45,Ann Late\n46,Never Here\n"


@pytest.fixture
def office(tmp_path):
    """A folder with a Moodle download of five students and a roster of six."""
    with zipfile.ZipFile(tmp_path / "HW1.zip", "w") as archive:
        for who, name, content in (
            ("Jane Doe_41", "ex01.py", RIGHT),
            ("李 雷_42", "ex01.ipynb", json.dumps(NOTEBOOK)),
            ("Bob Roe_43", "ex01.py", FLIPPED),
            ("Mal Ory_44", "ex01.py", STEALS),
            ("Ann Late_45", "ex01.py", COPIED),
        ):
            archive.writestr(f"{who}_assignsubmission_file/{name}", content)
    (tmp_path / "roster.csv").write_text(ROSTER, "utf-8")
    return tmp_path


@pytest.fixture
def learncnn(office):
    """Run a real command in that folder: its standard output."""
    settings = {"LANG": "C.UTF-8", "XDG_CACHE_HOME": str(office / "cache"), "LEARNCNN_LANG": "en"}

    def learncnn(*words, code=0):
        command = [sys.executable, "-m", "learncnn", *words]
        environment = os.environ | settings
        done = subprocess.run(
            command, cwd=office, env=environment, capture_output=True, timeout=120
        )
        assert done.returncode == code, done.stderr.decode()
        return done.stdout.decode()

    return learncnn


def points_of(table):
    rows = csv.DictReader(io.StringIO(table))
    return {row["name"]: row["points"] for row in rows}


def test_from_a_download_to_grades_that_can_be_defended(office, learncnn):
    homework = ("HW1.zip", "--roster", "roster.csv")
    said = learncnn("grade", *homework, "--feedback", "pages")
    assert "5 submissions of 5 students graded" in said
    assert "Missing (1):\n  46  Never Here  ex01\n" in said

    table = learncnn("gradebook", "show")
    assert all(name in table for name in ("Jane Doe", "李 雷", "Bob Roe", "Mal Ory", "Ann Late"))
    assert "FLIP" in learncnn("gradebook", "show", "43")

    learncnn("gradebook", "override", "43", "ex01", "6", "--reason", "explained it in class")
    assert "explained it in class" in learncnn("gradebook", "show", "43")

    assert "0" in learncnn("regrade", "ex01")

    points = points_of(learncnn("gradebook", "export", "csv"))
    assert (points["Jane Doe"], points["李 雷"], points["Bob Roe"]) == ("10", "10", "6")
    assert float(points["Mal Ory"]) == 0
    assert points["Never Here"] == ""

    learncnn("report", "-o", "class.html")
    picture = (office / "class.html").read_text("utf-8")
    assert all(name in picture for name in points)
    assert "FLIP" in picture
    index, *paths = sorted((office / "pages").iterdir(), key=lambda path: path.name != "index.html")
    assert all(name in index.read_text("utf-8") for name in points)
    pages = [path.read_text("utf-8") for path in paths]
    (flipped,) = [page for page in pages if "Bob Roe" in page]
    assert "FLIP" in flipped
    assert "<svg" in flipped
    assert not any(name in flipped for name in points if name != "Bob Roe")

    alike = json.loads(learncnn("similar", "HW1.zip", "--json", "-o", "similar.html"))
    first = {work["name"] for work in alike["pairs"][0]["submissions"]}
    assert first == {"Jane Doe", "Ann Late"}
    assert "Ann Late" in (office / "similar.html").read_text("utf-8")

    seed = (office / "learncnn-seed.txt").read_text().strip()
    kept = (office / "gradebook.sqlite").read_bytes()
    assert not any(seed.encode() in text for text in (kept, *(page.encode() for page in pages)))
