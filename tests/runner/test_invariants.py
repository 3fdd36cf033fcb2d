"""What the design promises of itself and no other test states: I1, I7 and I9 of its invariants.

The others: I2, I3, I4 sandbox/test_frames.py and test_outcomes.py · I5 grading/test_compare.py ·
I6, I11, I12 test_outcomes.py · I8 test_losses.py · I10, I13 test_isolation.py · I14
submissions/test_submission.py and sandbox/test_reading.py. All of them: attacks/.
"""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.grading.planning import HELD, plan
from learncnn.grader.runner.isolation import ALL_LAYERS
from learncnn.grader.runner.job import REPEAT, Limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission

from .conftest import QUICK, job, kinds

#: With these a worker can read all of its own memory.
LOOKING = ALL_LAYERS - {"landlock", "dumpable", "uid", "mounts"}
SCAN = """
import re

def f(*_):
    found = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps.read().splitlines():
            start, end = (int(n, 16) for n in line.split()[0].split("-"))
            if "rw-p" in line:
                memory.seek(start)
                found += len(re.findall(b"known-[t]o-the-grader-alone", memory.read(end - start)))
    return found
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/maps"), reason="no /proc")
def test_i1_the_zygote_has_seen_neither_source_nor_inputs() -> None:
    secret = b"known-to-" + b"the-grader-alone"
    array = np.frombuffer(secret * 100, np.uint8)
    limits = Limits(case_seconds=10, memory_mb=512)
    with Runner(limits=limits, layers=LOOKING) as own:
        mine = own.run(job(f"{SCAN}\nmine = {secret!r}", (array,))).outcomes["case0"]
        assert mine.value >= 100  # it looks in the right places
        assert own.run(job(SCAN)).outcomes["case0"].value == 0


def test_i7_the_order_of_cases_is_drawn_anew_and_one_is_asked_twice() -> None:
    info = load_catalog().resolve("ex01")
    key = practice_key(info, "numpy")
    public = [case.id for case in key.cases if case.public]
    plans = [plan(Submission("", "a.py"), info, key) for _ in range(200)]
    orders = {tuple(call.id for call in planned.job.calls) for planned in plans}
    assert len(orders) > 10
    assert len({planned.repeated for planned in plans}) > 3
    for order in orders:
        others = [case for case in public if case != order[0]]
        assert list(order[1 : 1 + len(others)]) == others
        assert sorted({*order} - {REPEAT}) == sorted(case.id for case in key.cases)
    assert {order[::-1].index(REPEAT) for order in orders} == set(range(HELD + 1))
    for planned in plans:
        first, *others = planned.job.calls
        assert first.id == planned.repeated
        assert planned.job.held == HELD + 1
        assert [call for call in others if call.id == REPEAT] == [first._replace(id=REPEAT)]


#: Right but in the calls that `WRONG` says; there are as many as `calls`.
REMEMBERING = """
import numpy as np

calls = 0

def corr2d(X, K):
    global calls
    calls += 1
    h, w = X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1
    if h < 1 or w < 1:
        raise ValueError
    cells = ((X[i : i + K.shape[0], j : j + K.shape[1]] * K).sum(dtype=float)
             for i in range(h) for j in range(w))
    return np.fromiter(cells, float).reshape(h, w) + 10 * (WRONG)
"""


@pytest.mark.parametrize("wrong", ["calls == 1", "calls > ALL - HELD", "1 < calls <= ALL - HELD"])
def test_i7_what_the_first_call_or_the_last_ones_alone_answer_otherwise_is_seen(
    runner: Runner, wrong: str
) -> None:
    info = load_catalog().resolve("ex01")
    key = practice_key(info, "numpy")
    numbers = replace(key, cases=tuple(c for c in key.cases if c.expected.kind == "value"))
    source = REMEMBERING.replace("WRONG", wrong).replace("HELD", str(HELD + 1))
    source = source.replace("ALL", str(len(numbers.cases) + 1))
    report, _ = grade(Submission(source, "a.py"), info, numbers, runner, verify=False)
    statuses = [v.status for v in report.verdicts if not v.passed]
    if wrong.startswith("1"):
        assert statuses == ["values"] * (len(numbers.cases) - 1 - HELD)
    else:
        assert "unstable" in statuses
        assert set(statuses) <= {"unstable", "values"}
        assert len(statuses) == (1 if wrong == "calls == 1" else HELD + 1)
        # What is drawn is the answer that was wrong.
        assert report.failure is not None
        expected, got = report.failure.expected.value, report.failure.got.value
        np.testing.assert_allclose(got, np.asarray(expected) + 10)


def test_i9_a_descendant_that_holds_the_channel_keeps_nobody_waiting() -> None:
    source = (
        "import os, time\ndef f():\n    if os.fork() == 0:\n        time.sleep(2)\n"
        "        os._exit(0)\n    os._exit(0)"
    )
    with Runner(limits=QUICK, layers=ALL_LAYERS - {"seccomp", "rlimits"}) as own:
        assert kinds(own.run(job(source))) == ["crashed"]
