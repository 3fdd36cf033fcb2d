"""What Windows does to names, line ends, paths and consoles, as far as Linux can show it."""

import json
import ntpath
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path, PureWindowsPath

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.name_resolution import ExerciseNames, kind_of

from ..test_tracked_files import ROOT, tracked_files
from .test_bare_system import ENVIRONMENT, RIGHT, WRONG

#: What Windows refuses in a name, and the devices that it takes for files in any folder.
REFUSED = re.compile(r'[<>:"\\|?*\x00-\x1f]|[. ]$')
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
#: Characters that a path may have beneath the folder where it is put; Windows has 260 in all.
LONGEST = 120


def learncnn(*words, cwd, **variables):
    options = ["-X", "warn_default_encoding", "-W", "error::EncodingWarning"]
    return subprocess.run(
        [sys.executable, *options, "-m", "learncnn", *map(str, words)],
        cwd=cwd,
        capture_output=True,
        timeout=120,
        env=ENVIRONMENT | {"LANG": "C.UTF-8", "LEARNCNN_PLAIN": "1"} | variables,
        check=False,
    )


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "course"
    assert learncnn("start", root, cwd=tmp_path).returncode == 0
    return root


def problems(names):
    """Yield what Windows would refuse or take for the same."""
    seen = {}
    for name in names:
        for part in Path(name).parts:
            if REFUSED.search(part) or DEVICE.match(part):
                yield f"{name}: refused"
        if len(str(name)) > LONGEST:
            yield f"{name}: too long"
        if seen.setdefault(str(name).lower(), name) != name:
            yield f"{name}: the same as {seen[str(name).lower()]}"


def test_what_windows_refuses_is_noticed():
    names = ["aux.py", "a/con", "what?.md", "end.", "A.py", "a.py", "x" * 200, "fine.py"]
    assert len(list(problems(names))) == 6


def test_every_tracked_file_can_be_checked_out_on_windows():
    assert list(problems(tracked_files())) == []


def test_no_file_is_changed_by_a_checkout_on_windows():
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    names = [str(name) for name in tracked_files()]
    done = subprocess.run(
        ["git", "check-attr", "--stdin", "text"],
        cwd=ROOT,
        input="\n".join(names),
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(line.endswith("text: unset") for line in done.stdout.splitlines())


def test_a_workspace_and_what_is_handed_in_have_names_that_windows_takes(folder):
    (folder / "ex01_cross_correlation.py").write_text(RIGHT)
    assert learncnn("check", "ex01", "--html", "page.html", cwd=folder).returncode == 0
    assert learncnn("reset", "ex01", cwd=folder).returncode == 0
    (folder / "ex01_cross_correlation.py").write_text(RIGHT)
    assert learncnn("submit", cwd=folder).returncode == 0
    assert list(problems(p.relative_to(folder) for p in folder.rglob("*"))) == []
    (bundle,) = folder.glob("*.zip")
    assert list(problems(zipfile.ZipFile(bundle).namelist())) == []


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_other_systems_change_nothing(folder, ends):
    for path in folder.rglob("*"):
        # TOML knows no line end of its own like that.
        if path.is_file() and (path.suffix == ".py" or ends == "\r\n"):
            path.write_bytes(path.read_bytes().replace(b"\n", ends.encode()))
    listed = learncnn("list", cwd=folder).stdout.decode()
    assert "✓" not in listed
    untouched = learncnn("check", "ex02", cwd=folder)
    assert untouched.returncode == 1
    assert "not started yet" in untouched.stdout.decode()
    file = folder / "ex01_cross_correlation.py"
    file.write_bytes(RIGHT.replace("\n", ends).encode())
    assert learncnn("check", "ex01", cwd=folder).returncode == 0
    file.write_bytes(WRONG.replace("\n", ends).encode())
    report = json.loads(learncnn("check", "ex01", "--json", cwd=folder).stdout)
    assert [diagnosis["codes"] for diagnosis in report["diagnoses"]] == [["FLIP"]]
    raising = "import numpy as np\n\ndef corr2d(X, K):\n    return X[99]\n".replace("\n", ends)
    file.write_bytes(raising.encode())
    assert "line 4" in learncnn("check", "ex01", cwd=folder).stdout.decode()


@pytest.mark.parametrize(
    "name", [r"C:\Users\Ann\ex01_cross_correlation.py", r"d:ex01.py", r"\\srv\home\ex01 (1).py"]
)
def test_a_path_with_a_drive_says_its_exercise(name):
    names = ExerciseNames(load_catalog().exercises)
    path = PureWindowsPath(name)
    assert kind_of(path.name) == ".py"
    assert names.of_file(path.as_posix())[0].id == "ex01"


def test_the_search_for_a_workspace_ends_at_the_root_of_a_drive(monkeypatch):
    from learncnn.grader.runner import prestart

    class Windows:
        path = ntpath
        getcwd = staticmethod(lambda: r"C:\Users\Ann\course")

    monkeypatch.setattr(prestart, "os", Windows)
    monkeypatch.setattr(ntpath, "abspath", lambda path: path)
    assert prestart._framework(["check", "ex01"]) == "numpy"
    assert prestart._framework(["--root", "D:\\", "check", "ex01"]) == "numpy"


def test_a_name_is_quoted_as_windows_shells_take_it(monkeypatch):
    from learncnn.grader.i18n import shell

    monkeypatch.setattr(shell, "os", type("os", (), {"name": "nt"}))
    assert shell.pasted(r"C:\My course\ex01.py") == '"C:\\My course\\ex01.py"'


@pytest.mark.parametrize("code_page", ["cp936", "cp437", "cp1252"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_console_of_any_code_page_shows_right_and_wrong(folder, code_page, language):
    (folder / "ex01_cross_correlation.py").write_text(WRONG)
    lost = language == "zh" and code_page != "cp936"
    shown = "utf-8" if lost else code_page  # what has no Chinese is not asked to show any
    for words in (["list"], ["check", "ex01"], ["hint", "ex01"], ["show", "ex01"], ["doctor"]):
        done = learncnn("--lang", language, *words, cwd=folder, PYTHONIOENCODING=code_page)
        assert done.returncode in (0, 1), done.stderr
        text = done.stdout.decode(shown)
        before_terms = text.partition("\nTerms\n")[
            0
        ]  # which an English lesson gives in Chinese too
        assert not re.search(r"\?{3}", before_terms), text
        if words[0] == "check":
            assert re.search("^  [x✗] ", text, re.MULTILINE)
            assert ("警告" in text) is (language == "zh")


def test_a_chinese_locale_on_a_console_without_chinese_is_spoken_to_in_english(folder):
    (folder / "ex01_cross_correlation.py").write_text(RIGHT)
    settings = {"LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "cp437"}
    assert b"NO SANDBOX" in learncnn("check", "ex01", cwd=folder, **settings).stdout
    settings["PYTHONIOENCODING"] = "cp936"
    assert "没有沙箱".encode("gbk") in learncnn("check", "ex01", cwd=folder, **settings).stdout


@pytest.mark.parametrize("code_page", ["cp936", "cp437"])
def test_a_submission_prints_what_it_likes_on_any_console(folder, code_page):
    printing = f"print('✓ 你好 é \\udcff')\n{RIGHT}"
    (folder / "ex01_cross_correlation.py").write_text(printing, "utf-8")
    done = learncnn("check", "ex01", "-v", cwd=folder, PYTHONIOENCODING=code_page)
    assert done.returncode == 0, done.stderr
    assert ("你好".encode("gbk") in done.stdout) is (code_page == "cp936")


def test_paths_longer_than_windows_had_for_long(tmp_path):
    root = tmp_path.joinpath(*[f"folder {n} 文件夹" for n in range(20)])
    root.mkdir(parents=True)
    assert len(str(root)) > 260
    course = root / ("c" * 200)
    assert learncnn("start", course, cwd=root).returncode == 0
    file = course / "ex01_cross_correlation.py"
    file.write_text(RIGHT)
    page = course / f"{'p' * 250}.html"
    assert learncnn("check", file, "--html", page, cwd=tmp_path).returncode == 0
    assert page.exists()
    assert learncnn("submit", cwd=course).returncode == 0
    assert len(os.listdir(course)) == len(set(os.listdir(course)))


def test_colours_are_left_out_where_a_console_takes_no_escape_sequences(monkeypatch):
    import ctypes

    from learncnn.grader.terminal import windows_console

    class Kernel:
        def __init__(self, modes):
            self.modes = modes

        def __getattr__(self, name):
            return lambda *_: self.modes.get(name, 7)

    for modes, works in (
        ({"GetConsoleMode": 0}, True),  # a file or a pipe
        ({"GetConsoleMode": 1, "SetConsoleMode": 1}, True),
        ({"GetConsoleMode": 1, "SetConsoleMode": 0}, False),
    ):
        windll = type("windll", (), {"kernel32": Kernel(modes)})
        monkeypatch.setattr(ctypes, "windll", windll, raising=False)
        assert windows_console.escapes_work() is works


def test_keys_of_a_windows_console_are_read_one_by_one(monkeypatch):
    from learncnn.grader.terminal import keypress

    pressed = iter("q\xe0H\x1bn\x03")
    console = type("msvcrt", (), {"getwch": staticmethod(lambda: next(pressed))})
    monkeypatch.setattr(keypress, "_console", lambda: console)
    assert [keypress.read_key(0) for _ in range(4)] == ["q", "", "", "n"]
    with pytest.raises(KeyboardInterrupt):
        keypress.read_key(0)
