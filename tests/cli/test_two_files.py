"""Test that of a script and a notebook of one exercise the begun one counts everywhere."""

import json
import os
import subprocess
import zipfile

import nbformat
import pytest

from learncnn.grader.i18n.texts import use_language


@pytest.fixture
def notebook(cli, workspace):
    """Write code into a new cell of the notebook of ex01, which may be missing; return its path."""

    def write(code=None):
        path = workspace / "ex01_slide.ipynb"
        if not path.exists():
            assert cli("notebook", "ex01").exit_code == 0
        if code is not None:
            document = nbformat.read(path, as_version=4)
            document.cells.append(nbformat.v4.new_code_cell(code))
            nbformat.write(document, path)
        return path

    return write


def save_at(path, seconds):
    os.utime(path, (seconds, seconds))


def test_a_stub_written_as_a_notebook_later_does_not_win(cli, check, correct, notebook, workspace):
    check(correct)
    result = cli("notebook", "ex01")
    assert "ex01_slide.py counts" in " ".join(result.stderr.split())
    assert cli("check", "ex01").exit_code == 0
    assert cli("submit").exit_code == 0
    with zipfile.ZipFile("bundle.zip") as bundle:
        names = bundle.namelist()
        assert bundle.read("ex01_slide.py").decode() == correct
    assert "ex01_slide.ipynb" not in names
    assert json.loads(cli("progress", "--json").stdout)["exercises"]["ex01"]["attempts"] == 2


def test_a_stub_dated_later_by_git_does_not_win(cli, write, correct, notebook, workspace):
    write(correct)
    stub = notebook()
    save_at(write(correct), 1e9)
    save_at(stub, 2e9)
    assert cli("check", "ex01").exit_code == 0
    assert cli("check").exit_code == 0
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "work"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *identity, *command], check=True)
    subprocess.run(["git", "clone", "-q", ".", "clone"], check=True)
    result = cli("--root", workspace / "clone", "check", "ex01")
    assert result.exit_code == 0


def test_a_begun_notebook_wins_over_a_stub_that_is_later(cli, correct, notebook, workspace):
    save_at(notebook(correct), 1e9)
    save_at(workspace / "ex01_slide.py", 2e9)
    assert cli("check", "ex01").exit_code == 0
    cli("submit")
    with zipfile.ZipFile("bundle.zip") as bundle:
        assert "ex01_slide.ipynb" in bundle.namelist()


def test_an_experiment_in_a_notebook_does_not_win_over_work(cli, write, correct, notebook):
    save_at(write(correct), 1e9)
    save_at(notebook("import numpy as np\nprint(np.ones(3))"), 2e9)
    result = cli("check", "ex01")
    assert result.exit_code == 0
    assert "ex01_slide.py counts" in " ".join(result.stderr.split())


@pytest.mark.parametrize("content", ["", "{half", '{"cells": []}', "\0"])
def test_a_torn_notebook_does_not_win_over_work(cli, write, correct, notebook, content):
    write(correct)
    path = notebook()
    path.write_text(content)
    save_at(path, 2e9)
    assert cli("check", "ex01").exit_code == 0


@pytest.mark.parametrize("order", [(1e9, 2e9), (2e9, 1e9)])
@pytest.mark.parametrize(
    "words", [("check", "ex01"), ("check", "--all"), ("submit",), ("progress",), ("next",)]
)
def test_of_two_that_are_begun_the_one_saved_last_is_named(
    cli, write, correct, flipped, notebook, order, words
):
    save_at(write(flipped), order[0])
    save_at(notebook(correct), order[1])
    latest = "ex01_slide.ipynb" if order[1] > order[0] else "ex01_slide.py"
    said = " ".join(cli(*words).stderr.split())
    assert f"{latest} counts" in said
    assert "ex01_slide.ipynb" in said
    assert "ex01_slide.py" in said
    use_language("en")
    said = cli("--lang", "zh", *words).stderr
    assert f"以 {latest} 为准" in said


def test_a_stub_beside_work_is_not_worth_a_word(cli, write, correct, notebook):
    write(correct)
    notebook()
    for words in (("check", "ex01"), ("submit",), ("progress",), ("next",)):
        assert "counts" not in cli(*words).stderr


def test_reset_says_which_file_counts_then(cli, write, correct, flipped, notebook):
    save_at(write(flipped), 1e9)
    save_at(notebook(correct), 2e9)
    result = cli("reset", "ex01")
    assert "ex01_slide.ipynb is a fresh stub again" in result.stdout
    assert "ex01_slide.py counts" in result.stdout


def test_watch_checks_the_file_that_is_begun(cli, write, correct, flipped, notebook, workspace):
    from learncnn.grader.check.watch_command import Watch
    from learncnn.grader.terminal.app import make_app

    save_at(write(correct), 1e9)
    save_at(notebook(), 2e9)
    app = make_app("en", str(workspace), True)
    watch = Watch(app, app.found, next(iter(_infos())), keys=False)
    shown = []
    watch.show = lambda instead=None: shown.append(watch._result())
    try:
        watch.check()
        assert any("ex01_slide.py" in line or "✓" in line for line in shown[-1])
        save_at(notebook(flipped), 2e9)
        watch.check(workspace / "ex01_slide.ipynb")
        assert "ex01_slide.ipynb counts" in " ".join(shown[-1])
    finally:
        watch.close()


def _infos():
    from learncnn.grader.course.catalog import load_catalog

    return load_catalog().exercises.values()
