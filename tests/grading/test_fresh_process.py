"""Who is right by luck in one process is asked again in others."""

import os

import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading import fresh_process
from learncnn.grader.grading.grading import grade
from learncnn.grader.runner.job import Call, Job, Limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.sandbox.layers import libc
from learncnn.grader.submissions.submission import Submission

RIGHT = """
import numpy as np

def right(X, K):
    h, w = K.shape
    H, W = X.shape[0] - h + 1, X.shape[1] - w + 1
    if H < 1 or W < 1:
        raise ValueError("too large")
    return sum(X[i:i + H, j:j + W] * K[i, j] for i in range(h) for j in range(w))

corr2d = right
"""
LUCKY = (
    RIGHT
    + """
import {module}
lucky = {coin}

def corr2d(X, K):
    return right(X, K) * (1 if lucky else 2)
"""
)
COINS = {
    "clock": ("time", "time.perf_counter_ns() // 1000 % 2"),
    "entropy": ("os", "os.urandom(1)[0] % 2"),
    "generator": ("random", "random.Random().random() < 0.5"),
    "numpy": ("numpy.random", "np.random.default_rng().random() < 0.5"),
    "computed": ("os", "getattr(os, 'uran' + 'dom')(1)[0] % 2"),
    "datetime": ("datetime", "datetime.datetime.now().microsecond % 2"),
    "process": ("os", "os.getpid() // 2 % 2"),
    "process, upper digits": ("os", "os.getpid() // 1024 % 2"),
    "hour": ("time", "int(time.time()) // 3600 % 2"),
    "uptime": ("time", "int(time.monotonic()) // 1000 % 2"),
}
#: Coins that no wrapper notices. The sandbox gives them one side, or none.
UNNOTICED = {
    "OpenSSL": ("ssl", "ssl.RAND_bytes(1)[0] % 2"),
    "SQLite": (
        "sqlite3",
        "sqlite3.connect(':memory:').execute('select abs(random()) % 2').fetchone()[0]",
    ),
    "posix": ("sys", "sys.modules['po' + 'six'].urandom(1)[0] % 2"),
    "clock of SQLite": (
        "sqlite3",
        "int(sqlite3.connect(':memory:').execute("
        "\"select strftime('%f', 'now')\").fetchone()[0][-1]) % 2",
    ),
    "clock of numpy": ("os", "int(np.array('now', 'M8[us]').astype(int)) % 2"),
    "clock of a profiler": (
        "cProfile",
        "(lambda p: (p.runcall(sum, [1]), int(p.getstats()[-1].totaltime * 1e9) % 2)[1])("
        "cProfile.Profile())",
    ),
    "clock anew": (
        "importlib.util as u, sys",
        "(lambda s: u.module_from_spec(s).perf_counter_ns() // 1000 % 2)(u.find_spec('time'))"
        " if sys.modules.pop('time') else 0",
    ),
    "memory of the machine": ("sys", "sys.modules['po' + 'six'].sysconf('SC_AVPHYS_PAGES') % 2"),
    "page faults": ("resource", "resource.getrusage(0).ru_minflt % 2"),
    "user": ("sys", "sys.modules['po' + 'six'].getuid() // 4 % 2"),
    "process": ("sys", "sys.modules['po' + 'six'].getpid() // 2 % 2"),
    "set of strings": ("os", "next(iter({'a', 'b'})) == 'a'"),
}
TRIES = 30
INFO = load_catalog().resolve("ex01")
KEY = practice_key(INFO, "numpy")


@pytest.fixture(scope="module")
def runner():
    with Runner(limits=Limits(case_seconds=10, load_seconds=10), warm="full") as shared:
        yield shared


def passed(source, runner):
    return grade(Submission(source, "a.py"), INFO, KEY, runner)[0].state == "passed"


@pytest.mark.parametrize("kind", COINS)
def test_half_of_the_luck_is_a_sixteenth_of_the_passes(runner, kind):
    if kind in ("hour", "uptime") and os.uname().machine != "x86_64":
        pytest.skip("clocks go on on other machines")
    module, coin = COINS[kind]
    source = LUCKY.format(module=module, coin=coin)
    # 1.9 of 30 on average; without being asked again it would be 15.
    assert sum(passed(source, runner) for _ in range(TRIES)) < 10


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="clocks go on on other machines")
@pytest.mark.parametrize("kind", UNNOTICED)
def test_a_coin_that_is_not_noticed_falls_on_one_side(runner, monkeypatch, kind):
    monkeypatch.setattr(fresh_process, "PROCESSES", 0)
    monkeypatch.setattr(fresh_process, "LOT", 0.0)
    module, coin = UNNOTICED[kind]
    source = LUCKY.format(module=module, coin=coin)
    assert len({passed(source, runner) for _ in range(12)}) == 1


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="clocks go on on other machines")
def test_python_clocks_go_on_where_others_stand_still(runner):
    source = (
        RIGHT
        + """
import datetime, time

before = datetime.datetime.now(), time.time(), time.monotonic(), time.perf_counter_ns()
time.sleep(0.02)
after = datetime.datetime.now(), time.time(), time.monotonic(), time.perf_counter_ns()
went = [b > a for a, b in zip(before, after)]
assert went == [False, True, True, True], went
assert time.strftime("%H:%M") in (time.ctime()[11:16], time.asctime()[11:16])
assert time.process_time() > 0
"""
    )
    report, _ = grade(Submission(source, "a.py"), INFO, KEY, runner)
    assert (report.load_error, report.loading, report.state) == (None, (), "passed")


def test_a_printed_address_is_the_same_in_another_zygote():
    source = "cell = object()\n\ndef f():\n    return id(cell)\n"
    job = Job(source=source, filename="a.py", calls=(Call("case", "f", {}, 0),))
    seen = set()
    for _ in range(3):
        with Runner(warm="full") as own:
            seen.add(own.run(job).outcomes["case"].value)
    assert len(seen) == 1 or not addresses_can_be_fixed()


def addresses_can_be_fixed():
    try:
        before = libc.personality(0xFFFFFFFF)
        libc.personality(before | libc.ADDR_NO_RANDOMIZE)
    except OSError:
        return False
    libc.personality(before)
    return True


@pytest.mark.parametrize(
    "line",
    [
        "import ssl",
        "import math, ssl",
        "x = 1; from\tssl import RAND_bytes",
        "import \\\n    ssl",
        "import ｓｓl",
        "ｇetattr(np, 'x')",
        "sys._getframe(2).f_locals",
        "f = compile('x', '', 'exec')",
        "from learncnn_sandbox import consulting",
    ],
)
def test_a_way_around_the_wrappers_is_asked_again(line):
    assert fresh_process._could_hide(f"{RIGHT}\n{line}\n")


def test_ordinary_imports_are_not_suspicious():
    lines = "import os, re, time\nimport random as r\nfrom typing import Any\nimport torch.nn as nn"
    assert not fresh_process._could_hide(f"{RIGHT}\n{lines}\nwords = re.compile('a')\n")


def test_who_is_honest_for_as_long_as_before_is_asked_as_much(runner):
    source = LUCKY.format(module="time", coin="time.perf_counter_ns() // 1000 % 2")
    source = source.replace(
        "def corr2d(X, K):\n", "calls = []\n\ndef corr2d(X, K):\n    calls.append(1)\n"
    )
    source = source.replace("if lucky", "if lucky or len(calls) < 6")
    # 1.9 of 30 on average; if only four cases were asked again it would be 15.
    assert sum(passed(source, runner) for _ in range(TRIES)) < 10


def test_lost_cases_are_not_asked_again(runner):
    source = (
        RIGHT
        + """
import os, time
start = time.time()

def corr2d(X, K):
    if X.shape == (3, 3):
        os._exit(1)
    return right(X, K)
"""
    )
    report, run = grade(Submission(source, "a.py"), INFO, KEY, runner)
    lost = {verdict.case for verdict in report.verdicts if verdict.status == "crashed"}
    assert lost
    assert len(run.again) == 3
    for outcomes in run.again:
        assert lost.isdisjoint(outcomes)
        assert len(outcomes) >= len(report.verdicts) - len(lost)


def test_an_address_and_a_hash_are_asked_in_a_new_zygote(runner):
    for coin in ("id(object()) // 16 % 2", "hash('a') % 2"):
        source = LUCKY.format(module="math", coin=coin)
        report, run = grade(Submission(source, "a.py"), INFO, KEY, runner)
        assert run.consulted <= {"address", "hash"}
        assert run.consulted
        assert len(run.again) == (0 if not any(v.passed for v in report.verdicts) else 3)


@pytest.mark.parametrize(
    "source", [RIGHT, RIGHT + "\nimport random\nrandom.seed(3)\nnp.random.rand(2)\n"]
)
def test_a_submission_that_consults_nothing_is_asked_again_by_lot_alone(
    runner, monkeypatch, source
):
    for lot, processes in ((0.0, 0), (1.0, 1)):
        monkeypatch.setattr(fresh_process, "LOT", lot)
        report, run = grade(Submission(source, "a.py"), INFO, KEY, runner)
        assert report.state == "passed"
        assert len(run.again) == processes
        assert run.consulted == frozenset()


def test_a_right_submission_passes_however_often_it_is_asked(runner):
    timed = RIGHT + "\nimport time\nstart = time.time()\n"
    report, run = grade(Submission(timed, "a.py"), INFO, KEY, runner)
    assert (report.state, len(run.again), run.consulted) == ("passed", 3, {"clock"})


def test_an_answer_that_differs_in_another_process_is_unstable_and_shown(runner, monkeypatch):
    monkeypatch.setattr(fresh_process, "PROCESSES", 12)
    source = LUCKY.format(module="os", coin="os.urandom(1)[0] % 2")
    reports = (grade(Submission(source, "a.py"), INFO, KEY, runner)[0] for _ in range(40))
    report = next(r for r in reports if any(v.status == "unstable" for v in r.verdicts))
    assert report.failure is not None
    assert report.failure.got.value is not None
    assert report.state == "failed"


def test_what_loads_in_one_process_alone_does_not_pass(runner):
    source = RIGHT + "\nimport os\nif os.urandom(1)[0] % 2:\n    del corr2d\n"
    assert sum(passed(source, runner) for _ in range(TRIES)) < 10


def test_a_check_asks_once(runner):
    source = RIGHT + "\nimport time\nstart = time.time()\n"
    _, run = grade(Submission(source, "a.py"), INFO, KEY, runner, verify=False)
    assert run.again == ()


def test_what_is_watched_works_as_before(runner):
    source = (
        RIGHT
        + """
import copy, os, random, secrets, time

class Watch:
    now = time.perf_counter
    key = hash

w = Watch()
checks = (
    w.now() <= w.now() <= time.perf_counter(), w.key("a") == hash("a"), id(w) == id(w),
    time.strftime("%Y", time.gmtime(0)) == "1970", len(os.urandom(5)) == 5,
    random.Random(3).random() == random.Random(3).random(), secrets.randbelow(1) == 0,
    copy.deepcopy([w.now()]) != [], os.fstat(0).st_mode > 0, os.getpid() == os.getpid(),
)
assert all(checks), checks
"""
    )
    report, run = grade(Submission(source, "a.py"), INFO, KEY, runner)
    assert (report.load_error, report.loading, report.state) == (None, (), "passed")
    assert run.consulted == {"clock", "hash", "address", "entropy", "process"}
