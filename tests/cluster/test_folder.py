"""Test `grade --cluster folder:DIR` with jobs that share only the folder."""

import sqlite3
import subprocess
import sys
import time
from itertools import count
from threading import Thread

import pytest

from learncnn.grader.batch.pool import Pool
from learncnn.grader.cluster.folder_results import FolderResults
from learncnn.grader.errors import UsageError
from learncnn.grader.gradebook.records import record_of

from .conftest import FLIPPED, PRIVATE, RIGHT, task

TASKS = [task(number, f"{FLIPPED if number % 2 else RIGHT}# {number}\n") for number in range(6)]


def jobs(folder):
    """What the array of a batch system does, one document after another."""
    for number in count(1):
        if not (tasks := folder / f"tasks-{number}.json").exists():
            return
        words = [tasks, "-o", folder / f"records-{number}.json", "--keys", folder / "keys"]
        program = [sys.executable, "-m", "learncnn", "grade-batch", "--jobs", "1"]
        subprocess.run([*program, *map(str, words)], check=True, capture_output=True)


def test_jobs_answer_what_the_grader_has_written(tmp_path, monkeypatch):
    monkeypatch.setattr("learncnn.grader.cluster.folder_results.TOGETHER", 4)
    notes = []
    threads = []

    def start(note):
        notes.append(note)
        threads.append(Thread(target=jobs, args=[tmp_path / "run"]))
        threads[0].start()

    results = list(FolderResults(PRIVATE, tmp_path / "run", start).results(iter(TASKS)))
    threads[0].join()
    with Pool(PRIVATE, jobs=1, reduce=record_of) as pool:
        local = {done.number: done.result for done in pool.results(TASKS)}
    assert {done.number: done.result for done in results} == local
    assert [note.values["count"] for note in notes] == [2]
    for path in (tmp_path / "run").rglob("*"):
        if path.is_file() and not path.name.startswith("records"):
            assert path.stat().st_mode & 0o077 == 0
            assert PRIVATE.seed.encode() not in path.read_bytes()
    with pytest.raises(UsageError, match="another run"):
        FolderResults(PRIVATE, tmp_path / "run", start)


def test_records_that_are_none_are_faults_and_no_verdicts(tmp_path):
    def answer(_):
        (tmp_path / "records-1.json").write_text("{}")

    results = list(FolderResults(PRIVATE, tmp_path, answer).results(TASKS[:2]))
    assert [(done.number, done.result) for done in results] == [(0, None), (1, None)]
    assert all("records-1.json" in str(done.error) for done in results)


def rows(gradebook):
    """The reports of a gradebook without their times."""
    with sqlite3.connect(gradebook) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute("select * from reports order by id")]
    return [{k: v for k, v in row.items() if k not in ("seconds", "made_at")} for row in found]


def test_grade_writes_documents_and_takes_the_records_over(tmp_path, submissions):
    root = submissions({"ann/ex01.py": RIGHT, "bob/ex01.py": FLIPPED, "cy/ex01.py": "1 / 0"})
    folder = tmp_path / "run"

    def grade(name, *words):
        program = [sys.executable, "-m", "learncnn", "grade", root, "--practice"]
        words = [*program, "--gradebook", tmp_path / name, *words]
        return subprocess.Popen(list(map(str, words)), stdout=subprocess.DEVNULL)

    local = grade("local.sqlite", "--jobs", 1)
    distant = grade("distant.sqlite", "--cluster", f"folder:{folder}")
    while distant.poll() is None and not (folder / "tasks-1.json").exists():
        time.sleep(0.1)
    jobs(folder)
    assert (distant.wait(), local.wait()) == (0, 0)
    found = rows(tmp_path / "distant.sqlite")
    assert len(found) == 3
    assert found == rows(tmp_path / "local.sqlite")
