"""Checks from the page: the verdicts of the command line, stopped at once, beside one another."""

import json
import subprocess
import sys
import time

from .conftest import ENDLESS, FLIPPED, RIGHT, environment, events, until


def command(visitor, *words):
    """What a command prints in the workspace."""
    return subprocess.run(
        [sys.executable, "-m", "learncnn", *words],
        cwd=visitor.folder,
        env=environment(visitor.folder.parent),
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    ).stdout


def test_a_check_says_what_the_command_line_says_and_counts_once(visitor):
    report = visitor.check("ex01", FLIPPED)
    said = json.loads(command(visitor, "progress", "--json"))["exercises"]["ex01"]
    assert (report["state"], report["attempt"], said["attempts"]) == ("failed", 1, 1)
    assert said["codes"] == ["FLIP"]
    (problem,) = report["problems"]
    assert problem["code"] == "FLIP"
    assert FLIPPED.split("\n")[problem["line"] - 1].startswith("def corr2d")
    assert "FLIP" in report["html"]
    assert "--case" not in report["html"]  # an option that the page does not offer
    assert report["sentence"].startswith("ex01: ")
    document = json.loads(command(visitor, "check", "ex01", "--json"))
    assert report["state"] == document["state"]
    assert f"{document['score']:.3g} of" in report["sentence"]


def test_a_pass_is_told_and_kept(visitor):
    with visitor.listening() as heard:
        report = visitor.check("ex01", RIGHT)
        (progress,) = until(lambda: events(heard, "progress", id="ex01", passed=True))
    assert report["state"] == "passed"
    assert progress["done"] == 1
    assert progress["next"] == "ex02"
    assert "✓" in command(visitor, "list")


def test_a_stopped_check_ends_at_once_and_is_not_counted(visitor):
    with visitor.listening() as heard:
        check = visitor.start("ex02", ENDLESS)
        until(lambda: events(heard, "checking", id="ex02"))
        time.sleep(0.3)  # it runs by now
        assert visitor.post(f"/api/checks/{check}/stop").status_code == 204
        assert visitor.result(check)["state"] == "stopped"
    said = json.loads(command(visitor, "progress", "--json"))["exercises"]["ex02"]
    assert said["attempts"] == 0


def test_a_stopped_bench_goes_on_to_the_next_check(visitor):
    for number in range(6):
        check = visitor.start("ex02", f"{ENDLESS}# {number}\n")
        visitor.post(f"/api/checks/{check}/stop")
        assert visitor.result(check)["state"] == "stopped"
    assert visitor.check("ex01", RIGHT + "# again\n")["state"] == "passed"


def test_an_endless_loop_in_one_tab_leaves_the_others_their_checks(visitor):
    functions = ("output_size", "output_size_total", "output_shape", "same_padding")
    loops = "".join(f"def {name}(*a, **k):\n    while True:\n        pass\n" for name in functions)
    for number in range(2):  # the first time a second worker has to start
        endless = visitor.start("ex03", f"{loops}# {number}\n")  # it takes four seconds
        assert visitor.check("ex01", f"{RIGHT}# beside {number}\n")["state"] == "passed"
    assert visitor.get(f"/api/checks/{endless}").status_code == 202
    report = visitor.result(endless)
    assert report["state"] == "limit"
    assert "2 s" in report["html"]


def test_a_new_check_of_an_exercise_takes_the_place_of_the_last(visitor):
    first = visitor.start("ex02", ENDLESS + "# first\n")
    second = visitor.start("ex02", "def flip(K):\n    return K\n")
    assert visitor.result(first)["state"] == "stopped"
    assert visitor.result(second)["state"] == "failed"


def test_a_text_that_does_not_load_is_marked_where_it_ends(visitor):
    report = visitor.check("ex03", "x = 1\ndef f(:\n")
    assert report["state"] == "not_loaded"
    assert report["problems"][0]["line"] == 2
    empty = visitor.check("ex03", "\n")
    assert empty["state"] == "not_loaded"
    assert empty["html"]


def test_a_check_is_the_learners_own_and_numbers_lead_nowhere_else(visitor):
    for number in (0, 10**9, "x"):
        assert visitor.get(f"/api/checks/{number}").status_code == 404
        assert visitor.post(f"/api/checks/{number}/stop").status_code == 404


def test_a_report_shows_one_failing_case_and_no_seed(visitor):
    report = visitor.check("ex01", FLIPPED + "# shown\n")
    whole = json.dumps(report)
    assert whole.count("Smallest failing case") == 1
    assert "practice" not in whole


def test_the_last_report_is_on_the_page_that_is_opened_later(visitor):
    report = visitor.check("ex01", FLIPPED + "# later\n")
    assert report["state"] == "failed"
    checks = visitor.get(f"/api/checks/{report['check']}").json()
    assert checks == report
