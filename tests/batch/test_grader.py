"""Test learncnn.Grader: staying warm, several threads, stopping and ending at any time."""

import gc
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import learncnn
from learncnn.grader.errors import KeyUnavailable, LearncnnError, SubmissionError, UsageError

from ..killing import everything, killing, looping, sandbox_processes, until
from .conftest import FLIPPED, RIGHT

LOOPING = "def corr2d(X, K):\n    while True: pass\n"
THREADS = 8


@pytest.fixture
def descriptors():
    return lambda: len(os.listdir("/proc/self/fd"))


def python(program):
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_eight_threads_get_the_verdict_on_their_own_submission(children, descriptors):
    wrong_shape = RIGHT.replace("return Y", "return Y[:1]")
    broken = "def corr2d(:"
    expected = {RIGHT: "passed", FLIPPED: "FLIP", wrong_shape: "failed", broken: "not_loaded"}
    learncnn.grade(RIGHT, "ex01")
    before, open_before = children(), descriptors()

    def grade(source):
        report = grader.grade(source, "ex01")
        codes = [code for found in report.diagnoses for code in found.codes]
        return codes[0] if "FLIP" in codes else report.state

    with learncnn.Grader(jobs=3) as grader:
        sources = list(expected) * 2 * THREADS
        with ThreadPoolExecutor(THREADS) as threads:
            found = list(threads.map(grade, sources))
        assert len(sandbox_processes()) >= 3
    assert found == [expected[source] for source in sources]
    assert children() == before
    assert descriptors() == open_before


def test_one_thread_starts_one_worker():
    with learncnn.Grader(jobs=4) as grader:
        for _ in range(5):
            assert grader.grade(RIGHT, "ex01").state == "passed"
        zygotes = [pid for pid in sandbox_processes() if _parent(pid) == os.getpid()]
    assert len(zygotes) == 1


def test_fresh_cases_are_drawn_in_several_threads_at_once():
    with learncnn.Grader(jobs=4, seed="a seed") as grader, ThreadPoolExecutor(4) as threads:
        reports = list(threads.map(lambda _: grader.grade(RIGHT, "ex01"), range(8)))
    assert {report.state for report in reports} == {"passed"}
    assert len({report.provenance.key_digest for report in reports}) == 1


def test_errors_come_as_those_of_grade(tmp_path, monkeypatch):
    with learncnn.Grader(jobs=1) as grader:
        with pytest.raises(UsageError, match="no exercise"):
            grader.grade(RIGHT, "ex99")
        with pytest.raises(SubmissionError, match="no such file"):
            grader.grade(tmp_path / "none.py", "ex01")
        with pytest.raises(UsageError, match="framework must be"):
            grader.grade(RIGHT, "ex01", framework="jax")
        assert grader.grade(RIGHT, "ex01").state == "passed"
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ())
    with learncnn.Grader(seed="x") as grader, pytest.raises(KeyUnavailable, match="not installed"):
        grader.grade(RIGHT, "ex01")


def test_a_closed_grader_says_so(children):
    before = children()
    grader = learncnn.Grader()
    assert grader.grade(RIGHT, "ex01").state == "passed"
    grader.close()
    grader.close()
    with pytest.raises(UsageError, match="closed"):
        grader.grade(RIGHT, "ex01")
    assert children() == before


def test_close_stops_what_other_threads_wait_for(tmp_path, children):
    """One submission loops, the other waits for its turn; both callers are told."""
    before = children()
    grader = learncnn.Grader(jobs=1, timeout=600)
    with ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(grader.grade, LOOPING, "ex01") for _ in range(2)]
        until(looping)
        grader.close()
        errors = [future.exception(timeout=60) for future in waiting]
    assert [type(error) for error in errors] == [UsageError] * 2
    assert children() == before


def test_a_loop_in_one_thread_delays_no_other():
    with learncnn.Grader(jobs=2, timeout=600) as grader, ThreadPoolExecutor(1) as threads:
        loop = threads.submit(grader.grade, LOOPING, "ex01")
        until(looping)
        assert [grader.grade(RIGHT, "ex01").state for _ in range(5)] == ["passed"] * 5
        assert not loop.done()
        grader.close()
        assert isinstance(loop.exception(timeout=60), UsageError)


def test_ctrl_c_stops_the_submission_and_the_grader_goes_on(descriptors):
    main = threading.get_ident()

    def interrupt():
        until(looping)
        signal.pthread_kill(main, signal.SIGINT)

    with learncnn.Grader(jobs=1, timeout=600) as grader:
        grader.grade(RIGHT, "ex01")
        open_before, processes = descriptors(), len(sandbox_processes())
        for _ in range(3):
            thread = threading.Thread(target=interrupt)
            thread.start()
            with pytest.raises(KeyboardInterrupt):
                grader.grade(LOOPING, "ex01")
            thread.join()
            assert grader.grade(RIGHT, "ex01").state == "passed"
        until(lambda: len(sandbox_processes()) <= processes)
        assert descriptors() <= open_before + 4  # the child made ahead


def test_killed_workers_change_no_verdict():
    with (
        killing(lambda found: found[-1:], every=0.3, times=6) as killed,
        learncnn.Grader(jobs=2) as grader,
        ThreadPoolExecutor(4) as threads,
    ):
        slow = "import time\ntime.sleep(0.2)\n" + RIGHT
        states = list(threads.map(lambda _: grader.grade(slow, "ex01").state, range(12)))
    assert killed
    assert states == ["passed"] * 12


def test_where_everything_is_killed_the_error_says_so_and_the_next_one_is_graded():
    with learncnn.Grader(jobs=1) as grader:
        slow = "import time\ntime.sleep(0.3)\n" + RIGHT
        with killing(everything, every=0.02), pytest.raises(LearncnnError, match="killed"):
            grader.grade(slow, "ex01")
        assert grader.grade(RIGHT, "ex01").state == "passed"


@pytest.mark.parametrize(
    "held",
    [
        "grader = learncnn.Grader(); grader.grade(source, 'ex01')",
        "def f():\n    g = learncnn.Grader()\n    g.grade(source, 'ex01')\n    f.g = g\nf()",
        "from learncnn.grader.batch.grading_worker import Bench\n"
        "from learncnn.grader.batch.tasks import GradingSettings\n"
        "from learncnn.grader.submissions.submission import Submission\n"
        "bench = Bench(GradingSettings())\n"
        "bench.grade(Submission(source, 'ex01.py'), 'ex01', 'numpy')\n"
        "learncnn.kept = bench",  # taken apart only when nothing can be imported any more
        "many = learncnn.grade_many([(source, 'ex01')] * 9, jobs=1); next(many)",
        "import threading, time\n"
        "grader = learncnn.Grader(timeout=600)\n"
        "loop = 'def corr2d(X, K):\\n    while True: pass\\n'\n"
        "threading.Thread(target=grader.grade, args=(loop, 'ex01'), daemon=True).start()\n"
        "grader.grade(source, 'ex01')",
    ],
    ids=["global", "cycle", "bench", "many", "loop"],
)
def test_python_ends_in_silence_without_close(held):
    ended = python(f"import learncnn\nsource = {RIGHT!r}\n{held}\nprint('end', flush=True)")
    assert (ended.stdout, ended.stderr, ended.returncode) == ("end\n", "", 0)


def test_a_grader_that_is_thrown_away_leaves_no_process(children, descriptors):
    learncnn.grade(RIGHT, "ex01")
    before, open_before = children(), descriptors()
    grader = learncnn.Grader()
    grader.grade(RIGHT, "ex01")
    del grader
    gc.collect()
    until(lambda: children() == before and descriptors() == open_before)


def test_a_fork_leaves_the_graders_processes_alone():
    program = f"""
import learncnn, os
source = {RIGHT!r}
grader = learncnn.Grader()
grader.grade(source, "ex01")
if (pid := os.fork()) == 0:
    try:
        grader.grade(source, "ex01")
    except learncnn.LearncnnError as error:
        print(error, flush=True)
    grader.close()
    raise SystemExit
assert os.waitpid(pid, 0)[1] == 0
print(grader.grade(source, "ex01").state)
"""
    ended = python(program)
    told, state = ended.stdout.splitlines()
    assert "fork" in told
    assert (state, ended.returncode) == ("passed", 0)
    assert "Exception ignored" not in ended.stderr


def _parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
