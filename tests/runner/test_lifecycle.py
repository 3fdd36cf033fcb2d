"""Test that nothing is left behind, and that dead processes are started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from learncnn.grader.errors import GraderFault
from learncnn.grader.runner.forking import Forking
from learncnn.grader.runner.job import Limits, Run
from learncnn.grader.runner.runner import Runner

from .conftest import QUICK, job, kinds

RIGHT = "def f(n):\n    print(n)\n    return n"


def workers(parent: int | None = None) -> set[int]:
    """Processes whose command is a worker's."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"sandbox/boot.py" in command and _ancestor(int(entry.name), parent or os.getpid()):
                found.add(int(entry.name))
    return found


def _ancestor(pid: int, wanted: int) -> bool:
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
        if pid == wanted:
            return True
    return False


def test_close_leaves_no_process_and_no_descriptor() -> None:
    own_before, before = workers(), len(os.listdir("/proc/self/fd"))
    with Runner(limits=QUICK) as own:
        own.run(job(RIGHT, (1,)))
        list(own.run_many([job("while True: pass"), job(RIGHT, (1,))]))
        assert workers() - own_before
    assert workers() <= own_before
    assert len(os.listdir("/proc/self/fd")) == before


def test_close_before_the_worker_is_warm_leaves_nothing() -> None:
    own_before, before = workers(), len(os.listdir("/proc/self/fd"))
    Runner(limits=QUICK).close()
    assert workers() <= own_before
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_children_of_a_class_leave_no_descriptors(runner: Runner) -> None:
    list(runner.run_many([job(RIGHT, (1,))] * 2))
    before = len(os.listdir("/proc/self/fd"))
    list(runner.run_many([job(RIGHT, (1,))] * 20))
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_fork_that_ends_leaves_the_runner_of_its_parent_alone() -> None:
    program = f"""
import os, sys
from learncnn.grader.runner.runner import Runner
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.runner.conftest import job, kinds
from tests.killing import sandbox_processes
runner = Runner()
runner.run(job({RIGHT!r}, (1,)))
before = sandbox_processes()[:1]
if (pid := os.fork()) == 0:
    with runner:
        pass
    raise SystemExit
assert os.waitpid(pid, 0)[1] == 0
assert kinds(runner.run(job({RIGHT!r}, (1,)))) == ["value"]
print(sandbox_processes()[:1] == before)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("True\n", "")


def test_a_closed_runner_says_so() -> None:
    own = Runner(limits=QUICK)
    own.close()
    with pytest.raises(GraderFault, match="closed"):
        own.run(job(RIGHT, (1,)))


def test_a_worker_dies_with_its_grader() -> None:
    program = (
        "import os, signal\nfrom learncnn.grader.runner.runner import Runner\n"
        "from learncnn.grader.runner.job import Job, Call\n"
        "r = Runner()\nprint(r.run(Job('def f(): return 1', 'a.py', (Call('c', 'f', {}, 0),)))"
        ".outcomes['c'].value, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"1\n"
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 3
    while _orphans() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _orphans()


def _orphans() -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes()
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if b"sandbox/boot.py" in command and parent == "1":
            found.append(entry.name)
    return found


def zygote_of(runner: Runner) -> int:
    starter = runner._starter
    assert isinstance(starter, Forking)
    return starter._pid


def test_a_zygote_that_died_is_started_again() -> None:
    with Runner(limits=QUICK) as own:
        own.run(job(RIGHT, (1,)))
        os.kill(zygote_of(own), signal.SIGKILL)
        assert kinds(own.run(job(RIGHT, (1,)))) == ["value"]


def test_a_zygote_that_cannot_start_is_the_graders_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = "learncnn.grader.runner.runner.library_path"
    monkeypatch.setattr(empty, lambda libraries: ("/nonexistent",))
    with Runner(limits=QUICK) as own, pytest.raises(GraderFault, match="numpy"):
        own.run(job(RIGHT, (1,)))


def test_a_library_that_is_not_installed_is_named() -> None:
    with pytest.raises(GraderFault, match="no_such_library"):
        Runner(("numpy", "no_such_library"))


def test_a_runner_made_in_a_thread_outlives_it() -> None:
    made: list[Runner] = []
    thread = threading.Thread(target=lambda: made.append(Runner(limits=QUICK)))
    thread.start()
    thread.join()
    time.sleep(0.1)
    with made[0] as own:
        assert kinds(own.run(job(RIGHT, (1,)))) == ["value"]


def test_ctrl_c_on_the_terminal_does_not_reach_the_worker() -> None:
    with Runner(limits=QUICK) as own:
        own.run(job(RIGHT, (1,)))
        assert os.getpgid(zygote_of(own)) != os.getpgid(0)


def plain(run: Run) -> object:
    return (
        [(o.kind, o.value, o.error, o.mutated, o.detail) for o in run.outcomes.values()],
        run.load_error and (run.load_error.kind, run.load_error.error),
        run.stdout,
    )


SOURCES = [
    RIGHT,
    "def f(n):\n    raise ValueError(n)",
    "def f(n:",
    "import os\ndef f(n):\n    if n == 1: os._exit(1)\n    return n",
    "import sys\nsys.exit(0)",
    "def g(n): pass",
]


def test_many_submissions_give_what_each_gives_alone(runner: Runner) -> None:
    jobs = [job(source, (0,), (1,), (2,)) for source in SOURCES]
    assert [plain(r) for r in runner.run_many(jobs)] == [plain(runner.run(j)) for j in jobs]


def test_a_fresh_interpreter_gives_what_a_fork_gives(runner: Runner) -> None:
    jobs = [job(source, (0,), (1,), (2,)) for source in SOURCES]
    limits = Limits(case_seconds=5, load_seconds=5, memory_mb=128)
    with Runner(limits=limits, start="spawn") as spawning:
        assert [plain(r) for r in spawning.run_many(jobs)] == [plain(runner.run(j)) for j in jobs]


def test_a_fresh_interpreter_is_as_locked_as_a_fork(runner: Runner) -> None:
    with Runner(limits=QUICK, start="spawn") as spawning:
        theirs = spawning.run(job(RIGHT, (1,))).isolation
    assert theirs == runner.run(job(RIGHT, (1,))).isolation


@pytest.mark.parametrize("start", ["fork", "spawn", "plain"])
def test_collections_leave_the_libraries_alone(start: Literal["fork", "spawn", "plain"]) -> None:
    source = "import gc\ndef f(): return len(gc.get_objects()), gc.get_freeze_count()"
    limits = Limits(case_seconds=5, load_seconds=5)
    with Runner(limits=limits, start=start) as own:
        looked_at, frozen = own.run(job(source)).outcomes["case0"].value
    assert looked_at < 5000 < frozen


def test_spawned_workers_leave_nothing() -> None:
    own_before, before = workers(), len(os.listdir("/proc/self/fd"))
    with Runner(limits=QUICK, start="spawn") as own:
        own.run(job(RIGHT, (1,)))
    assert workers() <= own_before
    assert len(os.listdir("/proc/self/fd")) == before


def test_versions_are_the_workers(runner: Runner) -> None:
    versions = runner.run(job(RIGHT, (1,))).versions
    assert versions["numpy"] == np.__version__
    assert "torch" not in versions


def test_importing_the_runner_imports_no_numpy() -> None:
    program = (
        "import sys\nfrom learncnn.grader.runner.runner import Runner\nr = Runner()\n"
        "found = {'numpy', 'ctypes', 'subprocess', 'socket'} & set(sys.modules)\n"
        "r.close()\nsys.exit(str(found) if found else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
