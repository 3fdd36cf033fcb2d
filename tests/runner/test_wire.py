"""What reaches a child, and when: I7 as far as it is about the stream between grader and child."""

from __future__ import annotations

import os

import numpy as np
import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.planning import plan
from learncnn.grader.runner.isolation import ALL_LAYERS
from learncnn.grader.runner.job import Limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission

from .conftest import job

LIMITS = Limits(case_seconds=5, load_seconds=5, memory_mb=256)
#: With these a child can read all of its own memory.
LOOKING = ALL_LAYERS - {"landlock", "dumpable", "uid", "mounts"}
#: Whether bytes wait on the socket, and those that the harness has read and not used.
WAITING = """
import gc, select

def waiting():
    return len(select.select([3], [], [], 0.05)[0])

def unused():
    gc.unfreeze()
    readers = [o for o in gc.get_objects() if type(o).__name__ == "FrameReader"]
    return sum(len(reader._buffer) for reader in readers)
"""
HEADER = """
import sys

def f(*_):
    frame = sys._getframe()
    while "header" not in frame.f_locals:
        frame = frame.f_back
    return {key: value for key, value in frame.f_locals["header"].items() if key != "tree"}
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="no /proc")
def test_no_call_is_there_while_the_source_is_loaded() -> None:
    secret = b"known-to-" + b"the-grader-alone"
    scan = (
        "import re\nfound = 0\n"
        "with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb', 0) as memory:\n"
        "    for line in maps.read().splitlines():\n"
        "        start, end = (int(n, 16) for n in line.split()[0].split('-'))\n"
        "        if 'rw-p' in line:\n"
        "            memory.seek(start)\n"
        "            found += len(re.findall(b'known-[t]o-the-grader', memory.read(end - start)))\n"
    )
    source = f"{WAITING}\nahead = waiting()\n{scan}\ndef f(X):\n    return [ahead, found]"
    array = np.frombuffer(secret * 100, np.uint8)
    with Runner(limits=LIMITS, layers=LOOKING) as own:
        assert own.run(job(source, (array,))).outcomes["case0"].value == [0, 0]


def test_calls_that_are_held_back_come_once_all_others_are_answered() -> None:
    source = f"{WAITING}\ndef f(X):\n    return [int(X[0]), waiting() + unused() > 0]"
    cases = tuple((np.full(9, n),) for n in range(6))
    with Runner(limits=LIMITS) as own:
        outcomes = own.run(job(source, *cases, held=2)).outcomes.values()
        assert [o.value for o in outcomes] == [
            [0, True], [1, True], [2, True], [3, False],  # nothing is there but what is asked
            [4, True], [5, True],  # the last is followed by the end
        ]  # fmt: skip


def test_ids_are_random_and_a_call_asked_twice_looks_like_any_other(runner: Runner) -> None:
    info = load_catalog().resolve("ex01")
    key = practice_key(info, "numpy")
    planned = plan(Submission(HEADER.replace("f(", "corr2d("), "a.py"), info, key)
    seen = []
    for _ in range(2):
        outcomes = runner.run(planned.job).outcomes
        headers = [outcome.value for outcome in outcomes.values()]
        assert all(set(header) == set(headers[0]) for header in headers)
        ids = [header.pop("id") for header in headers]
        assert all(len(id) == 8 and int(id, 16) >= 0 for id in ids)
        seen += ids
        assert outcomes["repeat"].value == outcomes[planned.repeated].value
        said = repr(headers)
        assert not any(word in said for word in ("repeat", "corr2d/", "public", "title"))
    assert len(set(seen)) == len(seen)


def test_what_is_left_after_a_loss_is_held_back_as_well(runner: Runner) -> None:
    source = (
        f"{WAITING}\nimport os\ndef f(X):\n    if X[0] in (1, 4):\n        os._exit(1)\n"
        "    return [int(X[0]), unused() > 0]"
    )
    cases = tuple((np.full(9, n),) for n in range(7))
    outcomes = runner.run(job(source, *cases, held=3)).outcomes.values()
    assert [o.value for o in outcomes] == [
        [0, True], None, [2, True], [3, False], None, [5, True], [6, True]
    ]  # fmt: skip
