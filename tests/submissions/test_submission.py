"""Files and notebooks become source text, or one clear message."""

import os

import nbformat
import pytest

from learncnn.grader.errors import SubmissionError
from learncnn.grader.submissions.submission import parse_submission, read_submission


def notebook(*cells):
    book = nbformat.v4.new_notebook(cells=[*cells])
    return nbformat.writes(book).encode()


def code(source):
    return nbformat.v4.new_code_cell(source)


def test_a_script_is_read_as_it_is(tmp_path):
    path = tmp_path / "ex01.py"
    path.write_text("x = 1\n")
    submission = read_submission(path)
    assert (submission.source, submission.filename) == ("x = 1\n", "ex01.py")
    assert submission.notes == {}


def test_bom_and_windows_line_ends_are_read_away():
    submission = parse_submission(b"\xef\xbb\xbfx = 1\r\ny = 2\r", "a.py")
    assert submission.source == "x = 1\ny = 2\n"
    assert submission.notes == {"bom_dropped": 1}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"x = '\xff'", "not UTF-8 (line 1)"),
        (b"x = 1\0", "NUL"),
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"#" * (10 << 20), "larger than 256 KiB"),
    ],
)
def test_what_is_no_script_is_refused_with_the_reason(content, message, tmp_path):
    path = tmp_path / "ex01.py"
    path.write_bytes(content)
    with pytest.raises(SubmissionError) as caught:
        read_submission(path)
    assert message in str(caught.value)


def test_a_directory_a_missing_file_and_a_pipe_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    for name, message in (("", "directory"), ("none.py", "no such"), ("pipe.py", "regular")):
        with pytest.raises(SubmissionError, match=message):
            read_submission(tmp_path / name)
    with pytest.raises(SubmissionError, match="regular"):
        read_submission(type(tmp_path)("/dev/zero"))


def test_code_cells_are_joined_in_order():
    book = notebook(code("a = 1"), nbformat.v4.new_markdown_cell("# text"), code("b = 2"))
    submission = parse_submission(book, "n.ipynb")
    assert submission.source == "# %% cell 1\na = 1\n# %% cell 3\nb = 2\n"
    assert submission.cells == (2, 4)


def test_magics_and_shell_lines_are_dropped_with_a_note():
    cells = [
        code("%matplotlib inline\nimport numpy as np\n!pip install x\nnp.pad?"),
        code("%%bash\nrm -rf /"),
        code("if True:\n    %time f()\nget_ipython().run_line_magic('load', 'x')\nx = 5 % 2"),
    ]
    submission = parse_submission(notebook(*cells), "n.ipynb")
    assert submission.notes == {"magics_dropped": 5}
    compile(submission.source, "n.ipynb", "exec")
    assert "rm" not in submission.source
    assert "    f()" in submission.source
    assert "x = 5 % 2" in submission.source


def test_what_a_magic_gives_to_a_name_is_dropped():
    cell = code("files = !ls\na, b[0] = %sx ls\nlast = 7 % 2\nsame = last != 1")
    submission = parse_submission(notebook(cell), "n.ipynb")
    assert submission.notes == {"magics_dropped": 2}
    python = "files = []\na, b[0] = None\nlast = 7 % 2\nsame = last != 1\n"
    assert submission.source == "# %% cell 1\n" + python


@pytest.mark.parametrize(
    "source",
    [
        's = """\n%not one\n!nor this\n"""',
        "s = r'''\n\\\n?\n'''",
        "x = (7\n% 2)",
        "x = (  # a bracket (\n7\n% 2)",
        "x = 7 \\\n% 2",
        "x = {'a(': 7}\ny = '''\n'%'''",
    ],
)
def test_a_line_within_a_statement_is_no_magic(source):
    submission = parse_submission(notebook(code(source)), "n.ipynb")
    assert submission.source == f"# %% cell 1\n{source}\n"
    assert submission.notes == {}
    compile(source, "n.ipynb", "exec")


def test_after_a_statement_magics_are_dropped_again():
    source = 'print(\'%\', \')\')  # ( """\nx = \'\\\'\'\n!ls\ny = """a\n%b"""\n%time'
    submission = parse_submission(notebook(code(source)), "n.ipynb")
    assert submission.notes == {"magics_dropped": 2}
    compile(submission.source, "n.ipynb", "exec")


def test_half_a_character_is_refused():
    content = notebook(code("x = 'HALF'")).replace(b"HALF", b"\\ud800")
    with pytest.raises(SubmissionError, match="invalid character"):
        parse_submission(content, "n.ipynb")


def test_line_numbers_of_a_cell_stay_true():
    submission = parse_submission(notebook(code("%magic\n\nx = 1")), "n.ipynb")
    assert submission.source.split("\n")[3] == "x = 1"
    assert submission.cells == (2,)


@pytest.mark.parametrize(
    "content",
    [b"not json", b"[]", b"{}", b'{"cells": 3, "nbformat": 4}', b"\xff\xfe", b"[" * 100_000],
)
def test_what_is_no_notebook_is_refused(content):
    with pytest.raises(SubmissionError, match=r"n\.ipynb"):
        parse_submission(content, "n.ipynb")


def test_a_notebook_without_code_is_refused():
    with pytest.raises(SubmissionError, match="no code cell"):
        parse_submission(notebook(nbformat.v4.new_markdown_cell("x")), "n.ipynb")


def test_outputs_do_not_count_as_code():
    cell = code("x = 1")
    cell["outputs"] = [nbformat.v4.new_output("stream", text="y" * 300_000)]
    assert parse_submission(notebook(cell), "n.ipynb").source == "# %% cell 1\nx = 1\n"
