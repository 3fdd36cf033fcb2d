"""The plain child: no sandbox, the same protocol, and the same answers."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from learncnn.grader.errors import GraderFault, RunStopped, UsageError
from learncnn.grader.runner.job import Limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.runner.wake_pipe import WakePipe

from .conftest import job, kinds

LIMITS = Limits(case_seconds=1.0, load_seconds=3.0, second_try=False, losses_in_a_row=1)


@pytest.fixture(scope="module")
def plain():
    with Runner(limits=LIMITS, start="plain") as runner:
        yield runner


def test_it_answers_and_says_that_it_is_no_sandbox(plain, image):
    run = plain.run(job("import numpy as np\ndef f(a): return a.T + 1", (image,)))
    np.testing.assert_array_equal(run.outcomes["case0"].value, image.T + 1)
    assert run.isolation.in_force == ("split", "plain", "environ", "gate")
    assert {"landlock", "seccomp", "rlimits"} <= {name for name, _ in run.isolation.missing}


def test_each_submission_has_a_process_of_its_own_started_ahead(plain):
    source = "import os\ndef f(): return os.getpid()"
    plain.prepare()
    pids = [plain.run(job(source)).outcomes["case0"].value for _ in range(2)]
    assert len({*pids, os.getpid()}) == 3


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("while True: pass", "timeout"),
        ("import time; time.sleep(60)", "timeout"),
        ("import os; os._exit(0)", "crashed"),
        ("import ctypes; ctypes.string_at(0)", "crashed"),
        ("raise ValueError('x')", "raised"),
        ("import sys; sys.exit(0)", "raised"),
        ("return object()", "refused"),
        ("import scipy", "raised"),
        ("open('/', 'w')", "raised"),
        ("import os; os.write(3, b'x' * 100000); return 1", "raised"),
    ],
)
def test_one_call_is_lost_and_the_next_function_is_answered(plain, body, kind):
    from learncnn.grader.runner.job import Call, Job

    source = f"def f():\n    {body}\ndef g(): return 7\n"
    calls = (Call("one", "f", {}, 0), Call("two", "g", {}, 0))
    run = plain.run(Job(source, "x.py", calls))
    assert kinds(run) == [kind, "value"]
    assert run.outcomes["two"].value == 7


def test_prints_are_kept_in_order_and_bounded(plain):
    source = "print('loading ✓')\ndef f():\n    print('one')\n    print('x' * 10**6)\n    return 1"
    run = plain.run(job(source))
    assert run.outcomes["case0"].value == 1
    assert run.stdout.startswith("loading ✓\none\nxxx")
    assert run.stdout_truncated
    assert run.prints["case0"].startswith("one\n")


def test_what_a_loop_printed_that_never_ended_is_kept(plain):
    run = plain.run(job("def f():\n    print('here')\n    while True: pass"))
    assert kinds(run) == ["timeout"]
    assert run.stdout == "here\n"


def test_standard_input_is_empty_and_bytes_on_standard_output_are_prints(plain):
    source = "import os, sys\ndef f():\n    os.write(1, b'raw')\n    return sys.stdin.read()"
    run = plain.run(job(source))
    assert run.outcomes["case0"].value == ""
    assert run.stdout == "raw"


def test_a_loop_at_import_time_is_cut_short_and_the_functions_are_judged(plain):
    run = plain.run(job("def f(): return 1\nwhile True: pass\n"))
    assert kinds(run) == ["value"]
    assert "recovered" in [note.kind for note in run.notes]


def test_a_sleep_at_import_time_is_cut_short(plain):
    run = plain.run(job("import time\ndef f(): return 1\ntime.sleep(600)\n"))
    assert kinds(run) == ["value"]


def test_large_inputs_and_answers_pass_both_ways(plain):
    array = np.arange(1 << 20, dtype="float64")
    run = plain.run(job("def f(a): return a + 1", (array,), (array[::-1].copy(),)))
    np.testing.assert_array_equal(run.outcomes["case0"].value, array + 1)
    np.testing.assert_array_equal(run.outcomes["case1"].value, array[::-1] + 1)


def test_a_flood_of_answers_is_no_answer_and_fills_no_memory(plain):
    source = """
import gc, os
def f():
    fds = [fd for fd in range(3, 64) if _writable(fd)]
    while True:
        for fd in fds:
            os.write(fd, b"x" * 65536)
def _writable(fd):
    try:
        os.write(fd, b"")
    except OSError:
        return False
    return True
"""
    assert kinds(plain.run(job(source))) == ["protocol"]


def test_a_child_that_keeps_the_pipes_open_beyond_its_end_is_noticed(plain, tmp_path):
    note = tmp_path / "pid"
    source = f"""
import os, time
def f():
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    with open({str(note)!r}, "w") as file:
        file.write(str(child))
    os._exit(3)
"""
    threads = threading.active_count()
    assert kinds(plain.run(job(source))) == ["crashed"]
    os.kill(int(note.read_text()), signal.SIGKILL)
    _until(lambda: threading.active_count() <= threads)  # those that serve the pipes


def test_an_endless_loop_ends_when_the_grader_is_gone(tmp_path):
    note = tmp_path / "pid"
    source = f"import os\ndef f():\n    open({str(note)!r}, 'w').write(str(os.getpid()))\n"
    source += "    while True: pass\n"
    code = (
        "from learncnn.grader.runner.runner import Runner\n"
        "from learncnn.grader.runner.job import Call, Job\n"
        f"Runner(start='plain').run(Job({source!r}, 'x.py', (Call('a', 'f', {{}}, 0),)))\n"
    )
    grader = subprocess.Popen([sys.executable, "-c", code])
    try:
        _until(note.exists)
        _until(note.read_text)
    finally:
        grader.kill()
        grader.wait()
    pid = int(note.read_text())
    _until(lambda: not Path(f"/proc/{pid}").exists())


def _until(true):
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_another_thread_stops_a_run():
    stop = WakePipe()
    with Runner(limits=LIMITS._replace(case_seconds=30), start="plain", stop=stop) as runner:
        threading.Timer(0.5, stop.ring).start()
        with pytest.raises(RunStopped):
            runner.run(job("def f():\n    while True: pass"))
        stop.clear()
        assert kinds(runner.run(job("def f(): return 1"))) == ["value"]
    stop.close()


@pytest.mark.usefixtures("no_leftovers")
def test_nothing_is_left_behind():
    def children():
        found = subprocess.run(["ps", "--ppid", str(os.getpid())], capture_output=True, text=True)
        return found.stdout.count("python")

    before = children()
    with Runner(limits=LIMITS, start="plain") as runner:
        runner.run(job("def f(): return 1"))
        assert children() == before
        runner.prepare()
        assert children() == before + 1
    assert children() == before


def test_a_library_that_does_not_import_is_a_fault_that_says_so(tmp_path, monkeypatch):
    (tmp_path / "numpy").mkdir()
    (tmp_path / "numpy" / "__init__.py").write_text("raise ImportError('no DLL')")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with Runner(start="plain") as runner, pytest.raises(GraderFault, match="no DLL"):
        runner.run(job("def f(): return 1"))


@pytest.mark.parametrize("asked", ["full", "basic"])
def test_code_of_other_people_is_not_run_without_a_sandbox(asked, monkeypatch):
    from learncnn.grader.batch.grading_worker import check_sandbox

    monkeypatch.setenv("LEARNCNN_PLAIN", "1")
    with pytest.raises(UsageError, match="LEARNCNN_PLAIN is set"):
        check_sandbox(asked)
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(UsageError, match="darwin cannot fork safely"):
        check_sandbox(asked)


def test_a_child_that_is_killed_from_outside_is_asked_again(tmp_path):
    note = tmp_path / "pid"
    source = f"""
import os, time
def f():
    if os.path.exists({str(note)!r}):
        return 1
    with open({str(note)!r}, "w") as file:
        file.write(str(os.getpid()))
    time.sleep(60)
"""

    def kill():
        _until(lambda: note.exists() and note.read_text())
        os.kill(int(note.read_text()), signal.SIGKILL)

    with Runner(limits=LIMITS._replace(case_seconds=30.0), start="plain") as runner:
        threading.Thread(target=kill, daemon=True).start()
        run = runner.run(job(source))
    assert run.outcomes["case0"].value == 1
