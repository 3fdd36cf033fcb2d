"""`grade --cluster folder:DIR` with jobs that know nothing but the folder."""

import subprocess
import sys
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
