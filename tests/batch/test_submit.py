"""Test single tasks of a pool: graded at once, stopped at any time, beside a batch or alone."""

import os
import pickle
import signal
import subprocess
import sys
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor, wait
from itertools import count
from pathlib import Path

import pytest

from learncnn.grader.batch.pool import Pool
from learncnn.grader.batch.pool_thread import DEPTH
from learncnn.grader.batch.tasks import GradingSettings, Task
from learncnn.grader.errors import UsageError
from learncnn.grader.submissions.submission import Submission

from ..killing import everything, killing, looping, until
from .conftest import FLIPPED, RIGHT

LOOPING = "def corr2d(X, K):\n    while True: pass\n"
#: Holds on while its source is loaded.
LOADING = "while True: pass\n"
PATIENT = GradingSettings(timeout=600)


def task(source, number=0):
    return Task(number, "ex01", "numpy", Submission(source, "ex01.py"))


def below(root=None):
    """All processes below this one."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if status[0] != "Z":
                parents[int(entry.name)] = int(status[1])
    found, waiting = set(), [root or os.getpid()]
    while waiting:
        parent = waiting.pop()
        new = {pid for pid, its in parents.items() if its == parent}
        found |= new
        waiting += new
    return found


def test_tasks_of_many_threads_get_their_own_answers(children):
    before, descriptors = children(), len(os.listdir("/proc/self/fd"))
    sources = [RIGHT, FLIPPED, "def corr2d(:"] * 8
    with Pool(GradingSettings(), jobs=2) as pool, ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda s: pool.submit(task(s, 7)).result(), sources))
    assert [d.result.state for d in done] == ["passed", "failed", "not_loaded"] * 8
    assert {d.number for d in done} == {7}
    assert children() == before
    assert len(os.listdir("/proc/self/fd")) == descriptors


@pytest.mark.parametrize("source", [LOOPING, LOADING], ids=["case", "loading"])
def test_a_cancelled_task_is_killed_and_its_worker_serves_the_next(source):
    with Pool(PATIENT, jobs=1) as pool:
        pool.submit(task(RIGHT)).result()
        processes = below()
        running = pool.submit(task(source))
        until(lambda: len(looping()) == 1)
        (child,) = looping()
        assert running.cancel()
        with pytest.raises(CancelledError):
            running.result()
        until(lambda: child not in below())
        assert pool.submit(task(RIGHT)).result().result.state == "passed"
        workers = {pid for pid in processes if pid in below()}
        assert len(workers) >= 2, "the worker or its zygote was replaced"


def test_a_task_that_waits_can_be_cancelled_and_the_one_before_it_goes_on():
    slow = "import time\ntime.sleep(0.5)\n" + RIGHT
    with Pool(GradingSettings(), jobs=1) as pool:
        first, second, third = (pool.submit(task(s)) for s in (slow, RIGHT, FLIPPED))
        assert second.cancel()
        assert first.result().result.state == "passed"
        assert third.result().result.state == "failed"
        assert not first.cancel()
        assert not wait([first, second, third], timeout=30).not_done


def test_a_task_can_be_cancelled_before_its_worker_is_up():
    with Pool(PATIENT, jobs=1) as pool:
        early = pool.submit(task(LOOPING))
        assert early.cancel()
        assert pool.submit(task(RIGHT)).result().result.state == "passed"


def test_a_loop_delays_no_task_while_another_worker_is_there():
    with Pool(PATIENT, jobs=2) as pool:
        loop = pool.submit(task(LOOPING))
        until(lambda: len(looping()) == 1)
        done = [pool.submit(task(RIGHT, n)) for n in range(10)]
        assert {d.result(timeout=120).result.state for d in done} == {"passed"}
        assert not loop.done()


def test_many_cancelled_loops_leave_no_process_and_no_descriptor():
    with Pool(PATIENT, jobs=2) as pool:
        list(pool.results(task(RIGHT, n) for n in range(8)))
        processes = len(below())
        for _ in range(10):
            loops = [pool.submit(task(LOOPING)) for _ in range(3)]
            until(lambda: len(looping()) == 2)
            assert all(loop.cancel() for loop in loops)
        assert {d.result.state for d in pool.results(task(RIGHT, n) for n in range(8))} == {
            "passed"
        }
        until(lambda: len(below()) <= processes)
        limit = len(os.listdir("/proc/self/fd")) + 8
        for worker in below():
            try:
                assert len(os.listdir(f"/proc/{worker}/fd")) < limit
            except OSError:
                continue


def test_a_single_task_comes_before_what_is_left_of_an_endless_batch():
    slow = "import time\ntime.sleep(0.1)\n" + RIGHT
    with Pool(GradingSettings(), jobs=1) as pool:
        batch = pool.results(task(slow, n) for n in count())
        next(batch)
        single = pool.submit(task(FLIPPED))
        taken = 0
        while not single.done() and taken < 10 * DEPTH:
            next(batch)
            taken += 1
        assert taken <= 2 * DEPTH
        assert single.result().result.state == "failed"
        batch.close()
        assert pool.submit(task(RIGHT)).result().result.state == "passed"


def test_batches_run_in_several_threads_of_one_pool():
    with Pool(GradingSettings(), jobs=2) as pool, ThreadPoolExecutor(3) as threads:
        batches = threads.map(
            lambda source: [d.result.state for d in pool.results(task(source) for _ in range(6))],
            [RIGHT, FLIPPED, "def corr2d(:"],
        )
        assert list(batches) == [["passed"] * 6, ["failed"] * 6, ["not_loaded"] * 6]


def test_an_idle_worker_that_is_killed_costs_no_task():
    with Pool(GradingSettings(), jobs=1) as pool:
        for _ in range(4):
            assert pool.submit(task(RIGHT)).result().result.state == "passed"
            (worker,) = [pid for pid in below() if b"worker_process" in _command(pid)]
            os.kill(worker, signal.SIGKILL)
            until(lambda gone=worker: gone not in below())


def test_where_everything_is_killed_the_task_says_so_and_the_next_is_graded():
    slow = "import time\ntime.sleep(0.3)\n" + RIGHT
    with Pool(GradingSettings(), jobs=1) as pool:
        with killing(everything, every=0.02):
            done = pool.submit(task(slow)).result()
        assert (done.killed, done.result) == ("everywhere", None)
        assert pool.submit(task(RIGHT)).result().result.state == "passed"


def test_close_refuses_what_is_not_done(children):
    before = children()
    pool = Pool(PATIENT, jobs=1)
    futures = [pool.submit(task(source)) for source in (LOOPING, RIGHT)]
    until(lambda: len(looping()) == 1)
    pool.close()
    pool.close()
    assert [type(future.exception()) for future in futures] == [UsageError] * 2
    with pytest.raises(UsageError, match="closed"):
        pool.submit(task(RIGHT))
    assert children() == before


def test_ctrl_c_while_a_batch_is_waited_for_leaves_a_pool_that_works():
    main = threading.get_ident()

    def interrupt():
        until(lambda: len(looping()) == 1)
        signal.pthread_kill(main, signal.SIGINT)

    with Pool(PATIENT, jobs=1) as pool:
        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            list(pool.results([task(LOOPING)]))
        thread.join()
        assert pool.submit(task(RIGHT)).result().result.state == "passed"


def test_python_ends_in_silence_while_tasks_are_under_way():
    program = (
        "import pickle, sys\n"
        "from learncnn.grader.batch.pool import Pool\n"
        "from learncnn.grader.batch.tasks import GradingSettings\n"
        "pool = Pool(GradingSettings(timeout=600), jobs=1)\n"
        "for task in pickle.load(sys.stdin.buffer):\n"
        "    last = pool.submit(task)\n"
        "    _ = last.result() if task.number == 0 else None\n"
    )
    tasks = pickle.dumps([task(RIGHT), task(LOOPING, 1), task(RIGHT, 2)])
    ended = subprocess.run(
        [sys.executable, "-c", program], input=tasks, capture_output=True, timeout=60
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == (b"", b"", 0)


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
