"""Test how the process of a command ends: at once, and with nothing lost."""

import subprocess
import sys

import pytest

from .conftest import CORRECT

#: What a command may leave to the end of its process, and an object that is only taken apart by
#: Python's own end.
ENDING = """
import atexit, sys, threading, time
import learncnn.cli
from learncnn.__main__ import main

class Left:
    def __del__(self):
        print("taken apart", flush=True)

def command():
    sys.modules["left"] = Left()
    atexit.register(print, "hook")
    threading.Thread(target=lambda: (time.sleep(0.1), print("thread"))).start()
    print("output", end=" ")
    print("error", end=" ", file=sys.stderr)
    {end}

learncnn.cli.main = command
main()
"""
#: Tells of each collection of garbage from the moment that the command line sets its threshold.
COLLECTIONS = """
import gc, sys

def tell(phase, _):
    if gc.get_threshold()[0] > default:
        print("COLLECTED", file=sys.stderr)

default = gc.get_threshold()[0]
gc.callbacks.append(tell)
from learncnn.__main__ import main
main()
"""


def run(program, *words, cwd):
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("code", [0, 3])
def test_exit_hooks_and_threads_end_and_nothing_is_taken_apart(code, tmp_path):
    ended = run(ENDING.format(end=f"sys.exit({code})"), cwd=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        code,
        "output thread\nhook\n",
        "error ",
    )


@pytest.mark.parametrize(
    ("end", "code", "told"),
    [("sys.exit('why')", 1, "why"), ("raise OSError('why')", 1, "OSError: why"), ("pass", 0, "")],
)
def test_without_a_code_python_ends_as_it_does(end, code, told, tmp_path):
    ended = run(ENDING.format(end=end), cwd=tmp_path)
    assert ended.returncode == code
    assert "hook\n" in ended.stdout
    assert ended.stderr.startswith("error ")
    assert ended.stderr.rstrip().endswith(told)


def test_a_check_collects_no_garbage(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "learncnn", "start", str(tmp_path)], check=True, capture_output=True
    )
    wrong = CORRECT.replace("* K).sum()", "* K).sum() + i + 2 * j + 1")
    (tmp_path / "ex01_cross_correlation.py").write_text(wrong)
    checked = run(COLLECTIONS, "check", "ex01", cwd=tmp_path)
    assert (checked.returncode, checked.stderr) == (1, "")
