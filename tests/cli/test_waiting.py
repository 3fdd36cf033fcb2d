"""Test that a check stops running a function's cases after one has timed out."""

import json
from xml.etree import ElementTree as ET

import pytest

from learncnn.grader.runner.prestart import CHECK_SECONDS, check_limits, default_limits

LOOP = """
    if K.shape == (1, 3):
        print("round and round")
        while True:
            pass
"""


@pytest.fixture
def looping(correct):
    """Right but for one hidden case, in which it never ends."""
    return correct.replace("    h, w = K.shape\n", f"    h, w = K.shape{LOOP}")


def test_a_check_waits_two_seconds_and_grading_five():
    check, grade = check_limits("numpy"), default_limits("numpy")
    assert (check.case_seconds, check.second_try, check.losses_in_a_row) == (2.0, False, 1)
    assert (grade.case_seconds, grade.second_try, grade.losses_in_a_row) == (5.0, True, 3)


def test_an_endless_loop_is_not_finished_and_neither_wrong_nor_diagnosed(check, looping):
    output, code = check(looping)
    assert code == 4
    assert f"corr2d: not finished after {CHECK_SECONDS:g} s" in output
    assert "add --timeout 5 to learncnn" in output
    assert "The case that did not finish   (--case 3)" in output
    for word in ("✗", "proved", "No known mistake", "promises", "expected to raise"):
        assert word not in output


def test_what_a_loop_in_one_hidden_case_shows_is_not_a_matter_of_luck(check, looping):
    """Drawn by lot to be the first, it would leave nothing of the rest."""
    shown = {check(looping, "--timeout", "0.3")[0].partition("\n")[2] for _ in range(6)}
    assert len(shown) == 1
    counts = "· values      public 1/1   hidden 0/2   edges 1/1   1 not finished   1 not run"
    assert counts in shown.pop()


def test_a_case_of_another_function_is_run_all_the_same(cli, write, sizes):
    write(sizes.replace("return n, n", "while True: pass"), "ex02_sizes.py")
    output = cli("check", "ex02", "--timeout", "0.3").stdout
    assert "✓ output_size              3/3" in output
    assert "· pair                     0/2   1 not finished   1 not run" in output


def test_a_slow_function_is_given_more_time_when_asked(check, correct):
    slow = "import time\n" + correct.replace("return Y", "time.sleep(0.3)\n    return Y")
    assert check(slow, "--timeout", "0.1")[1] == 4
    assert check(slow, "--timeout", "5")[1] == 0


def test_no_more_time_is_proposed_than_grading_allows(check, looping):
    assert "--timeout" not in check(looping, "--timeout", "5")[0]


def test_a_crash_ends_a_functions_turn_and_is_wrong(check, correct):
    crashing = "import os\n" + correct.replace(
        "    h, w", "    if K.shape == (1, 3): os._exit(1)\n    h, w"
    )
    output, code = check(crashing)
    assert code == 1
    assert "✗ values      public 1/1   hidden 0/2   edges 1/1   1 not run" in output
    assert "No known mistake" not in output


@pytest.mark.parametrize("loop", ["while True: pass", "max(iter(int, 1))"])
def test_a_loop_below_the_functions_costs_nothing_but_a_note(check, correct, loop):
    output, code = check(f"{correct}\n{loop}\n")
    assert code == 0
    assert "Your file did not finish in time" in output
    assert "RuntimeError" not in output
    assert "1 statement that tries" in output


def test_documents_tell_what_was_not_run(check, looping, tmp_path):
    document = json.loads(check(looping, "--timeout", "0.3", "--json")[0])
    assert document["state"] == "limit"
    assert document["diagnoses"] == document["promises"] == []
    told = [(v["status"], v["expected"], v["got"]) for v in document["verdicts"]]
    assert told[2] == ("timeout", 0.3, "")
    assert told[3:] == [("timeout", None, "not run")] * 2
    check(looping, "--timeout", "0.3", "--junit", str(tmp_path / "a.xml"))
    suite = ET.parse(tmp_path / "a.xml").getroot()[0]
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "2")


def test_the_prints_of_the_case_that_did_not_finish_are_shown(check, looping):
    output, _ = check("print('loading')\n" + looping, "--timeout", "0.3")
    assert "Your code printed in this case\n  │ round and round\n" in output
    assert "loading" not in output


def test_the_screen_is_chinese(cli, write, looping):
    write(looping)
    output = cli("--lang", "zh", "check", "ex01", "--timeout", "0.3").stdout
    assert "corr2d：0.3 秒内没有算完" in output
    assert "1 个未算完   1 个未运行" in output
