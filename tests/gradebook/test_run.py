"""Test that `grade` gives everything handed in one report, whatever happens."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.queries import grades_of

from .conftest import FLIPPED, RIGHT, rows_of


def grade_process(*words, **settings):
    return subprocess.Popen(
        [sys.executable, "-m", "learncnn", "grade", "--practice", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **settings,
    )


def points(place):
    book = open_gradebook(str(place))
    found = {
        (student.id, id): (grade.status, grade.points)
        for student in grades_of(book)
        for id, grade in student.grades.items()
    }
    book.close()
    return found


def test_a_class_is_graded_into_a_new_gradebook(run, a_class, tmp_path):
    code, out, err = run("grade", "--practice", a_class, "--jobs", 1)
    assert code == 0, err
    assert "3 submissions of 3 students graded" in out
    assert "ex01  Cross-correlation: passed 1 · failed 1 · does not load 1" in out
    assert points(tmp_path / "gradebook.sqlite") == {
        ("ann", "ex01"): ("graded", 10.0),
        ("bob", "ex01"): ("graded", pytest.approx(2.5, abs=2.5)),
        ("cy", "ex01"): ("graded", 0.0),
    }


def test_the_whole_report_is_kept(run, a_class, tmp_path):
    from learncnn.grader.gradebook.queries import report_document

    run("grade", "--practice", a_class, "--jobs", 1)
    book = open_gradebook(str(tmp_path / "gradebook.sqlite"))
    bob = next(student for student in grades_of(book) if student.id == "bob")
    document = report_document(book, bob.grades["ex01"].attempt.report)
    book.close()
    assert document["diagnoses"][0]["codes"] == ["FLIP"]
    assert document["failure"]["arguments"].keys() == {"X", "K"}
    assert document["provenance"]["key_digest"] == bob.grades["ex01"].attempt.key_digest


def test_grading_again_changes_nothing(run, a_class, tmp_path):
    run("grade", "--practice", a_class, "--jobs", 1)
    before = rows_of(tmp_path / "gradebook.sqlite")
    code, out, _ = run("grade", "--practice", a_class, "--jobs", 1)
    assert code == 0
    assert "3 more were graded before" in out
    assert rows_of(tmp_path / "gradebook.sqlite") == before


def test_identical_submissions_share_one_report(run, submissions, tmp_path):
    # A notebook has one of its own: what it names are cells and their lines.
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {
                "cell_type": "code",
                "id": "a",
                "metadata": {},
                "outputs": [],
                "execution_count": None,
                "source": RIGHT.rstrip("\n"),
            },
        ],
    }
    files = {f"s{n}/ex01.py": RIGHT for n in range(20)}
    root = submissions(
        files | {"nb/ex01.ipynb": json.dumps(notebook), "crlf/ex01.py": RIGHT.replace("\n", "\r\n")}
    )
    code, out, _ = run("grade", "--practice", root, "--jobs", 2, "--json")
    found = json.loads(out)
    assert (code, found["graded"], found["shared"]) == (0, 22, 20)
    rows = rows_of(tmp_path / "gradebook.sqlite")
    assert (len(rows["reports"]), len(rows["submissions"]), len(rows["contents"])) == (2, 22, 3)


def test_what_cannot_be_read_has_its_own_status(run, submissions, tmp_path):
    root = submissions({"ann/ex01.py": RIGHT, "bob/ex01.py": b"\xff", "cy/ex01.ipynb": "{}"})
    code, out, _ = run("grade", "--practice", root, "--jobs", 1)
    assert code == 1
    assert "not UTF-8" in out
    found = points(tmp_path / "gradebook.sqlite")
    assert found["bob", "ex01"] == ("unreadable", None)
    assert found["cy", "ex01"] == ("unreadable", None)


def test_missing_late_double_and_unlisted_are_named(run, submissions, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\n1,Ann\n2,Bob\n3,Cy\n")
    root = submissions(
        {
            "ann_LATE_1_10_ex01.py": RIGHT,
            "bob_2_11_ex01.py": RIGHT,
            "bob_2_12_ex01-1.py": FLIPPED,
            "zoe_9_13_ex01.py": RIGHT,
        }
    )
    _, out, _ = run("grade", "--practice", root, "--roster", roster, "--jobs", 1, "--json")
    found = json.loads(out)
    assert found["missing"] == ["3 ex01"]
    assert found["late"] == ["1 ex01"]
    assert found["double"] == ["2 ex01 (ex01.py, ex01-1.py)"]
    assert found["unlisted"] == ["9"]
    assert found["unlisted_before"] == []
    assert points(tmp_path / "gradebook.sqlite")["3", "ex01"] == ("missing", None)
    roster.write_text("id,login,name\nS1,1,Ann\nS2,2,Bob\nS3,3,Cy\n")
    root = submissions({"bob_2_14_ex01.py": RIGHT}, "later")
    _, out, _ = run("grade", "--practice", root, "--roster", roster, "--jobs", 1)
    assert "on no roster (1); to begin without them, name a new --course:  9" in out


def test_a_private_seed_is_made_once_and_never_shown(run, a_class, tmp_path):
    seed = tmp_path / "seed.txt"
    code, out, err = run("grade", a_class, "--private-seed", seed, "--jobs", 1)
    assert code == 0
    assert "was made" in err
    secret = seed.read_text().strip()
    assert seed.stat().st_mode & 0o777 == 0o600
    content = (tmp_path / "gradebook.sqlite").read_bytes()
    assert secret not in out + err
    assert secret.encode() not in content
    seed.unlink()
    code, _, err = run("grade", a_class, "--private-seed", seed, "--jobs", 1)
    assert code == 2
    assert "a new one would give other cases" in err
    seed.write_text("short")
    assert "at least 8" in run("grade", a_class, "--private-seed", seed)[2]


def test_another_key_is_named_and_changes_no_grade(run, a_class, tmp_path):
    run("grade", "--practice", a_class, "--jobs", 1)
    before = rows_of(tmp_path / "gradebook.sqlite")
    (tmp_path / "seed").write_text("another seed")
    _, out, _ = run("grade", a_class, "--jobs", 1, "--private-seed", tmp_path / "seed")
    assert "3 of ex01 were graded under another key" in out
    assert rows_of(tmp_path / "gradebook.sqlite") == before


def test_words_that_make_no_sense(run, tmp_path, a_class):
    for words, message in [
        ((), "Name what to grade"),
        (("--resume",), "no gradebook"),
        ((a_class / "ann", a_class / "none"), "no such file"),
        ((tmp_path / "none",), "no such file"),
        ((a_class, "--exercises", "ex77"), "no exercise"),
        ((a_class, "--roster", "none.csv"), "cannot be read"),
        ((a_class, "--rubric", "none.toml"), "cannot be read"),
        ((a_class, "--gradebook", tmp_path), "is a folder"),
        ((a_class, "--gradebook", tmp_path / "none" / "g.sqlite"), "there is no folder"),
        ((a_class, "--gradebook", "mysql://x/y"), "cannot hold a gradebook"),
    ]:
        code, _, err = run("grade", *words, "--private-seed", tmp_path / "seed")
        assert (code, message in err) == (2, True), err
    assert not list(tmp_path.glob("gradebook.sqlite*"))
    assert not (tmp_path / "seed").exists()


def test_a_run_that_ended_leaves_nothing_to_resume(run, a_class):
    run("grade", "--practice", a_class, "--jobs", 1)
    code, _, err = run("grade", "--practice", "--resume")
    assert (code, "nothing to resume" in err) == (2, True), err


@pytest.fixture
def many(submissions):
    """Enough different submissions that a run can be interrupted in the middle."""
    files = {}
    for n in range(150):
        source = (RIGHT, FLIPPED, "import nothing\n")[n % 3] if n % 5 else RIGHT
        files[f"student{n:03d}/ex01.py"] = f"{source}\n# {n if n % 4 else 0}\n"
    return submissions(files, "many")


@pytest.fixture
def undisturbed_place(many, tmp_path):
    place = tmp_path / "undisturbed.sqlite"
    process = grade_process(many, "--gradebook", place, "--jobs", 2, cwd=tmp_path)
    _, err = process.communicate()
    assert process.returncode == 0, err
    return place


@pytest.fixture
def undisturbed(undisturbed_place):
    return rows_of(undisturbed_place)


def test_kills_at_any_moment_cost_nothing(many, undisturbed_place, tmp_path):
    place = tmp_path / "killed.sqlite"
    words = [many, "--gradebook", place, "--jobs", 2]
    kills = random.Random(7)
    for _ in range(6):
        process = grade_process(*words, cwd=tmp_path)
        time.sleep(kills.uniform(0.2, 1.6))
        process.kill()
        process.communicate()
        if place.exists():
            words = ["--resume", "--gradebook", place, "--jobs", 2]
    process = grade_process(many, "--gradebook", place, "--jobs", 2, cwd=tmp_path)
    _, err = process.communicate()
    assert process.returncode == 0, err
    # A run that was killed before it was noted leaves its files to the next one, with its number.
    assert rows_of(place, but=["run"]) == rows_of(undisturbed_place, but=["run"])
    assert sqlite3.connect(place).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_ctrl_c_keeps_what_was_graded_and_resume_needs_no_words(many, undisturbed, tmp_path):
    place = tmp_path / "interrupted.sqlite"
    process = grade_process(many, "--gradebook", place, "--jobs", 1, cwd=tmp_path)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        time.sleep(0.1)
        if place.exists() and _count(place, "reports") > 5:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert f"learncnn grade --resume --gradebook {place}".encode() in err
    assert b"Traceback" not in err
    kept = _count(place, "reports")
    assert 5 < kept < 120
    process = grade_process("--resume", "--gradebook", place, cwd=tmp_path)
    _, err = process.communicate()
    assert process.returncode == 0, err
    assert rows_of(place) == undisturbed


def test_runs_at_the_same_time_end_as_one(many, undisturbed_place, tmp_path):
    place = tmp_path / "together.sqlite"
    words = [many, "--gradebook", place, "--jobs", 1]
    processes = [grade_process(*words, cwd=tmp_path) for _ in range(3)]
    for process in processes:
        _, err = process.communicate()
        assert process.returncode == 0, err
    # Which of them first saw a file is left to chance.
    assert rows_of(place, but=["run"]) == rows_of(undisturbed_place, but=["run"])


def test_a_file_that_makes_the_grader_fail_is_tried_again_on_resume(
    run, a_class, tmp_path, monkeypatch
):
    from learncnn.grader.batch import grading_worker

    place = tmp_path / "gradebook.sqlite"
    real = grading_worker.Bench.grade
    # Workers import the real one; here a pool of this process stands in for them.
    from learncnn.grader.batch.tasks import Done
    from learncnn.grader.errors import Message
    from learncnn.grader.instructor import graders

    class Failing:
        def __init__(self, settings, *, jobs, reduce):
            self.bench, self.reduce = grading_worker.Bench(settings), reduce

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.bench.__exit__()

        def results(self, tasks):
            for task in tasks:
                if "FAULT" in os.environ and "h - 1" in task.submission.source:
                    yield Done(task.number, None, Message("the sandbox broke"))
                    continue
                report, seconds = real(self.bench, task.submission, task.exercise, task.framework)
                yield Done(task.number, self.reduce(report), seconds=seconds)

    monkeypatch.setattr(graders, "Pool", Failing)
    monkeypatch.setenv("FAULT", "1")
    code, out, err = run("grade", "--practice", a_class)
    assert code == 1
    assert "fault of the grader" in out
    assert "--resume" in err
    assert points(place)["bob", "ex01"] == ("ungraded", None)
    monkeypatch.delenv("FAULT")
    assert run("grade", "--practice", "--resume")[0] == 0
    assert points(place)["bob", "ex01"][0] == "graded"


def test_a_file_that_makes_a_reader_fail_costs_no_other(run, a_class, tmp_path, monkeypatch):
    from learncnn.grader.gradebook import writes as store

    place = tmp_path / "gradebook.sqlite"
    real = store.parse_submission

    def failing(content, filename):
        if b"h - 1" in content:
            raise RuntimeError("not foreseen")
        return real(content, filename)

    monkeypatch.setattr(store, "parse_submission", failing)
    code, out, _ = run("grade", "--practice", a_class, "--jobs", 1, "--json")
    (fault,) = json.loads(out)["faults"]
    assert code == 1
    assert "bob" in fault
    assert "not foreseen" in fault
    assert points(place)["ann", "ex01"] == ("graded", 10.0)
    monkeypatch.setattr(store, "parse_submission", real)
    assert run("grade", "--practice", a_class, "--jobs", 1)[0] == 0
    assert points(place)["bob", "ex01"][0] == "graded"


def test_a_file_that_is_slow_to_read_costs_no_other(run, a_class, tmp_path, monkeypatch):
    from learncnn.grader.gradebook import writes as store

    real = store.parse_submission

    def endless(content, filename):
        while b"h - 1" in content:
            pass
        return real(content, filename)

    monkeypatch.setattr(store, "parse_submission", endless)
    for options in ([a_class, "--jobs", 1], ["--resume"]):
        code, out, _ = run("grade", "--practice", *options, "--json")
        (fault,) = json.loads(out)["faults"]
        assert code == 1
        assert "bob" in fault
        assert "took too long to read" in fault
    place = tmp_path / "gradebook.sqlite"
    assert points(place)["ann", "ex01"] == ("graded", 10.0)
    monkeypatch.setattr(store, "parse_submission", real)
    assert run("grade", "--practice", "--resume")[0] == 0
    assert points(place)["bob", "ex01"][0] == "graded"


def test_who_wants_torch_where_there_is_none_keeps_nobody_waiting(
    run, submissions, tmp_path, monkeypatch
):
    from learncnn.grader.runner import devices

    root = submissions({"ann/ex01.py": RIGHT, "bob/ex01.py": f"import torch\n{RIGHT}"})
    monkeypatch.setattr(devices, "torch_installed", lambda: False)
    code, out, _ = run("grade", "--practice", root, "--jobs", 1)
    assert code == 1
    assert "torch, which is not installed" in out
    found = points(tmp_path / "gradebook.sqlite")
    assert found["ann", "ex01"] == ("graded", 10.0)
    assert found["bob", "ex01"] == ("ungraded", None)


def test_a_writer_is_waited_for(run, a_class, tmp_path):
    place = tmp_path / "gradebook.sqlite"
    open_gradebook(str(place), create=True).close()
    other = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(1.0, lambda: other.execute("COMMIT"))
    timer.start()
    assert run("grade", "--practice", a_class, "--jobs", 1)[0] == 0
    timer.join()


def test_the_sandbox_is_required_in_full_unless_it_is_said(run, a_class, monkeypatch):
    from learncnn.grader.runner import isolation

    lacking = [isolation.LayerStatus("landlock", False, "the kernel has none")]
    monkeypatch.setattr(isolation, "isolation_status", lambda: lacking)
    code, _, err = run("grade", "--practice", a_class)
    assert (code, "landlock" in err, "--require-sandbox basic" in err) == (2, True, True)
    assert run("grade", "--practice", a_class, "--require-sandbox", "basic", "--jobs", 1)[0] == 0


def test_workers_are_wrapped_if_asked_for(run, a_class, tmp_path):
    from learncnn.grader.errors import CannotWrap
    from learncnn.grader.gradebook.queries import report_document
    from learncnn.grader.runner.bubblewrap import try_wrap

    try:
        try_wrap("cpu")
    except CannotWrap as error:
        pytest.skip(str(error))
    code, _, err = run("grade", "--practice", a_class, "--wrap", "bwrap", "--jobs", 1)
    assert code == 0, err
    assert points(tmp_path / "gradebook.sqlite")["ann", "ex01"] == ("graded", 10.0)
    book = open_gradebook(str(tmp_path / "gradebook.sqlite"))
    ann = next(student for student in grades_of(book) if student.id == "ann")
    document = report_document(book, ann.grades["ex01"].attempt.report)
    book.close()
    assert document["provenance"]["layers"][-1] == "bwrap"


def test_a_wrapper_that_is_not_installed_is_named_and_nothing_graded(
    run, a_class, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, err = run("grade", "--practice", a_class, "--wrap", "bwrap")
    assert (code, "apt install bubblewrap" in err) == (2, True)
    assert _count(tmp_path / "gradebook.sqlite", "reports") == 0


def _count(place, table):
    try:
        connection = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    except sqlite3.Error:
        return 0
