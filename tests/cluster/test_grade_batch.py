"""Test `learncnn grade-batch` as a program that reads and writes a document."""

import json
import os
import subprocess
import sys

import pytest

from learncnn.grader.batch.tasks import GradingSettings
from learncnn.grader.cluster.grader_keys import GraderKeys
from learncnn.grader.cluster.record_document import read_records
from learncnn.grader.cluster.task_document import write_tasks

from .conftest import FLIPPED, task

PRACTICE = GradingSettings()
TASKS = [task(1), task(2, FLIPPED)]


@pytest.fixture(scope="module")
def keys():
    return GraderKeys(PRACTICE)


def grade_batch(*words, content=b"", **environment):
    return subprocess.run(
        [sys.executable, "-m", "learncnn", "grade-batch", "--jobs", "1", *map(str, words)],
        input=content,
        capture_output=True,
        env={**os.environ, "LEARNCNN_LANG": "en", **environment},
        check=False,
    )


def states(content, keys):
    answer = read_records(content, {task.number: task for task in TASKS}, PRACTICE, keys)
    return {done.number: done.result.state for done in answer.done}


def test_a_document_on_standard_input_is_answered_on_standard_output(keys):
    done = grade_batch(content=write_tasks(PRACTICE, TASKS, keys))
    assert (done.returncode, done.stderr.decode()) == (0, "Graded 2 of 2.\n")
    assert states(done.stdout, keys) == {1: "passed", 2: "failed"}


def test_files_and_a_folder_of_keys(tmp_path, keys):
    digest = keys.key("ex01", "numpy").digest
    tasks, records = tmp_path / "tasks.json", tmp_path / "records.json"
    tasks.write_bytes(write_tasks(PRACTICE, TASKS, keys, without={digest}))
    folder = tmp_path / "keys"
    folder.mkdir()

    done = grade_batch(tasks, "-o", records, "--keys", folder)
    assert done.returncode == 2
    assert digest in done.stderr.decode()
    assert not records.exists()

    (folder / f"{digest}.npz").write_bytes(keys.content(digest))
    done = grade_batch(tasks, "-o", records, "--keys", folder)
    assert (done.returncode, done.stdout) == (0, b"")
    assert states(records.read_bytes(), keys) == {1: "passed", 2: "failed"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"learncnn": "9.9"}, "9.9"),
        ({"course": "another"}, "exercises"),
        ({"tasks": [{"number": 1}]}, "exercise"),
        ({"format": 2}, "version"),
    ],
)
def test_what_cannot_be_graded_is_said_and_nothing_is_written(keys, change, words):
    document = json.loads(write_tasks(PRACTICE, TASKS, keys)) | change
    done = grade_batch(content=json.dumps(document).encode())
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr.decode()


def test_a_machine_without_a_sandbox_grades_nothing(keys):
    content = write_tasks(PRACTICE, TASKS, keys)
    done = grade_batch(content=content, LEARNCNN_PLAIN="1")
    assert (done.returncode, done.stdout) == (2, b"")
    assert "LEARNCNN_PLAIN" in done.stderr.decode()


def test_an_exercise_that_does_not_exist_is_named(keys):
    document = json.loads(write_tasks(PRACTICE, TASKS, keys))
    document["tasks"][1]["exercise"] = "ex99"
    done = grade_batch(content=json.dumps(document).encode())
    assert "ex99" in done.stderr.decode()
    assert done.returncode != 0
