"""Test that a check whose process is killed from outside does not blame the code."""

import multiprocessing
import threading

import pytest

import learncnn.grader.author.exercise_checks as author
from learncnn.grader.check.checking import Checker, CheckSettings, targets_of
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.errors import GraderFault, SandboxKilled
from learncnn.grader.workspace.workspace import find_workspace

from ..killing import everything, killing, newest


@pytest.fixture
def slow(correct):
    return "import time\ntime.sleep(0.6)\n" + correct


def test_one_kill_is_not_noticed(check, slow):
    check(slow)
    with killing(newest, every=0.6, times=1) as killed:
        _, code = check(slow)
    assert killed
    assert code == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_the_graders_fault_and_says_what_to_do(cli, write, slow, lang):
    write(slow)
    with killing(everything, every=0.02):
        result = cli("--lang", lang, "check", "ex01")
    assert result.exit_code == 5
    expected = {"en": "killed from outside", "zh": "被外部终止"}[lang]
    assert expected in result.stderr
    assert "Traceback" not in result.output
    assert cli("check", "ex01").exit_code == 0


def test_a_check_of_many_names_each_and_has_no_verdict_on_it(cli, write, slow, sizes):
    write(slow)
    write(sizes, "ex02_sizes.py")
    with killing(everything, every=0.02):
        result = cli("check", "--all")
    assert result.exit_code == 5
    assert result.stderr.count("no verdict") == 2


def test_three_in_a_row_end_a_check_of_many(write, slow, workspace):
    write(slow)
    targets = targets_of(["ex01"], None, False, find_workspace(workspace)) * 4
    targets = [t._replace(info=t.info._replace(id=f"ex0{n}")) for n, t in enumerate(targets)]
    checked = []

    def check_all():
        for each in checker.each(targets, stop=False):
            checked.append(each)

    with (
        Checker(CheckSettings()) as checker,
        killing(everything, every=0.02),
    ):
        key = checker._key(load_catalog().resolve("ex01"), "numpy", "cpu")
        checker._keys = {(t.info.id, "numpy", "cpu"): key for t in targets}
        with pytest.raises(GraderFault, match="3 submissions one after another"):
            check_all()
    assert len(checked) == 3
    assert all(isinstance(each.error, SandboxKilled) for each in checked)


def test_a_watch_goes_on(write, slow, workspace):
    write(slow)
    (target,) = targets_of(["ex01"], None, False, find_workspace(workspace))
    with Checker(CheckSettings()) as checker:
        with killing(everything, every=0.02), pytest.raises(SandboxKilled):
            checker.check(target)
        checker.prepare()
        report = checker.check(target).report
    assert report is not None
    assert report.state == "passed"


@pytest.mark.parametrize("once", [True, False])
def test_an_author_check_begins_once_more_with_what_is_left(monkeypatch, once):
    infos = list(load_catalog().exercises.values())
    monkeypatch.setattr(author, "cores", lambda: 2)
    over = threading.Event()

    def kill():
        while not over.wait(0.3 if once else 0.02):
            for process in multiprocessing.active_children():
                process.kill()
                if once:
                    return

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        if once:
            assert [tally.exercise for tally in author.check_exercises(infos)] == ["ex01", "ex02"]
        else:
            with pytest.raises(GraderFault, match="author check were killed from outside"):
                list(author.check_exercises(infos))
    finally:
        over.set()
        thread.join()
