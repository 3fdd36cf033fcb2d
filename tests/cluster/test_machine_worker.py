"""Test a machine that grades batches for others: warm, concurrent, and probed before use."""

import base64
import json
import os
import signal
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from learncnn.grader.batch.tasks import GradingSettings
from learncnn.grader.cluster import machine_probe, machine_worker
from learncnn.grader.cluster.grader_keys import GraderKeys
from learncnn.grader.cluster.machine_worker import Machine
from learncnn.grader.cluster.probe_sources import hostile_source
from learncnn.grader.cluster.record_document import read_records
from learncnn.grader.cluster.task_document import write_tasks
from learncnn.grader.errors import RecordsRefused

from .conftest import FLIPPED, RIGHT, task

PRACTICE = GradingSettings()


@pytest.fixture(scope="module")
def keys():
    return GraderKeys(PRACTICE)


@pytest.fixture
def machine():
    machine = Machine(1)
    yield machine
    machine.close()


def run(machine, tasks, keys, settings=PRACTICE):
    content = machine.document(machine.answer(write_tasks(settings, tasks, keys)))
    return read_records(content, {task.number: task for task in tasks}, settings, keys)


def children(parent=None):
    """Processes below this one, by id, with their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rpartition(")")[2].split()
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(status[1]) == (parent or os.getpid()) and status[0] != "Z":
                found[int(entry.name)] = words
    return found


def grading_workers():
    return {pid for pid, words in children().items() if b"worker_process" in words}


def test_workers_stay_from_batch_to_batch_and_end_with_the_machine(keys):
    machine = Machine(1)
    before = grading_workers()
    folder = Path(machine._own_folder.name)
    assert [done.result.state for done in run(machine, [task(1)], keys).done] == ["passed"]
    workers = grading_workers() - before
    assert len(workers) == 1
    assert [path.suffix for path in folder.iterdir()] == [".npz"]
    run(machine, [task(1, FLIPPED)], keys)
    assert grading_workers() - before == workers
    machine.close()
    assert grading_workers() == before
    assert not folder.exists()


def test_batches_of_several_threads_and_settings_are_answered_apart(machine, keys):
    short = GradingSettings(timeout=1.5)

    def state(number):
        settings = short if number % 2 else PRACTICE
        source = RIGHT if number % 3 else FLIPPED
        (done,) = run(machine, [task(number, source)], keys, settings).done
        return done.result.state

    with ThreadPoolExecutor(4) as threads:
        states = list(threads.map(state, range(8)))
    assert states == ["passed" if number % 3 else "failed" for number in range(8)]
    run(machine, [task(1)], keys)  # what is idle by now ends with the next batch
    assert len(grading_workers()) == 1


def test_a_grading_worker_that_is_killed_costs_no_submission(machine, keys):
    run(machine, [task(0)], keys)
    tasks = [task(number, f"{RIGHT}# {number}\n") for number in range(1, 30)]
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(run, machine, tasks, keys)
        time.sleep(0.1)
        for pid in grading_workers():
            os.kill(pid, signal.SIGKILL)
        done = answer.result().done
    assert sorted(each.number for each in done) == list(range(1, 30))
    assert {each.result.state for each in done} == {"passed"}


def test_what_is_wrong_with_a_batch_or_the_machine_is_in_its_answer(machine, keys, monkeypatch):
    content = write_tasks(PRACTICE, [task(1)], keys)
    other = json.dumps({**json.loads(content), "learncnn": "9.9"}).encode()
    assert machine.answer(other).ended.key == "cluster.other_version"
    assert machine.answer(b"nothing").ended.key == "cluster.no_tasks"
    monkeypatch.setenv("LEARNCNN_PLAIN", "1")
    assert machine.answer(content).ended.key == "batch.plain_forced"


def test_without_torch_the_batch_is_for_another_machine(machine, keys, monkeypatch):
    monkeypatch.setattr("learncnn.grader.runner.devices.torch_installed", lambda: False)
    source = RIGHT.replace("import numpy as np", "import torch")
    asked = task(1, source)
    asked = asked.__class__(1, "ex01", "torch", asked.submission)
    assert machine.answer(write_tasks(PRACTICE, [asked], keys)).ended.key == "batch.no_torch"


def test_the_function_that_a_cluster_calls_grades(keys, monkeypatch):
    monkeypatch.setenv(machine_worker.JOBS_VARIABLE, "1")
    tasks = {1: task(1)}
    try:
        content = machine_worker.run_batch(write_tasks(PRACTICE, tasks.values(), keys))
    finally:
        machine_worker.dask_teardown(None)
    answer = read_records(content, tasks, PRACTICE, keys)
    assert (answer.machine.jobs, answer.done[0].result.state) == (1, "passed")
    assert grading_workers() == set()


def probed(machine):
    return machine.document(machine.answer(machine_probe.probe_document(PRACTICE)))


def with_state(content, number, state):
    """A probe's answer in which the report on one submission has another state."""
    document = json.loads(content)
    record = next(each for each in document["records"] if each["number"] == number)
    report = json.loads(zlib.decompress(base64.b64decode(record["report"])))
    packed = zlib.compress(json.dumps({**report, "state": state}).encode())
    record["report"] = base64.b64encode(packed).decode()
    return json.dumps(document).encode()


def test_a_machine_is_tried_before_it_is_used(machine):
    content = probed(machine)
    assert machine_probe.read_probe(content, PRACTICE).jobs == 1
    for number, state, key in (
        (0, "failed", "cluster.misjudged"),
        (1, "passed", "cluster.misjudged"),
        (2, "passed", "cluster.not_held"),
    ):
        with pytest.raises(RecordsRefused) as refused:
            machine_probe.read_probe(with_state(content, number, state), PRACTICE)
        assert refused.value.key == key


def test_a_machine_without_a_layer_is_refused_by_the_name_of_the_layer(machine, monkeypatch):
    from learncnn.grader.runner.isolation import LayerStatus

    missing = [LayerStatus("landlock", False, "the kernel has no Landlock")]
    monkeypatch.setattr("learncnn.grader.runner.isolation.isolation_status", lambda: missing)
    with pytest.raises(RecordsRefused, match="landlock"):
        machine_probe.read_probe(probed(machine), PRACTICE)


def test_the_hostile_submission_is_right_wherever_it_gets_out():
    key = GraderKeys(PRACTICE).key("ex01", "numpy")
    scope = {}
    exec(hostile_source(key), scope)  # in this process nothing holds it
    case = next(case for case in key.cases if case.expected.kind == "value")
    found = scope["corr2d"](**case.arguments)
    assert found.tolist() == case.expected.value.tolist()
