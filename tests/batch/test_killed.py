"""Test a class whose processes are killed from outside: no wrong verdict, every loss named."""

import os
import random
import signal

import pytest

from learncnn.grader.batch.api import grade_many
from learncnn.grader.batch.pool import Pool
from learncnn.grader.batch.tasks import GradingSettings, Task
from learncnn.grader.errors import GraderFault, SandboxKilled
from learncnn.grader.submissions.submission import Submission

from ..killing import everything, killing, resident_mib
from .conftest import RIGHT

#: Takes more memory than a usual submission, and its time.
HOG = "import time\nkept = b'x' * (150 << 20)\ntime.sleep(0.5)\n" + RIGHT
HOG_MIB = 120
#: How often a run that was ended is gone on with.
RUNS = 3
#: Long enough to be killed.
SLOW = "import time\ntime.sleep(0.3)\n" + RIGHT


def tasks(*sources):
    return [Task(n, "ex01", "numpy", Submission(s, "ex01.py")) for n, s in enumerate(sources)]


def until_it_ends(results):
    """What came before a GraderFault ended a run, and the fault."""
    found = []
    try:
        for each in results:
            found.append(each)
    except GraderFault as fault:
        return found, fault
    return found, None


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.full)])
def test_no_right_submission_is_judged_wrong_while_processes_are_killed(count):
    """A run that is ended, as on a busy machine where no worker comes up, is gone on with."""
    chance = random.Random(count)
    left = {task.number: task for task in tasks(*[RIGHT] * count)}
    lost = []
    with killing(lambda found: chance.sample(found, min(1, len(found))), every=0.35) as killed:
        for _ in range(RUNS):
            with Pool(GradingSettings(), jobs=2) as pool:
                done, fault = until_it_ends(pool.results(left.values()))
            lost += [d for d in done if d.result is None]
            for each in done:
                del left[each.number]
                assert each.result is None or each.result.state == "passed"
            assert fault is None or "killed from outside" in str(fault)
            if not left:
                break
    assert killed
    assert all("killed from outside" in str(d.error) for d in lost)
    assert len(left) + len(lost) < 0.1 * count + 6


def test_where_the_machine_kills_everything_the_run_ends_and_says_why():
    with killing(everything, every=0.02), Pool(GradingSettings(), jobs=2) as pool:
        graded, fault = until_it_ends(pool.results(tasks(*[SLOW] * 20)))
    assert [d.killed for d in graded] == ["everywhere"] * 3
    assert not isinstance(fault, SandboxKilled)
    assert "3 submissions one after another" in str(fault)
    assert "test program of the grader's own was killed as well" in str(fault)


def test_files_that_bring_it_on_themselves_do_not_end_the_run_of_others():
    """Here the killer is one that looks for memory, as the kernel's is."""

    def large(found):
        return [pid for pid in found if resident_mib(pid) > HOG_MIB]

    sources = [*[HOG] * 4, RIGHT, RIGHT]
    with killing(large, every=0.02), Pool(GradingSettings(), jobs=1) as pool:
        done = {d.number: d for d in pool.results(tasks(*sources))}
    assert [done[n].killed for n in range(6)] == ["alone"] * 4 + ["", ""]
    assert [done[n].result.state for n in (4, 5)] == ["passed", "passed"]
    assert "ran to its end in the same place" in str(done[0].error)


def kill_worker(report):
    os.kill(os.getpid(), signal.SIGKILL)


def test_where_every_worker_is_killed_the_run_ends_and_says_why(monkeypatch):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    monkeypatch.setenv("PYTHONPATH", root)
    with Pool(GradingSettings(), jobs=1, reduce=kill_worker) as pool:
        done, fault = until_it_ends(pool.results(tasks(*[RIGHT] * 20)))
    assert [d.killed for d in done] == ["everywhere"] * 3
    assert "worker process that graded this submission was killed from outside" in str(fault)


def test_programs_get_the_reason_with_each_submission():
    with killing(everything, every=0.02):
        graded, fault = until_it_ends(grade_many([(SLOW, "ex01")] * 9, jobs=1))
    assert fault is not None
    assert len(graded) == 3
    assert all(isinstance(each.error, SandboxKilled) for each in graded)
