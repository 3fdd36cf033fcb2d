"""Test workers that are lost, fail or stay idle."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from learncnn.grader.batch.pool import Pool
from learncnn.grader.batch.tasks import GradingSettings, Task, processors
from learncnn.grader.errors import GraderFault
from learncnn.grader.submissions.submission import Submission

from .conftest import RIGHT


def score(report):
    return report.score


def kill_once(report):
    """Kill the worker that grades the submission `killer`, the first time."""
    mark = Path(os.environ["KILL_MARK"])
    if "killer" in report.filename and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return report.score


def kill_always(report):
    if "killer" in report.filename:
        os.kill(os.getpid(), signal.SIGKILL)
    return report.score


def place(report):
    return tuple(sorted(os.sched_getaffinity(0)))


def fail(report):
    raise RuntimeError("ours")


def tasks(count, source=RIGHT, name="ex01.py"):
    return [Task(n, "ex01", "numpy", Submission(source, name)) for n in range(count)]


@pytest.fixture(autouse=True)
def _importable(monkeypatch):
    """Let workers import this module by its name."""
    root = Path(__file__).resolve().parents[2]
    monkeypatch.setenv("PYTHONPATH", str(root))


def test_every_task_is_answered_once(children):
    with Pool(GradingSettings(), jobs=2, reduce=score) as pool:
        done = list(pool.results(tasks(20)))
    assert sorted(d.number for d in done) == list(range(20))
    assert {(d.result, bool(d.error)) for d in done} == {(10.0, False)}


def test_a_worker_that_is_killed_is_replaced_and_its_tasks_are_graded(tmp_path, monkeypatch):
    monkeypatch.setenv("KILL_MARK", str(tmp_path / "mark"))
    jobs = tasks(8)
    jobs[3] = Task(3, "ex01", "numpy", Submission(RIGHT, "killer.py"))
    with Pool(GradingSettings(), jobs=1, reduce=kill_once) as pool:
        done = list(pool.results(jobs))
    assert sorted((d.number, d.result) for d in done) == [(n, 10.0) for n in range(8)]


def test_with_a_worker_for_each_processor_they_keep_to_their_own(monkeypatch):
    mine = sorted(processors())
    if len(mine) < 2:
        pytest.skip("one processor, or none to keep to")
    monkeypatch.setattr("learncnn.grader.batch.pool.processors", lambda: frozenset(mine[:2]))
    found = {}
    for jobs in (2, 1):
        with Pool(GradingSettings(), jobs=jobs, reduce=place) as pool:
            found[jobs] = {done.result for done in pool.results(tasks(8))}
    assert found == {2: {(mine[0],), (mine[1],)}, 1: {tuple(mine)}}


def test_what_kills_every_worker_is_given_up_alone(monkeypatch):
    jobs = tasks(8)
    jobs[3] = Task(3, "ex01", "numpy", Submission(RIGHT, "killer.py"))
    with Pool(GradingSettings(), jobs=1, reduce=kill_always) as pool:
        done = {d.number: d for d in pool.results(jobs)}
    assert sorted(done) == list(range(8))
    assert "signal 9" in str(done[3].error)
    assert all(d.result == 10.0 for n, d in done.items() if n != 3)


def test_a_fault_that_is_always_there_ends_the_batch():
    with (
        Pool(GradingSettings(), jobs=1, reduce=fail) as pool,
        pytest.raises(GraderFault, match="ours"),
    ):
        list(pool.results(tasks(20)))


def test_an_endless_loop_costs_its_own_time_alone():
    looping = "def corr2d(X, K):\n    while True: pass\n"
    jobs = [*tasks(3), Task(3, "ex01", "numpy", Submission(looping, "ex01.py"))]
    with Pool(GradingSettings(timeout=0.2), jobs=2) as pool:
        states = {d.number: d.result.state for d in pool.results(jobs)}
    assert states == {0: "passed", 1: "passed", 2: "passed", 3: "limit"}


def test_workers_end_when_their_grader_is_killed(tmp_path):
    program = (
        "import learncnn, sys\n"
        f"many = (({RIGHT!r}, 'ex01') for _ in range(10**6))\n"
        "for graded in learncnn.grade_many(many, jobs=2):\n"
        "    print(graded.index, flush=True)\n"
    )
    group = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    for _ in range(3):
        group.stdout.readline()
    workers = _children_of(group.pid)
    zygotes = {child for worker in workers for child in _children_of(worker)}
    assert workers
    assert zygotes
    group.kill()
    group.wait()
    group.stdout.close()
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in workers | zygotes):
        assert time.monotonic() < until, "workers outlive their grader"
        time.sleep(0.05)


def test_modules_in_the_current_folder_are_not_imported_by_a_worker(tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONPATH")
    monkeypatch.chdir(tmp_path)
    for name in ("numpy.py", "learncnn.py", "pickle.py", "json.py"):
        (tmp_path / name).write_text("open('stolen', 'w')\nraise SystemExit\n")
    with Pool(GradingSettings(), jobs=1) as pool:
        (done,) = pool.results(tasks(1))
    assert done.result.state == "passed"
    assert not (tmp_path / "stolen").exists()


def _children_of(parent):
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(status[1]) == parent:
                found.add(int(entry.name))
    return found
