"""Inputs too large for the socket: by a sealed file, which no submission gets hold of."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest

from learncnn.grader.runner.isolation import ALL_LAYERS
from learncnn.grader.runner.job import Limits
from learncnn.grader.runner.memfd_inputs import are_large, fill
from learncnn.grader.runner.process import inputs_file
from learncnn.grader.runner.runner import Runner

from .conftest import job

LARGE = np.arange(1 << 18, dtype=float).reshape(512, 512)
LIMITS = Limits(case_seconds=5, load_seconds=5, memory_mb=256)
OPEN = """
import os
def f(X):
    X *= 0
    found = []
    for fd in range(64):
        try:
            os.fstat(fd)
            found.append(fd)
        except OSError:
            pass
    return found
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="no files in memory")


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(limits=LIMITS) as shared:
        yield shared


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_every_case_gets_its_own_values(start: str) -> None:
    source = "def f(X):\n    X += 1\n    return X[::100, ::100]"
    cases = ((LARGE,), (LARGE * 2,), (np.ones((2, 2)),), (LARGE,))
    with Runner(limits=LIMITS, start=start) as runner:  # type: ignore[arg-type]
        for _ in range(2):
            outcomes = runner.run(job(source, *cases), ahead=True).outcomes.values()
            for (X,), outcome in zip(cases, outcomes, strict=True):
                np.testing.assert_array_equal(outcome.value, (X + 1)[::100, ::100])
                assert outcome.mutated == ("a0",)


def test_large_and_small_take_turns(runner: Runner) -> None:
    source = "def f(X):\n    return X.sum()"
    for X in (LARGE, np.ones(3), np.ones(4), LARGE, LARGE, np.ones(5)):
        run = runner.run(job(source, (X,)), ahead=True)
        assert run.outcomes["case0"].value == X.sum()


def test_what_is_left_after_a_crash_is_asked_of_another_child(runner: Runner) -> None:
    source = "import os\ndef f(X):\n    if X[0, 0] == 7:\n        os._exit(1)\n    return X[0, 0]"
    run = runner.run(job(source, (LARGE + 1,), (LARGE + 7,), (LARGE + 2,)))
    assert [o.value for o in run.outcomes.values()] == [1, None, 2]


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_the_file_is_empty_while_the_source_is_loaded(start: str) -> None:
    source = "import os\nsize = os.fstat(4).st_size\ndef f(X):\n    return size"
    with Runner(limits=LIMITS, start=start) as runner:  # type: ignore[arg-type]
        assert runner.run(job(source, (LARGE,))).outcomes["case0"].value == 0


@pytest.mark.parametrize(
    "meddling",
    [
        "os.close(4)",
        "os.close(4); fcntl.fcntl(3, fcntl.F_DUPFD, 4)",
        "os.write(4, b'x')",
        "mmap.mmap(4, 1 << 20)",
        "os.lseek(4, 5000, 0)",
    ],
)
def test_what_a_source_does_to_the_file_costs_itself_alone(runner: Runner, meddling: str) -> None:
    source = (
        f"import fcntl, mmap, os\ntry:\n    {meddling}\nexcept (OSError, ValueError):\n    pass\n"
        "def f(X):\n    return X.sum()"
    )
    outcome = runner.run(job(source, (LARGE,)), ahead=True).outcomes["case0"]
    assert outcome.value == LARGE.sum() or outcome.kind in ("crashed", "protocol")
    assert runner.run(job("def f(X):\n    return X.sum()", (LARGE,))).outcomes["case0"].value == (
        LARGE.sum()
    )


def test_the_file_is_mapped_and_shut_before_the_first_call(runner: Runner) -> None:
    assert runner.run(job(OPEN, (LARGE,))).outcomes["case0"].value == [0, 1, 2, 3]
    source = "def f(X):\n    return open('/proc/self/maps').read().count('learncnn-inputs')"
    bare = ALL_LAYERS - {"landlock", "dumpable", "uid", "mounts"}
    with Runner(limits=LIMITS, layers=bare) as looking:
        assert looking.run(job(source, (LARGE,))).outcomes["case0"].value == 1
        assert looking.run(job(source, (np.ones(3),))).outcomes["case0"].value == 0


def test_a_file_that_was_filled_can_be_changed_by_nobody() -> None:
    file, read = inputs_file()
    try:
        with pytest.raises(OSError, match="Bad file descriptor"):  # a child can but read
            os.write(read, b"x")
        os.lseek(read, 1, os.SEEK_SET)
        assert fill(file, [b"abc", b"de"]) == 5
        assert os.pread(read, 10, 0) == b"abcde"
        for change in (lambda: os.pwrite(file, b"x", 0), lambda: os.ftruncate(file, 0)):
            with pytest.raises(PermissionError):
                change()
    finally:
        os.close(file)
        os.close(read)


def test_neither_small_inputs_nor_half_of_the_memory_go_by_file() -> None:
    mib = bytes(1 << 20)
    assert [are_large([mib] * n, Limits(memory_mb=8)) for n in (0, 1, 4, 5)] == [
        False,
        True,
        True,
        False,
    ]


def test_no_descriptor_is_left() -> None:
    before = sorted(os.listdir("/proc/self/fd"))
    with Runner(limits=LIMITS) as own:
        for _ in range(3):
            own.run(job("def f(X):\n    return 1", (LARGE,)), ahead=True)
    assert sorted(os.listdir("/proc/self/fd")) == before
