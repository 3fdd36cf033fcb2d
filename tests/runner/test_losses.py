"""Test that a lost case affects no other case."""

from __future__ import annotations

import time

import numpy as np
import pytest

from learncnn.grader.errors import GraderFault
from learncnn.grader.runner.job import Call, Job, Limits
from learncnn.grader.runner.runner import Runner

from .conftest import job, kinds

CASES = [(n,) for n in range(5)]


def losing(statement: str) -> str:
    """A source that is right except for the case 2."""
    return (
        "import os, ctypes\nkeep = []\n"
        f"def f(n):\n    if n == 2:\n        {statement}\n    return n"
    )


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("while True: pass", "timeout"),
        ("os._exit(0)", "crashed"),
        ("ctypes.string_at(0)", "crashed"),
        ("keep.append(b'x' * (1 << 30))", "memory"),
        ("os.write(3, b'\\xff' * 100)", "protocol"),
        ("os.close(3)", "crashed"),
    ],
)
def test_one_lost_case_leaves_the_others(runner: Runner, statement: str, kind: str) -> None:
    run = runner.run(job(losing(statement), *CASES))
    assert kinds(run) == ["value", "value", kind, "value", "value"]
    assert [o.value for o in run.outcomes.values()] == [0, 1, None, 3, 4]


def test_a_crash_says_how(runner: Runner) -> None:
    run = runner.run(job(losing("ctypes.string_at(0)"), (2,)))
    assert run.outcomes["case0"].detail == "signal 11"


def test_a_slow_leak_costs_the_cases_over_the_limit_only(runner: Runner) -> None:
    source = "keep = []\ndef f(n):\n    keep.append(bytearray(48 << 20))\n    return n"
    found = kinds(runner.run(job(source, *CASES)))
    assert found == ["value", "value", "memory", "value", "value"]


def test_a_case_that_was_late_once_is_tried_alone(runner: Runner) -> None:
    source = (
        "import time\nseen = 0\ndef f(n):\n    global seen\n    seen += 1\n"
        "    time.sleep(9 if seen == 3 else 0)\n    return n"
    )
    run = runner.run(job(source, *CASES))
    assert kinds(run) == ["value"] * 5


def test_answers_that_the_grader_has_no_room_for_cost_their_cases_alone() -> None:
    source = "import numpy as np\ndef f(n):\n    return np.zeros(n << 17)"
    limits = Limits(memory_mb=128, kept_bytes=4 << 20)
    with Runner(limits=limits) as own:
        run = own.run(job(source, (1,), (2,), (3,), (1,), (1,)))
    assert kinds(run) == ["value", "value", "memory", "value", "memory"]


def test_endless_loops_stop_after_three_of_a_function() -> None:
    limits = Limits(case_seconds=0.2, load_seconds=2)
    calls = [Call(f"f{i}", "f", {}, 0) for i in range(20)] + [Call("g", "g", {}, 0)]
    source = "def f():\n    while True: pass\ndef g():\n    return 1"
    with Runner(limits=limits) as own:
        started = time.monotonic()
        run = own.run(Job(source, "a.py", tuple(calls)))
    assert time.monotonic() - started < 4
    assert kinds(run) == ["timeout"] * 20 + ["value"]
    assert [o.detail for o in run.outcomes.values()].count("not run") == 17


def test_slow_cases_have_a_limit_together() -> None:
    source = "import time\ndef f(n):\n    time.sleep(0.15)\n    return n"
    with Runner(limits=Limits(case_seconds=0.2, load_seconds=2)) as own:
        run = own.run(job(source, *((n,) for n in range(40))))
    found = kinds(run)
    assert found[:8] == ["value"] * 8
    assert found[-8:] == ["timeout"] * 8
    assert [o.detail for o in run.outcomes.values()][-1] == "not run"


def test_loading_counts_towards_the_same_limit() -> None:
    """Each lost case has the source loaded anew: that must not buy a submission more time."""
    loads_slowly = "import os, time\ntime.sleep(0.9)\ndef f(n):\n    os._exit(1)"
    calls = tuple(Call(f"{f}{i}", f, {"n": i}, 1) for f in "fghijklm" for i in range(3))
    source = loads_slowly + "".join(f"\n{f} = f" for f in "ghijklm")
    with Runner(limits=Limits(case_seconds=0.25, load_seconds=3, memory_mb=128)) as own:
        run = own.run(Job(source, "a.py", calls))
    details = [o.detail for o in run.outcomes.values()]
    # Three seconds: three loads and what is begun of a fourth.
    assert 2 <= sum(detail != "not run" for detail in details) <= 4
    assert kinds(run)[-1] == "timeout"


def test_a_load_that_takes_too_long_is_not_tried_again_at_the_submissions_expense() -> None:
    """A load that only just fails costs its limit once: compared within one run."""
    limits = Limits(case_seconds=5, load_seconds=1.0, memory_mb=128)
    with Runner(limits=limits) as own:
        own.run(job("def f(n): return n", (1,)))
        once = own.run(job("import time\ntime.sleep(0.9)\ndef f(n): return n", (1,)))
        over = own.run(job("import time\nf = time.sleep(60) or (lambda n: n)", (1,)))
    assert kinds(once) == ["value"]
    assert kinds(over) == ["load timeout"]
    assert over.seconds < 1.7 * once.seconds


def test_reading_for_forbidden_operators_has_no_time_of_its_own() -> None:
    limits = Limits(case_seconds=5, load_seconds=1.0, memory_mb=128)
    source = "import time\ntime.sleep(60)\n" + "def f(n): return n\n" * 20_000
    with Runner(limits=limits) as own:
        own.run(job("def f(n): return n", (1,)))
        plain = own.run(job(source, (1,)))
        read = own.run(job(source, (1,), forbidden=("numpy.convolve",)))
    assert kinds(plain) == kinds(read) == ["load timeout"]
    assert read.seconds < 1.7 * plain.seconds


def test_what_is_printed_while_loading_is_kept_once_for_all_children(runner: Runner) -> None:
    source = "import os\nprint('loaded')\ndef f(n):\n    if n == 2: os._exit(1)\n    return n"
    assert runner.run(job(source, *CASES)).stdout == "loaded\n"


def test_drip_feeding_an_answer_does_not_extend_its_time(runner: Runner) -> None:
    source = (
        "import os, time, struct\ndef f():\n"
        "    for b in struct.pack('<II', 60, 0) + b' ' * 60:\n"
        "        os.write(3, bytes([b])); time.sleep(0.1)"
    )
    started = time.monotonic()
    assert kinds(runner.run(job(source))) == ["timeout"]
    assert time.monotonic() - started < 3


def test_more_answers_than_questions_are_no_answer(runner: Runner) -> None:
    source = (
        'import os, struct\nhead = b\'{"kind":"case","id":"case0","outcome":"value",\''
        'b\'"tree":1,"specs":[],"arrays":[],"seconds":0}\'\n'
        "def f():\n    os.write(3, struct.pack('<II', len(head), 0) + head)\n    return 1"
    )
    run = runner.run(job(source))
    assert kinds(run) == ["protocol"]


def test_an_answer_with_another_id_is_no_answer(runner: Runner) -> None:
    source = (
        'import os, struct\nhead = b\'{"kind":"case","id":"case1","outcome":"missing",\''
        "b'\"seconds\":0}'\n"
        "def f(n):\n    os.write(3, struct.pack('<II', len(head), 0) + head)\n    return 1"
    )
    assert kinds(runner.run(job(source, (0,)))) == ["protocol"]


def test_answers_given_before_a_crash_count_even_with_calls_unread(runner: Runner) -> None:
    big = np.zeros(100_000)
    source = "import os\ndef f(n, x):\n    if n == 2: os._exit(0)\n    return n"
    run = runner.run(job(source, *((n, big) for n in range(6))))
    assert kinds(run) == ["value", "value", "crashed", "value", "value", "value"]


def test_the_runner_is_as_good_as_new_after_a_loss(runner: Runner) -> None:
    runner.run(job("import os\nos._exit(3)"))
    assert kinds(runner.run(job("def f(): return 1"))) == ["value"]


def test_two_calls_with_one_id_are_the_graders_fault(runner: Runner) -> None:
    call = Call("c", "f", {}, 0)
    with pytest.raises(GraderFault, match="share an id"):
        runner.run(Job("", "a.py", (call, call._replace(function="other"))))


def test_an_unknown_driver_is_the_graders_fault(runner: Runner) -> None:
    call = Call("c", "f", {}, 0, driver="drive")
    with pytest.raises(GraderFault, match="drive"):
        runner.run(Job("def f(): pass", "a.py", (call,), driver_source="x = 1"))


def test_an_argument_that_is_not_plain_is_the_graders_fault(runner: Runner) -> None:
    with pytest.raises(GraderFault, match="cannot be sent"):
        runner.run(job("def f(a): pass", (object(),)))


def test_without_a_second_try_a_late_case_counts_and_ends_its_functions_turn() -> None:
    source = (
        "import time\nseen = 0\ndef f(n):\n    global seen\n    seen += 1\n"
        "    time.sleep(9 if seen == 3 else 0)\n    return n"
    )
    limits = Limits(case_seconds=0.3, memory_mb=128, second_try=False, losses_in_a_row=1)
    with Runner(limits=limits) as own:
        run = own.run(job(source, *CASES))
    assert kinds(run) == ["value", "value", "timeout", "timeout", "timeout"]
    assert [o.detail for o in run.outcomes.values()][2:] == ["", "not run", "not run"]
    assert run.outcomes["case2"].seconds == 0.3


def test_prints_are_kept_apart_by_call_the_lost_one_included(runner: Runner) -> None:
    source = (
        "import os\nprint('loaded')\ndef f(n):\n    print('call', n)\n"
        "    if n == 2: os._exit(1)\n    return n"
    )
    run = runner.run(job(source, *CASES))
    assert run.prints == {f"case{n}": f"call {n}\n" for n in range(5)}
