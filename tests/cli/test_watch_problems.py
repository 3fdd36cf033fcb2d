"""Test `watch --problems` as an editor reads it, with the patterns that `start` writes."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from learncnn.grader.files.jsonc import read_jsonc

from .conftest import CORRECT, FLIPPED, SIZES
from .test_watch import SECONDS, Watching

RAISES = SIZES.replace(
    "    return (n - k", "\n        \n    if n:\n        n.size\n    return (n - k"
)
ONCE = SIZES.replace("2 * padding", "padding")


class Editor:
    """Reads what a task prints as VS Code's problem matcher does."""

    def __init__(self, matcher, running):
        self.pattern, self.background = matcher["pattern"], matcher["background"]
        self.running = running

    def problems(self):
        """Return the problems of the next cycle."""
        begin, end = self.background["beginsPattern"], self.background["endsPattern"]
        before = self.running.until(end.strip("^$") + "\n").splitlines()
        (start,) = (n for n, line in enumerate(before) if re.search(begin, line))
        assert re.search(end, before[-1])
        return [self._read(line) for line in before[start + 1 : -1]]

    def _read(self, line):
        found = re.search(self.pattern["regexp"], line)
        assert found, line
        names = ("file", "line", "column", "severity", "message", "code")
        return {name: found[self.pattern[name]] for name in names}


@pytest.fixture
def home(cli, tmp_path):
    """A workspace in folders with blanks, a colon and Chinese in their names."""
    root = tmp_path / "my files: 12:3: error" / "学习 卷积"
    assert cli("start", root).exit_code == 0
    return root


@pytest.fixture
def matcher(home):
    (task,) = read_jsonc((home / ".vscode" / "tasks.json").read_text("utf-8"))["tasks"]
    assert task["args"] == ["-m", "learncnn", "watch", "--problems"]
    return task["problemMatcher"]


@pytest.fixture
def editor(course, home, matcher):
    """Start `watch --problems` in a folder: editor("ex01", cwd=...) → Editor."""
    program = (
        "from pathlib import Path; import learncnn.grader.course.catalog as c\n"
        f"c.EXERCISES = Path({str(course)!r})\n"
        "from learncnn.cli import main; main()"
    )
    opened = []

    def start(*words, cwd=home, options=(), terminal=False):
        command = [sys.executable, "-c", program, *options, "watch", "--problems", *words]
        opened.append(Watching(command, cwd, terminal))
        return Editor(matcher, opened[-1])

    yield start
    for each in opened:
        each.close()


def save(home, content, name="ex01_slide.py"):
    """Save as an editor does, in one step."""
    aside = home / "aside"
    aside.write_text(content, "utf-8")
    aside.rename(home / name)


def test_a_mistake_is_a_problem_where_its_function_is_defined_and_goes_when_mended(editor, home):
    reading = editor()
    assert reading.problems() == []
    save(home, FLIPPED)
    (problem,) = reading.problems()
    line = FLIPPED.split("\n").index("def corr2d(X, K):") + 1
    assert problem == {
        "file": "ex01_slide.py",
        "line": str(line),
        "column": "1",
        "severity": "error",
        "message": problem["message"],
        "code": "FLIP",
    }
    assert problem["message"].strip()
    assert "[FLIP]" not in problem["message"]
    save(home, CORRECT)
    assert reading.problems() == []


def test_problems_of_other_files_are_told_again(editor, home):
    save(home, FLIPPED)
    save(home, ONCE, "ex02_sizes.py")
    reading = editor()
    told = [(each["file"], each["code"]) for each in reading.problems()]
    assert told[-1] == ("ex02_sizes.py", "PAD-ONCE")
    assert ("ex01_slide.py", "FLIP") in told
    save(home, SIZES, "ex02_sizes.py")
    assert {each["file"] for each in reading.problems()} == {"ex01_slide.py"}


def test_problems_of_a_deleted_file_go_with_the_next_save(editor, home):
    save(home, FLIPPED)
    reading = editor()
    assert reading.problems()
    (home / "ex01_slide.py").unlink()
    save(home, ONCE, "ex02_sizes.py")
    assert {each["file"] for each in reading.problems()} == {"ex02_sizes.py"}


def test_a_named_exercise_is_the_one_to_begin_with(editor, home):
    save(home, FLIPPED)
    save(home, ONCE, "ex02_sizes.py")
    assert {each["file"] for each in editor("ex02").problems()} == {"ex02_sizes.py"}


def test_an_exception_is_a_problem_in_the_line_that_raised_it(editor, home):
    save(home, RAISES, "ex02_sizes.py")
    (problem,) = editor("ex02").problems()
    line = RAISES.split("\n").index("        n.size") + 1
    assert (problem["line"], problem["column"]) == (str(line), "9")
    assert "AttributeError" in problem["message"]
    assert problem["code"] is None


def test_a_syntax_error_is_a_problem_in_its_line(editor, home):
    reading = editor("ex01")
    reading.problems()
    save(home, "import math\n\ndef corr2d(X, K:\n    return X\n")
    (problem,) = reading.problems()
    assert problem["line"] == "3"
    assert problem["message"].startswith("SyntaxError")


def test_a_file_that_is_no_text_is_a_problem(editor, home):
    reading = editor("ex01")
    reading.problems()
    (home / "ex01_slide.py").write_bytes(b"x = '\xff\xfe'\n")
    (problem,) = reading.problems()
    assert (problem["file"], problem["line"]) == ("ex01_slide.py", "1")


def test_a_notebooks_place_is_told_in_the_text(editor, home):
    (home / "ex01_slide.py").unlink()
    cells = [nbformat.v4.new_code_cell("import numpy as np"), nbformat.v4.new_code_cell(FLIPPED)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), home / "ex01_slide.ipynb")
    told = editor("ex01").problems()
    line = FLIPPED.split("\n").index("def corr2d(X, K):") + 1
    assert {(each["file"], each["line"]) for each in told} == {("ex01_slide.ipynb", "1")}
    assert any(each["message"].startswith(f"cell 2, line {line}: ") for each in told)


@pytest.mark.parametrize("outside", [False, True], ids=["above the workspace", "elsewhere"])
def test_paths_with_blanks_colons_and_chinese_are_read_whole(editor, home, tmp_path, outside):
    save(home, FLIPPED)
    cwd = tmp_path / "elsewhere" if outside else home.parent
    cwd.mkdir(exist_ok=True)
    reading = editor(cwd=cwd, options=["--root", str(home)])
    (file,) = {each["file"] for each in reading.problems()}
    assert os.path.isabs(file) == outside
    assert os.path.samefile(cwd / file, home / "ex01_slide.py")


def test_sentences_are_in_the_language_in_use(editor, home):
    save(home, FLIPPED)
    told = editor(options=["--lang", "zh"]).problems()
    assert any(re.search("[\u4e00-\u9fff]", each["message"]) for each in told)


def test_in_a_terminal_of_an_editor_there_are_neither_keys_nor_a_cleared_screen(editor, home):
    save(home, FLIPPED)
    running = editor(terminal=True).running
    told = running.until("learncnn watch: end\r\n")
    assert "\x1b" not in told
    assert "q quit" not in told
    os.write(running.out, b"q")
    save(home, CORRECT)
    running.until("learncnn watch: end\r\n")


def test_a_save_counts_as_an_attempt(editor, home):
    reading = editor("ex01")
    reading.problems()
    save(home, FLIPPED)
    reading.problems()
    progress = json.loads((home / ".learncnn" / "progress.json").read_text())
    assert progress["exercises"]["ex01"]["attempts"] == 1


@pytest.mark.skipif(shutil.which("vim") is None, reason="needs vim")
def test_vim_reads_the_lines_with_the_function_of_the_guide(editor, home, tmp_path):
    guide = (Path(__file__).parents[2] / "docs" / "student-guide.md").read_text("utf-8")
    (block,) = re.findall(r"```vim\n(.*?)```", guide, re.DOTALL)
    save(home, FLIPPED)
    reading = editor(cwd=home.parent, options=["--root", str(home)])
    reading.problems()
    save(home, FLIPPED + "\n")
    lines = reading.running.until("learncnn watch: end\n") * 2
    (tmp_path / "lines").write_text(lines, "utf-8")
    script = block + (
        f"for line in readfile('{tmp_path}/lines')\n  call LearncnnLine(0, line)\nendfor\n"
        "let found = map(filter(getqflist(), 'v:val.valid'), "
        "'[bufname(v:val.bufnr), v:val.lnum, v:val.col, v:val.type, v:val.text]')\n"
        f"call writefile([json_encode(found)], '{tmp_path}/found')\nqa!\n"
    )
    (tmp_path / "script.vim").write_text(script, "utf-8")
    words = ["vim", "-Nu", "NONE", "-es", "--cmd", "set encoding=utf-8", "-S"]
    subprocess.run(
        [*words, str(tmp_path / "script.vim")], cwd=home.parent, timeout=SECONDS, check=False
    )
    found = json.loads((tmp_path / "found").read_text("utf-8"))
    line = FLIPPED.split("\n").index("def corr2d(X, K):") + 1
    assert {tuple(each[1:4]) for each in found} == {(line, 1, "e")}
    assert all(each[0].endswith("学习 卷积/ex01_slide.py") for each in found)
    assert sum(each[4].endswith("[FLIP]") for each in found) == 1
