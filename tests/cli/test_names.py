"""Test that check finds the exercise of a file by name, and proposes commands to paste."""

import shlex
import subprocess

import pytest

from learncnn.grader.i18n.shell import pasted

NAMES = [
    "EX01.PY",
    "ex01.py.txt",
    "Copy of ex01.py",
    "副本 ex01.py",
    "ex01 (1).py",
    *["ex01 - Copy.py", "Copy of ex01_slide.py", "corr2d (1).py", "2023001_王小明_ex01.py"],
]


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_is_checked(cli, workspace, correct, name):
    (workspace / name).write_text(correct)
    assert cli("check", name).exit_code == 0
    assert cli("check", workspace / name).exit_code == 0


@pytest.mark.parametrize("name", ["Ex01.IPYNB", "Copy of ex01.ipynb", "ex01.ipynb.txt"])
def test_a_copy_of_a_notebook_is_checked_as_one(cli, workspace, correct, name):
    import nbformat

    cell = nbformat.v4.new_code_cell(correct)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), workspace / "book.ipynb")
    (workspace / "book.ipynb").rename(workspace / name)
    assert cli("check", name).exit_code == 0


def test_a_script_in_its_own_encoding_is_checked(cli, workspace, correct):
    (workspace / "ex01_slide.py").write_bytes(f"# coding: gbk\n# 互相关\n{correct}".encode("gbk"))
    assert cli("check", "ex01").exit_code == 0


@pytest.mark.parametrize(
    "name",
    [
        "Untitled.ipynb",
        "my work.py",
        "作业1.py",
        "it's.py",
        "$HOME.py",
        "a;b.py",
        "-x.py",
        "a\tb.py",
    ],
)
def test_the_proposed_command_can_be_pasted(cli, workspace, correct, name, tmp_path):
    (workspace / name).write_text(correct)
    result = cli("check", f"./{name}")
    assert result.exit_code == 2
    command = result.stderr.partition("Name it: ")[2].rstrip("\n")
    words = (
        subprocess.run(["bash", "-c", f"printf '%s\\0' {command}"], capture_output=True, check=True)
        .stdout.decode()
        .split("\0")
    )
    assert words[:2] == ["learncnn", "check"]
    assert (workspace / words[2]).read_text() == correct
    assert not words[2].startswith("-")
    assert words[3:5] == ["--exercise", "ex01"]


def test_the_folder_of_a_new_workspace_can_be_pasted(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = cli("start", "my study")
    command = result.stdout.partition("Begin:  ")[2].partition("  ·")[0]
    assert shlex.split(command) == ["cd", "my study"]


@pytest.mark.parametrize("word", ["plain", "a b", "it's", "$x", "`x`", "a\nb", "\x1b[31m", "", "*"])
def test_a_shell_reads_the_word_again(word):
    done = subprocess.run(["bash", "-c", f"printf %s {pasted(word)}"], capture_output=True)
    assert done.stdout.decode() == word
    assert pasted(word).isprintable()
