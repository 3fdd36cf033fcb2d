"""check, watch and the other commands of a student on a system that has nothing of POSIX's alone.

Simulated on Linux by `bare_system.py`, which says what it takes away; no real Windows was used.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

BARE = Path(__file__).with_name("bare_system.py")
RIGHT = """
import numpy as np
def corr2d(X, K):
    h, w = K.shape
    if h > X.shape[0] or w > X.shape[1]:
        raise ValueError("too large")
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y
"""
WRONG = RIGHT.replace("* K)", "* K[::-1, ::-1])")
DROPPED = ("LEARNCNN_LANG", "LEARNCNN_PLAIN", "LC_ALL", "LC_MESSAGES", "LANG", "FORCE_COLOR")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in DROPPED}
#: Modules that need what such a system lacks.
POSIX = {
    f"learncnn.grader.runner.{name}"
    for name in ("process", "forking", "spawning", "child", "conversation", "bubblewrap")
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("bare") / "course"
    assert bare("start", root, cwd=root.parent).returncode == 0
    return root


def bare(*words, cwd, text=None, **variables):
    return subprocess.run(
        [sys.executable, BARE, "main", *map(str, words)],
        cwd=cwd,
        input=text,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env=ENVIRONMENT | variables,
    )


def write(folder, source):
    (folder / "ex01_cross_correlation.py").write_text(source, "utf-8")


def test_a_right_solution_passes_and_the_screen_says_that_there_is_no_sandbox(folder, tmp_path):
    write(folder, RIGHT)
    done = bare("check", "ex01", cwd=folder, TEST_MODULES=str(tmp_path / "modules"))
    assert done.returncode == 0, done.stderr
    assert "NO SANDBOX" in done.stdout
    assert "✓ values" in done.stdout
    loaded = set((tmp_path / "modules").read_text().split())
    assert not loaded & POSIX
    assert "learncnn.grader.runner.plain_child" in loaded


def test_a_mistake_is_proved_there_too_and_the_report_names_the_child(folder):
    write(folder, WRONG)
    done = bare("check", "ex01", "--json", cwd=folder)
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert [diagnosis["codes"] for diagnosis in report["diagnoses"]] == [["FLIP"]]
    assert "plain" in report["provenance"]["layers"]


def test_a_loop_ends_and_costs_its_case(folder):
    write(folder, RIGHT.replace("    return Y", "    while True: print('again')"))
    done = bare("check", "ex01", "--timeout", "0.5", cwd=folder)
    assert done.returncode == 4
    assert "again" in done.stdout


def test_a_page_is_written_with_the_warning(folder, tmp_path):
    write(folder, RIGHT)
    page = tmp_path / "report.html"
    assert bare("check", "ex01", "--html", page, cwd=folder).returncode == 0
    assert "NO SANDBOX" in page.read_text("utf-8")


@pytest.mark.parametrize(
    "words",
    ["list", "show ex01", "hint ex01", "solution ex01", "submit", "doctor", "explain FLIP",
     "check ex01 --case 1", "quiz ex03 --json", "reset ex02"],
)  # fmt: skip
def test_every_command_of_a_student_works(folder, words):
    if words.startswith("solution"):
        pytest.importorskip("learncnn_solutions")
    write(folder, RIGHT)
    done = bare(*words.split(), cwd=folder, text="")
    assert "grader's own fault" not in done.stderr
    assert done.returncode in (0, 1), done.stderr


def test_watch_checks_what_is_saved_until_q(folder):
    write(folder, WRONG)
    process = subprocess.Popen(
        [sys.executable, BARE, "main", "watch", "ex01", "--poll"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env=ENVIRONMENT,
    )
    try:
        said = _until(process, "watching ex01")
        assert "FLIP" in said or "kernel" in said
        time.sleep(0.3)
        write(folder, RIGHT)
        assert "✓ values" in _until(process, "checked in")
    finally:
        process.kill()
        process.communicate()


def _until(process, text):
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    raise AssertionError(said)


def test_grade_refuses_and_says_where_to_grade(folder):
    pytest.importorskip("sqlalchemy")
    done = bare("grade", folder, cwd=folder)
    assert done.returncode == 2
    assert "win32 cannot fork safely" in done.stderr
    assert "WSL 2" in done.stderr


def test_a_chinese_windows_is_spoken_to_in_chinese(folder):
    write(folder, RIGHT)
    assert "没有沙箱" in bare("check", "ex01", cwd=folder, TEST_UI_LANGUAGE="0x0804").stdout
    assert "NO SANDBOX" in bare("check", "ex01", cwd=folder, TEST_UI_LANGUAGE="0x0409").stdout
