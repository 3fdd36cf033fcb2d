"""Test that bad input gives one clear message and the right exit code."""

import json
import os
import re

import pytest


def corr2d(body):
    return f"import numpy as np\ndef corr2d(X, K):\n    {body}\n"


def test_a_syntax_error_shows_the_students_line(check):
    output, code = check("import numpy as np\n\ndef corr2d(X, K:\n    return X\n")
    assert code == 3
    assert "ex01_slide.py, line 3" in output
    assert "def corr2d(X, K:" in output
    assert "SyntaxError" in output


def test_an_error_at_import_shows_the_students_line(check):
    output, code = check("import numpy as np\nx = 1 / 0\n")
    assert code == 3
    assert "line 2" in output
    assert "ZeroDivisionError" in output


def test_a_library_that_is_not_there_is_explained(check):
    output, code = check("import scipy\n")
    assert code == 3
    assert "array library of your workspace" in " ".join(output.split())


def test_a_missing_function_gets_the_nearest_name(check, correct):
    output, code = check(correct.replace("corr2d", "corr_2d"))
    assert code == 1
    assert "corr2d is not defined" in output
    assert "Did you mean your corr_2d?" in output


def test_a_wrong_number_of_parameters_is_an_error_of_the_call(check):
    output, code = check("def corr2d(X):\n    return X\n")
    assert code == 1
    assert "TypeError" in output


def test_an_untouched_stub_is_not_started(cli, workspace):
    result = cli("check", "ex01")
    assert result.exit_code == 1
    assert "not started yet" in result.stdout
    assert "✗" not in result.stdout


def test_a_flood_of_prints_is_bounded(check):
    output, code = check(corr2d("print('\\x1b[31mspam\\n' * 100000); return X"))
    assert code == 1
    assert len(output.splitlines()) < 60
    assert "\x1b" not in output
    assert "more lines (learncnn check -v)" in output


def test_exit_is_the_cases_own_failure(check):
    output, code = check(corr2d("import sys; sys.exit(0)"))
    assert code == 1
    assert "SystemExit" in output


def test_infinite_recursion_is_an_error(check):
    output, code = check(corr2d("return corr2d(X, K)"))
    assert code == 1
    assert "RecursionError" in output


def test_an_endless_loop_is_a_limit(check):
    output, code = check(corr2d("while True: pass"), "--timeout", "0.2")
    assert code == 4
    assert "not finished after 0.2 s" in output


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return [[19, 25], [37, 43]]", "a list came back"),
        ("return None", "corr2d gave None. Is there a return"),
        ("return np.ma.array(X)", "Return a plain array, not a masked one"),
        ("return X[0]", "The shape differs"),
    ],
    ids=["list", "None", "subclass", "shape"],
)
def test_what_is_no_array_is_named(check, body, said):
    output, code = check(corr2d(body))
    assert code == 1
    assert said in " ".join(output.split())


def test_a_view_of_the_input_is_named(check, correct):
    source = correct.replace("h, w = K.shape", "h, w = K.shape\n    if h * w == 1: return X[:]")
    output, code = check(source)
    assert code == 1
    assert "shares memory with the input X" in " ".join(output.split())


def test_a_changed_input_is_named(check, correct):
    output, code = check(correct.replace("return Y", "X[:] = 0\n    return Y"))
    assert code == 1
    assert "changed its input X" in " ".join(output.split())


def test_a_directory_is_not_a_file(cli, workspace):
    (workspace / "ex01_slide.py").unlink()
    (workspace / "ex01_slide.py").mkdir()
    result = cli("check", "ex01")
    assert result.exit_code == 3
    assert "is a directory" in result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_said(cli, write, correct):
    write(correct).chmod(0)
    result = cli("check", "ex01")
    assert result.exit_code == 3
    assert "Permission denied" in result.stderr


def test_a_file_that_cannot_be_opened_is_said(cli, write, correct, monkeypatch):
    path = write(correct)
    real = os.open

    def refuse(name, *arguments, **settings):
        if str(name) == str(path):
            raise PermissionError(13, "Permission denied")
        return real(name, *arguments, **settings)

    monkeypatch.setattr(os, "open", refuse)
    result = cli("check", "ex01")
    assert result.exit_code == 3
    assert "Permission denied" in result.stderr


def test_a_missing_file_is_said(cli, workspace):
    (workspace / "ex01_slide.py").unlink()
    result = cli("check", "ex01")
    assert result.exit_code == 3
    assert "no such file" in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"#" * (10 << 20), "larger than"),
        (b"x = 'caf\xe9'\n", "not UTF-8"),
        (b"x = 1\0\n", "NUL"),
    ],
    ids=["empty", "10 MB", "latin-1", "NUL"],
)
def test_what_is_no_source_is_said(cli, write, content, said):
    write(content)
    result = cli("check", "ex01")
    assert result.exit_code == 3
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_byte_order_mark_is_ignored_with_a_note(cli, write, correct):
    write(b"\xef\xbb\xbf" + correct.encode())
    result = cli("check", "ex01")
    assert result.exit_code == 0
    assert "byte order mark" in result.stdout


def test_windows_line_ends_are_fine(cli, write, correct):
    write(correct.replace("\n", "\r\n").encode())
    assert cli("check", "ex01").exit_code == 0


def test_a_notebook_that_is_not_json_is_said(cli, write):
    write("not json", "ex01_slide.ipynb")
    result = cli("check", "ex01_slide.ipynb")
    assert result.exit_code == 3
    assert "not a Jupyter notebook" in result.stderr


def test_a_newer_workspace_asks_for_an_upgrade(cli, workspace):
    (workspace / "learncnn.toml").write_text("version = 99\n")
    result = cli("check", "ex01")
    assert result.exit_code == 2
    assert "newer learncnn" in result.stderr


def test_a_damaged_workspace_file_is_named(cli, workspace):
    (workspace / "learncnn.toml").write_text("version = \n")
    result = cli("progress")
    assert result.exit_code == 2
    assert "learncnn.toml" in result.stderr
    assert cli("doctor").exit_code == 0


def test_newer_progress_is_left_alone_and_said(cli, write, correct, workspace):
    path = workspace / ".learncnn" / "progress.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"version": 99}))
    write(correct)
    result = cli("check", "ex01")
    assert result.exit_code == 0
    assert "newer learncnn" in result.stderr
    assert json.loads(path.read_text()) == {"version": 99}
    assert cli("progress").exit_code == 2


def test_damaged_progress_is_kept_aside(cli, write, correct, workspace):
    path = workspace / ".learncnn" / "progress.json"
    path.parent.mkdir()
    path.write_text("{half")
    write(correct)
    result = cli("check", "ex01")
    assert result.exit_code == 0
    assert "progress.damaged-1.json" in result.stderr
    assert (path.parent / "progress.damaged-1.json").read_text() == "{half"
    assert json.loads(path.read_text())["exercises"]["ex01"]["attempts"] == 1


def test_a_read_only_workspace_is_checked_and_said_not_to_be_saved(
    cli, write, correct, monkeypatch
):
    write(correct)

    def refuse(path, content):
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr("learncnn.grader.workspace.progress.write_aside", refuse)
    result = cli("check", "ex01")
    assert result.exit_code == 0
    assert "Progress is not saved" in result.stderr


@pytest.mark.parametrize("content", [b"", b"#" * (1 << 20), b"'\xe9'\n", b"\0", None])
def test_what_is_wrong_with_a_file_is_said_in_chinese(cli, write, content):
    path = write(content or b"")
    if content is None:
        path.unlink()
    result = cli("--lang", "zh", "check", "ex01")
    assert result.exit_code == 3
    assert re.search("[\u4e00-\u9fff]", result.stderr)


def test_a_circle_of_links_is_said(cli, workspace):
    (workspace / "ex01_circle.py").symlink_to("ex01_circle.py")
    result = cli("check", "ex01_circle.py")
    assert result.exit_code == 3
    assert "cannot be read" in result.stderr


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="a file of Linux")
def test_a_file_that_fails_while_it_is_read_is_said(cli, workspace):
    result = cli("check", "/proc/self/mem", "--exercise", "ex01")
    assert result.exit_code == 3
    assert "cannot be read" in result.stderr


@pytest.mark.parametrize(
    ("name", "said", "code"),
    [
        ("answers.py", "no such file", 3),
        ("x" * 5000, "There is no exercise", 2),
        ("x" * 5000 + ".py", "cannot be read", 3),
    ],
    ids=["missing", "long name", "long file"],
)
def test_a_name_that_leads_nowhere_is_said(cli, workspace, name, said, code):
    result = cli("check", name)
    assert result.exit_code == code
    assert said in result.stderr


def test_a_folder_that_is_gone_is_said(command, tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    done = command("check", "ex01", cwd=folder, preexec_fn=folder.rmdir)
    assert done.returncode == 2
    assert "no longer exists" in done.stderr


def test_a_process_that_ends_is_told_by_a_case_that_was_run(check):
    output, code = check(corr2d("import os; os._exit(3)"), "-v")
    assert code == 1
    assert "(exit 3)" in output.partition("Smallest")[2].partition("corr2d: ")[0]
    assert "not run" in output


def test_a_long_message_of_an_exception_is_cut(check):
    output, _ = check(corr2d("raise ValueError('\\n'.join(['x' * 300] * 99))"))
    assert output.count("\n") < 30
    assert max(map(len, output.split("\n"))) <= 80
    assert "…" in output
