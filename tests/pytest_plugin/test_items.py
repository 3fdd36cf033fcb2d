"""Test what `pytest --learncnn` collects, shows and records in a workspace."""

import json
import re
import subprocess
import sys

import pytest

from learncnn.grader.workspace.progress import load_progress
from learncnn.grader.workspace.workspace import find_workspace

from .conftest import ENDLESS, FLIPPED, RIGHT, TRAP

FILE = "ex01_cross_correlation.py"
#: What pytest prints of each item of ex01.
ITEMS = [f"{FILE}::corr2d::{group}" for group in ("public", "values", "errors", "edges")]


def outcomes(done):
    return dict(re.findall(r"^(\S+\.(?:py|ipynb)::\S+) (PASSED|FAILED|ERROR)", done.stdout, re.M))


def test_without_the_option_nothing_of_the_grader_is_imported():
    program = (
        "import sys, pytest\n"
        "class Seen:\n"
        "    def pytest_sessionfinish(self): print('SEEN', *sorted(sys.modules))\n"
        "pytest.main(['-q', '-s', '-p', 'no:cacheprovider', '/dev/null'], plugins=[Seen()])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    names = set(done.stdout.partition("SEEN")[2].split())
    plugin = "learncnn.grader.pytest_plugin"
    ours = {name for name in names if name.startswith("learncnn")}
    assert ours == {"learncnn", "learncnn.grader", plugin, f"{plugin}.plugin"}
    assert not names & {"numpy", "click"}
    assert "learncnn" not in done.stdout.partition("SEEN")[0]


@pytest.mark.parametrize(
    ("language", "word"), [("en_US.UTF-8", "workspace"), ("zh_CN.UTF-8", "工作区")]
)
def test_the_help_tells_of_the_options_in_the_readers_language(run_pytest, language, word):
    told = run_pytest("--help", LANG=language).stdout.partition("--learncnn ")[2][:400]
    assert word in told
    assert "--learncnn-classroom" in told


def test_a_pytest_that_is_too_old_is_told(run_pytest, workspace):
    (workspace / "old.py").write_text("import pytest\npytest.version_tuple = (7, 4, 4)\n")
    done = run_pytest("-p", "old", "--learncnn", FILE, PYTHONPATH=str(workspace))
    assert done.returncode == 4
    assert "needs pytest 8.0 or newer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_right_file_passes_item_by_item(run_pytest, write):
    write(RIGHT)
    done = run_pytest("--learncnn", "-v", FILE)
    assert outcomes(done) == dict.fromkeys(ITEMS, "PASSED")
    assert done.returncode == 0


def test_a_wrong_file_fails_where_it_is_wrong_and_its_screen_is_printed_once(run_pytest, write):
    write(FLIPPED)
    done = run_pytest("--learncnn", "-v", FILE)
    assert outcomes(done) == {n: "PASSED" if "errors" in n else "FAILED" for n in ITEMS}
    assert done.stdout.count("FLIP (proved on") == 1
    assert done.stdout.count("Smallest failing case") == 1
    assert "8 of 8 cases: Shapes agree, values differ" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 1


def test_items_are_chosen_by_words_and_by_name(run_pytest, write):
    write(RIGHT)
    done = run_pytest("--learncnn", "-v", "-k", "corr2d and edges", FILE)
    assert outcomes(done) == {ITEMS[3]: "PASSED"}
    assert outcomes(run_pytest("--learncnn", "-v", ITEMS[0])) == {ITEMS[0]: "PASSED"}
    assert outcomes(run_pytest("--learncnn", "-v", f"{FILE}::corr2d")) == dict.fromkeys(
        ITEMS, "PASSED"
    )


def test_results_go_into_junit_and_the_last_failures_are_run_again(run_pytest, write, tmp_path):
    write(FLIPPED)
    run_pytest("--learncnn", FILE, f"--junit-xml={tmp_path / 'junit.xml'}")
    junit = (tmp_path / "junit.xml").read_text("utf-8")
    assert 'failures="3"' in junit
    assert 'classname="ex01_cross_correlation.corr2d" name="edges"' in junit
    assert "values differ" in junit
    done = run_pytest("--learncnn", "-v", "--lf", FILE)
    assert set(outcomes(done)) == {name for name in ITEMS if "errors" not in name}


def test_with_xdist_a_file_is_checked_and_printed_once(run_pytest, write, workspace):
    write(FLIPPED)
    done = run_pytest("--learncnn", "-v", "-n", "2", FILE, "ex03_output_shape.py")
    assert done.stdout.count("FLIP (proved on") == 1
    assert load_progress(find_workspace(workspace)).of("ex01").attempts == 1
    workers = set(re.findall(rf"\[gw(\d)\].* {FILE}", done.stdout))
    assert len(workers) == 1


def test_no_file_is_imported_and_none_is_collected_but_the_workspaces_own(
    run_pytest, write, workspace
):
    write(TRAP)
    write(TRAP, "test_mine.py")
    write(TRAP, "__init__.py")
    (workspace / "more").mkdir()
    for folder in ("more", "backups"):
        (workspace / folder).mkdir(exist_ok=True)
        write(RIGHT, f"{folder}/{FILE}")
    words = ("--learncnn", "--doctest-modules", "-v", ".", FILE, "test_mine.py")
    done = run_pytest(*words)
    assert {name.partition("::")[0] for name in outcomes(done)} == {
        path.name for path in workspace.glob("ex*.py")
    }
    assert outcomes(done)[ITEMS[0]] == "FAILED"
    assert "could not be loaded" in done.stdout
    assert done.returncode == 1


def test_a_folder_outside_a_workspace_holds_nothing_to_check(run_pytest, tmp_path):
    (tmp_path / FILE).write_text(RIGHT)
    assert run_pytest("--learncnn", tmp_path / FILE).returncode in (4, 5)


def test_a_stub_fails_without_a_screen_and_counts_no_attempt(run_pytest, workspace):
    done = run_pytest("--learncnn", FILE)
    assert "corr2d is not started yet." in done.stdout
    assert "===== ex01" not in done.stdout
    assert load_progress(find_workspace(workspace)).of("ex01").attempts == 0


def test_a_pass_counts_in_the_workspace(run_pytest, write, workspace):
    write(RIGHT)
    run_pytest("--learncnn", FILE)
    entry = load_progress(find_workspace(workspace)).of("ex01")
    assert entry.attempts == 1
    assert entry.passed


def test_a_notebook_of_the_workspace_is_collected(run_pytest, workspace):
    (workspace / FILE).unlink()
    command = [sys.executable, "-m", "learncnn", "notebook", "ex01"]
    subprocess.run(command, cwd=workspace, check=True, capture_output=True)
    path = workspace / "ex01_cross_correlation.ipynb"
    notebook = json.loads(path.read_text())
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    notebook["cells"] = [cell | {"source": RIGHT, "id": "a"}]
    path.write_text(json.dumps(notebook))
    done = run_pytest("--learncnn", "-v", path.name)
    assert set(outcomes(done).values()) == {"PASSED"}


def test_an_endless_loop_fails_and_the_rest_is_not_run(run_pytest, write):
    write(ENDLESS)
    done = run_pytest("--learncnn", "-v", FILE)
    assert set(outcomes(done).values()) == {"FAILED"}
    assert "not finished after 2 s" in done.stdout


def test_a_damaged_workspace_is_told_without_a_traceback(run_pytest, workspace):
    (workspace / "learncnn.toml").write_text("version = 99\n")
    done = run_pytest("--learncnn", FILE)
    assert "newer learncnn" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_screens_are_in_the_language_of_the_workspace(run_pytest, write, workspace):
    (workspace / "learncnn.toml").write_text('version = 1\nlang = "zh"\n')
    write(FLIPPED)
    done = run_pytest("--learncnn", FILE)
    assert "8 个用例中的 8 个：" in done.stdout
    assert "旋转" in done.stdout


def test_two_workspaces_of_one_session_keep_their_languages(run_pytest, workspace, write):
    write(FLIPPED)
    chinese = workspace / "中文"
    chinese.mkdir()
    (chinese / "learncnn.toml").write_text('version = 1\nlang = "zh"\n')
    write(FLIPPED, f"中文/{FILE}")
    done = run_pytest("--learncnn", f"中文/{FILE}", FILE)
    assert "8 个用例中的 8 个：" in done.stdout
    assert "8 of 8 cases:" in done.stdout
    assert done.stdout.count("旋转") == 1
    assert done.stdout.count("rotated") == 1
