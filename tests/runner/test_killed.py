"""A process of the sandbox that is killed from outside costs no submission its verdict."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

import pytest

from learncnn.grader.errors import SandboxKilled
from learncnn.grader.runner.isolation import ALL_LAYERS
from learncnn.grader.runner.job import Limits
from learncnn.grader.runner.process import begin_zygote
from learncnn.grader.runner.runner import Runner
from learncnn.grader.sandbox.ending import Ending, wait_for_end

from ..killing import Choice, everything, killing, newest, oldest, sandbox_processes, until
from .conftest import job, kinds

LIMITS = Limits(case_seconds=5, load_seconds=10, memory_mb=128)
CASES = [(n,) for n in range(6)]
IN_CASE = "import time\nprint('loaded')\ndef f(n):\n    time.sleep(0.1)\n    return n"
LOADING = "import time\nprint('loaded')\ntime.sleep(0.6)\ndef f(n):\n    return n"
#: Without it a submission can kill itself.
NO_SECCOMP = ALL_LAYERS - {"seccomp"}


def made(kind: str) -> Runner:
    if kind == "bwrap":
        if shutil.which("bwrap") is None:
            pytest.skip("no bubblewrap")
        return Runner(limits=LIMITS, wrap="bwrap")
    return Runner(limits=LIMITS, start="spawn" if kind == "spawn" else "auto")


@pytest.mark.parametrize(
    ("source", "by"),
    [(IN_CASE, signal.SIGKILL), (LOADING, signal.SIGKILL), (IN_CASE, signal.SIGTERM)],
    ids=["in_case", "loading", "terminated"],
)
@pytest.mark.parametrize(
    ("kind", "choose"),
    [("fork", newest), ("fork", oldest), ("spawn", newest), ("bwrap", newest), ("bwrap", oldest)],
    ids=["child", "zygote", "interpreter", "wrapped-child", "wrapped-zygote"],
)
def test_what_was_under_way_is_asked_once_more(
    kind: str, choose: Choice, source: str, by: signal.Signals
) -> None:
    with made(kind) as own:
        own.run(job("def f(n): return n", (0,)))
        own.prepare()
        with killing(choose, every=0.3, times=1, by=by) as killed:
            run = own.run(job(source, *CASES))
        assert killed
    assert kinds(run) == ["value"] * 6
    assert [outcome.value for outcome in run.outcomes.values()] == list(range(6))
    assert run.stdout == "loaded\n"


@pytest.mark.parametrize("kind", ["fork", "spawn", "bwrap"])
def test_a_process_that_is_killed_as_it_starts_is_replaced(kind: str) -> None:
    with made(kind) as own, killing(newest, every=0.02, times=3) as killed:
        assert kinds(own.run(job("def f(n): return n", *CASES))) == ["value"] * 6
        until(lambda: len(killed) == 3 or not sandbox_processes())


def test_a_zygote_that_was_killed_before_it_was_spoken_to_is_replaced() -> None:
    pid, control = begin_zygote("cpu")
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    with Runner(limits=LIMITS, begun=(pid, control)) as own:
        assert kinds(own.run(job("def f(n): return n", (1,)))) == ["value"]


def test_where_everything_is_killed_the_machine_is_to_blame_and_the_runner_lives_on() -> None:
    with Runner(limits=LIMITS) as own:
        with killing(everything, every=0.02), pytest.raises(SandboxKilled) as caught:
            own.run(job(LOADING, *CASES))
        assert caught.value.everywhere
        assert kinds(own.run(job("def f(n): return n", *CASES))) == ["value"] * 6


KILLS_ITSELF = "import os, signal\ndef f(n):\n    signal.raise_signal(signal.SIGKILL)"


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize(
    "source",
    [
        KILLS_ITSELF,
        "import os, signal\nsignal.raise_signal(signal.SIGKILL)",
        KILLS_ITSELF.replace("def f(n):", "def f(n):\n    if n < 3: return n"),
    ],
    ids=["in_case", "loading", "later_case"],
)
def test_what_kills_itself_is_not_graded_and_the_machine_is_not_to_blame(
    source: str, start: str
) -> None:
    with Runner(limits=LIMITS, layers=NO_SECCOMP, start=start) as own:  # type: ignore[arg-type]
        with pytest.raises(SandboxKilled) as caught:
            own.run(job(source, *CASES))
        assert not caught.value.everywhere
        assert kinds(own.run(job("def f(n): return n", *CASES))) == ["value"] * 6


def test_a_limit_that_a_submission_sets_itself_is_none_of_the_graders() -> None:
    source = (
        "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n"
        "def f(n):\n    while True: pass"
    )
    limits = LIMITS._replace(case_seconds=60)
    with Runner(limits=limits, layers=NO_SECCOMP) as own, pytest.raises(SandboxKilled) as caught:
        own.run(job(source, *CASES))
    assert not caught.value.everywhere


def test_what_kills_itself_now_and_then_is_given_up_too() -> None:
    source = (
        "import os, signal, time\ndef f(n):\n"
        "    if time.time_ns() >> 8 & 1: signal.raise_signal(signal.SIGKILL)\n    return n"
    )
    with Runner(limits=LIMITS, layers=NO_SECCOMP) as own, pytest.raises(SandboxKilled):
        own.run(job(source, *((n,) for n in range(60))))


def test_with_every_layer_a_submission_cannot_kill_itself(runner: Runner) -> None:
    assert kinds(runner.run(job(KILLS_ITSELF, (0,)))) == ["raised"]


@pytest.mark.parametrize(
    "heed", ["", "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)"]
)
def test_the_limit_of_processor_time_is_a_limit(heed: str) -> None:
    limits = Limits(case_seconds=0.0001, load_seconds=0.98, memory_mb=128)  # a second in all
    with Runner(limits=limits) as own:
        source = f"{heed}\ndef f(n):\n    while n == 2: pass\n    return n"
        run = own.run(job(source, *CASES, patience=1e6))
    assert kinds(run) == ["value", "value", "timeout", "value", "value", "value"]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [("os.abort()", "crashed"), ("os._exit(137)", "crashed"), ("ctypes.string_at(0)", "crashed")],
)
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_crash_stays_a_crash(statement: str, kind: str, start: str) -> None:
    source = f"import os, ctypes\ndef f(n):\n    if n == 1: {statement}\n    return n"
    with Runner(limits=LIMITS, start=start) as own:  # type: ignore[arg-type]
        assert kinds(own.run(job(source, (0,), (1,), (2,)))) == ["value", kind, "value"]


def test_kills_are_not_charged_to_the_time_of_a_submission() -> None:
    limits = Limits(case_seconds=0.5, load_seconds=3, memory_mb=128)
    source = "import time\ntime.sleep(1)\ndef f(n):\n    time.sleep(0.3)\n    return n"
    with Runner(limits=limits) as own:
        own.run(job("def f(n): return n", (0,)))
        with killing(newest, every=1.5, times=1) as killed:
            run = own.run(job(source, *((n,) for n in range(12))))
    assert killed
    assert kinds(run) == ["value"] * 12


@pytest.mark.parametrize(
    ("program", "ending"),
    [
        ("import os; os._exit(3)", Ending("exit 3", "itself")),
        ("import os; os.kill(os.getpid(), 11)", Ending("signal 11", "itself")),
        ("import os; os.kill(os.getpid(), 9)", Ending("signal 9", "outside")),
        ("import os; os.kill(os.getpid(), 15)", Ending("signal 15", "outside")),
        ("import time; time.sleep(60)", Ending("signal 9", "grader")),
        (
            "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
            Ending("signal 9", "processor"),
        ),
    ],
)
def test_how_a_process_ended_and_who_ended_it(program: str, ending: Ending) -> None:
    process = subprocess.Popen([sys.executable, "-c", program])
    if ending.cause == "grader":
        found = wait_for_end(process.pid, linger=0.0)
    else:
        found = wait_for_end(process.pid, 1.0, linger=60.0)
    process.returncode = 0  # its status was taken
    assert found == ending
